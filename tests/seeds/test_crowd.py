"""Crowds of made-up users: the whole of them, as a fixture file would have them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from faker.config import AVAILABLE_LOCALES
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.domain.clock import parse_instant
from mock_server.domain.context import WorldContext
from mock_server.generate import (
    DEFAULT_LOCALES,
    DOMAINS,
    INCOMPLETE_NAME_SHARE,
    NEVER_LOGGED_IN_SHARE,
    NO_GROUP_SHARE,
    NO_TAGS_SHARE,
    crowd,
)
from mock_server.seeds.build import load
from mock_server.seeds.validation import read_document
from mock_server.text import fold

NOW = 1_730_000_000_000
EXAMPLES = settings(max_examples=40)
COUNTS = st.integers(0, 60)
SEEDS = st.integers()
LOCALES = st.lists(st.sampled_from(AVAILABLE_LOCALES), min_size=1, max_size=3)
MANY = 5000

User = dict[str, Any]


def users(count: int, *locales: str, seed: int = 1) -> list[User]:
    """Return the users of a crowd."""
    return list(crowd(count, seed=seed, now=NOW, locales=locales or DEFAULT_LOCALES).users)


def emails(found: list[User]) -> list[str]:
    """Return the addresses of users."""
    return [user["email"] for user in found]


def paths(groups: list[dict[str, Any]], above: str = "") -> list[str]:
    """Return the paths of groups and of those below them."""
    found = []
    for group in groups:
        found += [
            above + group["name"],
            *paths(group.get("groups", []), f"{above}{group['name']}/"),
        ]
    return found


@pytest.fixture(scope="module")
def many() -> list[User]:
    """Return users, enough of them to count shares."""
    return users(MANY)


def share(found: list[User], condition: Callable[[User], bool]) -> float:
    """Return how many of the users are so, from 0 to 1."""
    return sum(map(condition, found)) / len(found)


@given(COUNTS, SEEDS, LOCALES)
@EXAMPLES
def test_a_crowd_is_a_fixture_document(count: int, seed: int, locales: list[str]) -> None:
    """Whatever the crowd, the fixture loader has nothing to say against it."""
    made = crowd(count, seed=seed, now=NOW, locales=locales)
    document, mistakes = read_document(
        {"version": 1, "groups": made.groups, "users": list(made.users)}
    )
    assert mistakes == []
    assert len(document.users) == count


def test_a_crowd_can_be_loaded(tmp_path: Path) -> None:
    """From a file, users come into the groups that their paths name."""
    made = crowd(300, seed=1, now=NOW)
    found = list(made.users)
    path = tmp_path / "crowd.json"
    path.write_text(json.dumps({"groups": made.groups, "users": found}))
    (planted,) = load([str(path)], WorldContext.of(1)).applications
    names = {group.id: group.name for group in planted.groups}
    assert len(planted.groups) == len(paths(made.groups))
    assert [[names[group.id] for group in user.groups] for user in planted.users] == [
        [path.rpartition("/")[2] for path in user["groups"]] for user in found
    ]


def test_the_same_everywhere() -> None:
    """A crowd does not depend on the order that a process keeps sets and hashes in."""
    program = (
        "import hashlib, json\n"
        "from mock_server.generate import crowd\n"
        f"made = crowd(200, seed=7, now={NOW})\n"
        "text = json.dumps([made.groups, list(made.users)])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@given(COUNTS, COUNTS, SEEDS)
@EXAMPLES
def test_a_smaller_crowd_begins_a_larger_one(count: int, more: int, seed: int) -> None:
    """Its users are the first ones, and its groups are there too."""
    small = crowd(count, seed=seed, now=NOW, locales=["fr_FR", "ru_RU"])
    large = crowd(count + more, seed=seed, now=NOW, locales=["fr_FR", "ru_RU"])
    assert list(small.users) == list(islice(large.users, count))
    assert set(paths(small.groups)) <= set(paths(large.groups))


def test_another_seed_is_another_crowd() -> None:
    """Hardly anybody is in both."""
    both = set(emails(users(500, seed=1))) & set(emails(users(500, seed=-1)))
    assert len(both) < 25


def test_users_are_made_while_they_are_read() -> None:
    """A crowd of any size begins at once."""
    made = crowd(10**12, seed=1, now=NOW)
    assert "email" in next(made.users)


@pytest.mark.parametrize("locales", [("gu_IN",), ("en_US", "en_GB", "en_NZ")])
def test_addresses_are_all_different(locales: tuple[str, ...]) -> None:
    """Even of people of the same name, and without regard to case."""
    found = emails(users(20_000, *locales))
    assert len(set(map(fold, found))) == len(found)


def test_addresses_that_are_taken() -> None:
    """What somebody else has is not given again."""
    have = set(emails(users(300, "gu_IN")))
    made = crowd(300, seed=1, now=NOW, locales=["gu_IN"], taken=have.__contains__)
    assert have.isdisjoint(emails(list(made.users)))


def test_addresses_are_nobodys(many: list[User]) -> None:
    """All are in domains that are reserved for examples and tests."""
    reserved = re.compile(r"(.+\.)?(example\.(com|net|org)|example|test)")
    domains = {email.partition("@")[2] for email in emails(many)}
    assert domains == set(DOMAINS)
    assert all(map(reserved.fullmatch, domains))


def test_addresses_fit_the_names() -> None:
    """Who has two names has an address that is made of them."""
    for user in users(500, "en_US"):
        first, last = user.get("firstName", "").lower(), user.get("lastName", "").lower()
        if first and last:
            local = user["email"].partition("@")[0].rstrip("0123456789")
            dotted = {f"{first}.{last}", f"{last}.{first}", f"{first[0]}.{last}"}
            assert local in dotted | {first[0] + last, first + last[0], f"{first}_{last}"}


@pytest.mark.parametrize(
    ("locale", "letters"),
    [
        ("ar_SA", r"[\u0600-\u06ff ]*"),
        ("he_IL", r"[\u0590-\u05ff '-]*"),
        ("ja_JP", r"[\u3005\u3040-\u30ff\u3400-\u9fff]*"),
        ("ru_RU", r"[\u0400-\u04ff]*"),
        ("zh_CN", r"[\u3400-\u9fff]*"),
    ],
)
def test_names_in_their_own_script(locale: str, letters: str) -> None:
    """Names are written as their bearers do, and addresses with what stands for that in ASCII."""
    for user in users(200, locale):
        assert re.fullmatch(letters, user.get("firstName", "") + user.get("lastName", ""))
        assert re.fullmatch(r"[a-z][a-z._-]*[a-z]\d*@[a-z.]+", user["email"])


def test_every_locale_of_faker() -> None:
    """All of them have names, of people who are not all called Doe."""
    for locale in AVAILABLE_LOCALES:
        found = users(30, locale)
        assert len({user.get("lastName") for user in found}) > 4, locale
        assert not any(user.get("lastName") == "Doe" for user in found), locale


def test_few_names_are_incomplete(many: list[User]) -> None:
    """Some have no first name, some no last one, and some neither."""
    lacking = Counter(("firstName" in user, "lastName" in user) for user in many)
    assert len(lacking) == 4
    assert 1 - lacking[True, True] / MANY == pytest.approx(INCOMPLETE_NAME_SHARE, abs=0.01)


def test_some_never_logged_in(many: list[User]) -> None:
    """They have no date of it."""
    found = share(many, lambda user: "lastLogin" not in user)
    assert found == pytest.approx(NEVER_LOGGED_IN_SHARE, abs=0.02)


def test_some_have_no_tags(many: list[User]) -> None:
    """Nor have the others all of them the same ones."""
    found = share(many, lambda user: "userTags" not in user)
    assert found == pytest.approx(NO_TAGS_SHARE, abs=0.02)
    assert len({tuple(user.get("userTags", ())) for user in many}) > 10


def test_some_are_in_no_group_and_some_in_several(many: list[User]) -> None:
    """Nobody is in one group twice."""
    counts = Counter(len(user["groups"]) for user in many)
    assert counts[0] / MANY == pytest.approx(NO_GROUP_SHARE, abs=0.02)
    assert sorted(counts) == [0, 1, 2, 3]
    assert all(len(set(user["groups"])) == len(user["groups"]) for user in many)


def test_some_groups_are_much_larger_than_others(many: list[User]) -> None:
    """The largest has ten times as many users as the middle one."""
    sizes = Counter(path for user in many for path in user["groups"])
    assert max(sizes.values()) > 10 * median(sizes.values())


def test_departments_are_those_of_the_groups(many: list[User]) -> None:
    """A user's tag names the department that the first group is in."""
    tagged = [user for user in many if "department" in user.get("userTags", ())]
    assert tagged
    for user in tagged:
        assert user["groups"][0].split("/")[0] == user["userTags"]["department"]


