"""The set of edge cases: what is odd about each user is in what the API answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from mock_server import LosantMock
from tests.sets.conftest import Ask

SET = "edge-cases"
USERS = "/experience/users"
ELSEWHERE = "65000000000000edca5effff"


def users(ask: Ask, **parameters: Any) -> list[dict[str, Any]]:
    """Return a listing."""
    answer = ask(USERS, params={"perPage": 1000, **parameters})
    assert answer.status_code == 200
    return list(answer.json()["items"])


@pytest.fixture
def user(ask: Ask) -> Callable[[str], dict[str, Any]]:
    """Find the user whose address says what is odd about it."""
    found = {one["email"].partition("@")[0]: one for one in users(ask)}
    return found.__getitem__


User = Callable[[str], dict[str, Any]]


def directions(text: str) -> set[str]:
    """Return the directions in which the characters of a text are written."""
    return {unicodedata.bidirectional(character) for character in text}


def test_scripts_and_directions(user: User) -> None:
    """Names are in other scripts, from right to left, and in both directions."""
    assert user("chinese")["lastName"] == "歐陽"
    assert not any(user(name)["firstName"].isascii() for name in ("latin", "thai", "korean"))
    assert "AL" in directions(user("arabic")["firstName"])
    assert {"R", "L"} <= directions(user("both-directions")["firstName"])


def test_emoji(user: User) -> None:
    """An emoji is one character for people, and many for programs."""
    assert user("emoji")["firstName"] == "😀"
    family = user("emoji-family")["firstName"]
    assert (len(family), len(family.encode("utf-16-le")) // 2) == (7, 11)


def test_what_looks_the_same(user: User) -> None:
    """Names look the same and are not; normalizing makes some of them so."""
    composed, decomposed = user("composed")["firstName"], user("decomposed")["firstName"]
    assert composed != decomposed
    assert unicodedata.normalize("NFC", decomposed) == composed
    assert user("lookalike")["firstName"] != "Ann"


def test_empty_missing_and_blank_names(user: User) -> None:
    """What was never given is not answered; what is empty is."""
    assert not {"firstName", "lastName"} & user("no-names").keys()
    assert (user("empty-names")["firstName"], user("empty-names")["lastName"]) == ("", "")
    assert "lastName" not in user("only-first-name")
    assert "firstName" not in user("only-last-name")
    assert user("blank-names")["firstName"].isspace()
    assert user("nul")["firstName"] == "\0"


def test_longest_values(ask: Ask, user: User) -> None:
    """Values are as long as they can be: one character more is refused."""
    longest = user("long-names")
    assert len(longest["firstName"]) == len(longest["lastName"]) == 1024
    assert len(user("long-emoji")["firstName"].encode("utf-16-le")) == 2 * 1024
    assert max(len(one["email"]) for one in users(ask)) == 1024
    path = f"{USERS}/{longest['id']}"
    for name in ("firstName", "lastName"):
        longer = {name: longest[name] + "x"}
        assert ask(path, "PATCH", json=longer).status_code == 400


def test_twins(ask: Ask, user: User, losant: LosantMock) -> None:
    """Names and tags differ by case alone; an address does across the applications only."""
    names = [user(name)["firstName"] for name in ("twin", "twin-lower", "twin-upper")]
    assert len(set(names)) == 3
    assert {name.lower() for name in names} == {"twin"}
    assert len(user("twin")["userTags"]) == 3
    (elsewhere,) = ask(USERS, application=ELSEWHERE).json()["items"]
    assert elsewhere["email"] != user("twin")["email"]
    assert elsewhere["email"].lower() == user("twin")["email"].lower()
    again = {"email": elsewhere["email"], "password": "password1234"}
    assert ask(USERS, "POST", json=again).status_code == 400
    assert losant.users.get(elsewhere["email"]).id == user("twin")["id"]


def test_plus_addresses(ask: Ask) -> None:
    """Addresses with a plus are found when it is sent as one, and are all different."""
    found = users(ask, filterField="email", filter="plus+*")
    assert [one["lastName"] for one in found] == ["Empty", "Two", "One"]
    assert len(users(ask, filterField="email", filter="plus*")) == 4


def test_wildcards_in_names(ask: Ask, user: User) -> None:
    """A name can be what a filter takes for a wildcard."""
    assert len(users(ask, filterField="firstName", filter="*")) > 50
    assert user("globs")["firstName"] == "*"


def test_tags_at_their_limits(ask: Ask, user: User) -> None:
    """Keys and values are as long as they can be, and there are many."""
    ((key, _),) = user("tag-key-longest")["userTags"].items()
    longest = user("tag-value-longest")["userTags"]["long"]
    assert (len(key), len(longest)) == (255, 255)
    assert len(user("tags-many")["userTags"]) == 100
    assert user("tags-none")["userTags"] == {}
    path = f"{USERS}/{user('tags-none')['id']}"
    for tags in ({f"{key}k": "v"}, {"k": f"{longest}v"}, {"k": ""}):
        assert ask(path, "PATCH", json={"userTags": tags}).status_code == 400
    assert ask(path, "PATCH", json={"userTags": {key: longest}}).status_code == 200


def test_users_in_many_groups(user: User) -> None:
    """A user is in fifty groups, and another in three that stand inside each other."""
    assert len(user("many-groups")["experienceGroups"]) == 50
    assert len(user("whole-branch")["experienceGroups"]) == 3
    assert user("no-group")["experienceGroups"] == []


def test_deep_groups(ask: Ask, losant: LosantMock) -> None:
    """Thirty-two groups stand inside each other; the deepest can be asked for with all above."""
    deepest = losant.groups.get("Level 32").id
    assert len(ask(f"/experience/groups/{deepest}").json()["ancestorIds"]) == 31
    alone = users(ask, experienceGroupId=deepest)
    above = users(ask, experienceGroupId=deepest, includeAncestorGroups="true")
    assert [one["email"] for one in alone] == ["deepest-group@example.com"]
    assert len(above) == 2


def test_groups_of_the_same_name(losant: LosantMock) -> None:
    """Groups are called the same but for case, and the same at all, below each other."""
    names = [group.name for group in losant.groups]
    assert {"sales", "Sales", "SALES"} <= set(names)
    assert names.count("Same") == 3
    assert losant.groups.get("Same/Same/Same").parent == "Same/Same"


@pytest.mark.parametrize(
    "field", ["firstName", "lastName", "creationDate", "lastUpdated", "lastLogin"]
)
def test_tied_users(ask: Ask, field: str) -> None:
    """Lists that are sorted by anything but ids and addresses leave five users to themselves."""
    tied = {"filterField": "firstName", "filter": "Tied"}
    found = [one["id"] for one in users(ask, sortField=field, **tied)]
    assert len(found) == 5
    pages = [
        one["id"]
        for page in range(3)
        for one in users(ask, sortField=field, page=page, perPage=2, **tied)
    ]
    assert pages == found


def test_dates(user: User) -> None:
    """Dates are at their limits, recent, missing, and in an order that cannot have been."""
    assert user("date-first")["creationDate"] == "1970-01-01T00:00:00.000Z"
    assert user("date-last")["lastUpdated"] == "9999-12-31T23:59:59.999Z"
    assert user("date-recent")["creationDate"] < user("date-recent")["lastUpdated"]
    assert user("date-recent")["creationDate"] > "2025"
    assert "lastLogin" not in user("never-logged-in")
    odd = user("logged-in-before-it-was-created")
    assert odd["lastLogin"] < odd["creationDate"]