@pytest.mark.parametrize(
    ("count", "least", "most"),
    [(0, 0, 0), (1, 3, 3), (5, 3, 3), (10_000, 40, 60), (1_000_000, 60, 200), (10**9, 60, 200)],
)
def test_more_users_have_more_groups(count: int, least: int, most: int) -> None:
    """But not many more, and never two of one path."""
    found = paths(crowd(count, seed=1, now=NOW).groups)
    assert least <= len(set(found)) == len(found) <= most


@given(SEEDS)
@EXAMPLES
def test_groups_stand_below_each_other(seed: int) -> None:
    """Two levels of them in the smallest crowd, three in a larger one."""
    for count, levels in ((1, 2), (1000, 3)):
        found = paths(crowd(count, seed=seed, now=NOW).groups)
        assert max(path.count("/") + 1 for path in found) == levels


@given(SEEDS, st.integers(-(10**12), 10**13))
@EXAMPLES
def test_dates_can_have_happened(seed: int, now: int) -> None:
    """Nobody logs in before there is an account, nor after now."""
    for user in crowd(40, seed=seed, now=now, locales=["fr_FR"]).users:
        dates = {key: parse_instant(user[key]) or 0 for key in user if key.startswith("last")}
        created, updated = parse_instant(user["creationDate"]) or 0, dates["lastUpdated"]
        assert created <= dates.get("lastLogin", created) <= updated <= now
        assert created <= (parse_instant(user["passwordLastUpdated"]) or 0) <= updated


def test_more_users_are_recent(many: list[User]) -> None:
    """Of five years, the last brought more than any other."""
    years = Counter(user["creationDate"][:4] for user in many)
    assert len(years) > 4
    assert years.most_common(1)[0][0] == "2024"


@pytest.mark.parametrize(
    ("locale", "hint"),
    [
        ("en_UX", "did you mean en_US"),
        ("JA_JPP", "did you mean ja_JP"),
        ("klingon", "en_US is one"),
        ("", "en_US is one"),
    ],
)
def test_an_unknown_locale(locale: str, hint: str) -> None:
    """It is told at once, in one line, with what was probably meant."""
    with pytest.raises(ValueError, match=hint) as error:
        crowd(1, seed=1, now=NOW, locales=["en_US", locale])
    assert str(error.value).startswith(f'"{locale}" is no locale that Faker knows; ')
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("written", ["de-DE", "de_de", "de"])
def test_locales_as_people_write_them(written: str) -> None:
    """With a hyphen, without regard to case, or without the country."""
    assert emails(users(5, written)) == emails(users(5, "de_DE"))


def test_no_locale() -> None:
    """Somebody must be there."""
    with pytest.raises(ValueError, match="needs a locale"):
        crowd(1, seed=1, now=NOW, locales=[])


def test_less_than_nobody() -> None:
    """Some counts are none."""
    with pytest.raises(ValueError, match="no less than 0"):
        crowd(-1, seed=1, now=NOW)


def test_faker_is_imported_when_it_is_needed() -> None:
    """Servers start without it, and faster so."""
    program = "import sys, mock_server.seeds.build, mock_server.generate\n"
    program += "assert 'faker' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
