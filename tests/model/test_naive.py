"""The model's trickiest rules, on paper, so that it can be trusted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.naive import Answer, NaiveApplication
from tests.model.naive_query import Json, glob_matches, holds

APPLICATION_ID = "575ec8687ae143cd83dc4a97"
NOW = "2026-01-02T03:04:05.678Z"
NOW_IN_MILLISECONDS = 1767323045678
LATER = "2026-01-02T03:04:05.679Z"


def _id(number: int) -> str:
    return f"{number:024x}"


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("ab", "aB", True),
        ("ab", "abc", False),
        ("*", "", True),
        ("*", "a\nb", True),
        ("a*", "A\n", True),
        ("?", "", False),
        ("?", "😀", True),
        ("??", "😀", False),
        ("?", "ß", True),
        ("a**c", "abbc", True),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "aab", False),
        ("[a]", "a", False),
        ("a.c", "abc", False),
        (r"\*", "*", True),
        (r"\*", "a", False),
        (r"\?", "?", True),
        (r"\?", "a", False),
        (r"\a", "A", True),
        (r"\\", "\\", True),
        (r"\\*", r"\ab", True),
        (r"a\\\*", r"a\*", True),
    ],
)
def test_globs(pattern: str, value: str, expected: bool) -> None:
    """A glob matches the whole value; a backslash makes the next character literal."""
    assert glob_matches(pattern, value) is expected


USER: Json = {
    "id": [_id(1)],
    "email": "Ab@x",
    "firstName": "aß",
    "creationDate": NOW,
    "userTags": {"a": "b", "c": "d"},
    "experienceGroupId": [_id(10), _id(12)],
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, True),
        ({"$and": []}, True),
        ({"$or": []}, True),
        ({"$nor": []}, False),
        ({"$nor": [{"$nor": []}]}, True),
        ({"$or": [{"email": "x"}, {}]}, True),
        ({"$or": [], "email": "x"}, False),
        ({"$nor": [{"email": "x"}, {"email": "Ab@x"}]}, False),
    ],
)
def test_combinations(query: Json, expected: bool) -> None:
    """Nothing to fulfil is fulfilled, but nothing to refuse chooses nothing."""
    assert holds(query, USER) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ("", False),
        ({}, True),
        ({"$ci": True}, True),
        ({"$eq": None}, True),
        ({"$ne": None}, False),
        ({"$ne": "a"}, True),
        ({"$in": []}, False),
        ({"$nin": []}, True),
        ({"$nin": ["a"]}, True),
        ({"$gte": None}, False),
        ({"$lt": "z"}, False),
        ({"$contains": "a"}, False),
    ],
)
def test_missing_values(condition: Any, expected: bool) -> None:
    """A missing value equals null and differs from all else; it is not ordered and has no text."""
    assert holds({"lastName": condition}, USER) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Ab@x", True),
        ("ab@x", False),
        (0, False),
        ({"$ne": 1}, True),
        ({"$nin": [False]}, True),
        ({"$gt": 0}, False),
        ({"$lt": True}, False),
        ({"$gte": None}, False),
        ({"$eq": "aB@X", "$ci": True}, True),
        ({"$ne": "aB@X", "$ci": True}, False),
        ({"$in": ["aB@X"], "$ci": True}, True),
        ({"$nin": ["aB@X"], "$ci": True}, False),
        ({"$eq": "aB@X", "$ci": False}, False),
        ({"$gt": "B"}, False),
        ({"$lt": "a"}, True),
        ({"$lt": "a", "$ci": True}, False),
        ({"$startsWith": "A", "$endsWith": "x"}, True),
        ({"$startsWith": "A", "$endsWith": "X"}, False),
        ({"$contains": "B@X", "$ci": True}, True),
    ],
)
def test_texts(condition: Any, expected: bool) -> None:
    """Texts compare with texts only, by case unless told otherwise, under all operators."""
    assert holds({"email": condition}, USER) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (NOW, True),
        ("2026-01-02T08:34:05.678+05:30", True),
        (NOW_IN_MILLISECONDS, True),
        (NOW_IN_MILLISECONDS + 1, False),
        ("2026-01-02", False),
        ({"$gt": "2026-01-02"}, True),
        ({"$gt": NOW_IN_MILLISECONDS - 1, "$lt": LATER}, True),
        ({"$in": ["x", NOW_IN_MILLISECONDS]}, True),
        ({"$ne": "no date"}, True),
        ({"$lt": "no date"}, False),
        ({"$gte": "no date"}, False),
        ({"$gt": True}, False),
        ({"$startsWith": "2026"}, False),
    ],
)
def test_dates(condition: Any, expected: bool) -> None:
    """A date compares with dates and numbers as an instant, and with nothing else."""
    assert holds({"creationDate": condition}, USER) is expected


@pytest.mark.parametrize(
    ("condition", "in_groups", "in_none"),
    [
        (_id(10), True, False),
        (_id(10).upper(), True, False),
        (None, False, True),
        ({"$eq": None}, False, True),
        ({"$ne": None}, True, False),
        ({"$ne": _id(10)}, False, True),
        ({"$in": [_id(9), _id(12).upper()]}, True, False),
        ({"$in": []}, False, False),
        ({"$nin": [_id(12)]}, False, True),
        ({"$nin": []}, True, True),
        ({"$gt": _id(11).upper()}, True, False),
        ({"$lt": _id(11)}, True, False),
        ({"$lt": _id(10)}, False, False),
        ({"$gte": None}, False, False),
    ],
)
def test_ids(condition: Any, in_groups: bool, in_none: bool) -> None:
    """Of many ids any may be the one, but all must differ; having none is being null."""
    query = {"experienceGroupId": condition}
    assert holds(query, USER) is in_groups
    assert holds(query, {**USER, "experienceGroupId": []}) is in_none


@pytest.mark.parametrize(
    ("condition", "with_tags", "without"),
    [
        ({}, True, True),
        ({"a": "b"}, True, False),
        ({"a": "B"}, False, False),
        ({"a": "b", "c": "x"}, False, False),
        ({"a": None}, False, True),
        ({"x": None}, True, True),
        ({"a": {"$in": ["b"]}}, True, False),
        ({"a": {"$nin": ["b"]}}, False, True),
        ({"x": {"$nin": ["b"]}}, True, True),
        ({"$tagKey": "a", "$tagValue": "b"}, True, False),
        ({"$tagKey": "a", "$tagValue": "d"}, False, False),
        ({"$tagValue": "d"}, True, False),
        ({"$tagKey": {"$nin": ["a"]}}, True, False),
        ({"$tagKey": {"$nin": ["a", "c"]}}, False, False),
        ({"$tagKey": None}, False, False),
        ({"$eq": {"a": "b"}}, True, False),
        ({"$ne": {"a": "b"}}, False, True),
        ({"$ne": {"$tagKey": "x"}}, True, True),
        ({"$ne": {}}, False, False),
    ],
)
def test_tags(condition: Json, with_tags: bool, without: bool) -> None:
    """Tags hold by key, or by one tag that fits both ways; wrapped in $ne they must not."""
    query = {"userTags": condition}
    assert holds(query, USER) is with_tags
    assert holds(query, {**USER, "userTags": {}}) is without


@pytest.fixture
def model() -> NaiveApplication:
    """Return a chain of groups 10 > 11 > 12, and users 1 (in 11) and 2 (in none)."""
    application = NaiveApplication(APPLICATION_ID)
    for number, parent in ((10, None), (11, _id(10)), (12, _id(11))):
        body = {"name": f"n{number}", "parentId": parent}
        application.create_group(body, {"id": _id(number), "creationDate": NOW})
    for number, groups in ((1, [_id(11), _id(11).upper()]), (2, [])):
        user = {"email": f"{number}@X", "password": "password", "experienceGroupIds": groups}
        application.create_user(user, {"id": _id(number), "creationDate": NOW})
    return application


def _listed(model: NaiveApplication, **params: str) -> list[str]:
    return [user["email"] for user in model.list_users(params).body["items"]]


def test_a_group_that_is_deleted_hands_its_children_up(model: NaiveApplication) -> None:
    """The children of a deleted group move up, and its members are in it no more."""
    model.delete_group(_id(11))
    assert model.get_group(_id(12), {}).body["ancestorIds"] == [_id(10)]
    assert model.get_user(_id(1)).body["experienceGroups"] == []


@pytest.mark.parametrize("parent", [10, 12, 99])
def test_a_group_is_not_under_itself(model: NaiveApplication, parent: int) -> None:
    """A parent that is the group, below it or nowhere is refused."""
    answer = model.patch_group(_id(10), {"parentId": _id(parent)}, {})
    assert answer.status == 400
    assert model.get_group(_id(10), {}).body["parentId"] is None


def test_membership_is_seen_from_both_sides(model: NaiveApplication) -> None:
    """What a group says of its members, they say of it."""
    model.patch_group(_id(12), {"experienceUserIds": [_id(2), _id(1)]}, {})
    model.patch_user(_id(1), {"experienceGroupIds": []}, {})
    assert model.get_group(_id(12), {}).body["experienceUserIds"] == [_id(2)]
    assert model.get_group(_id(11), {}).body["experienceUserIds"] == []


def test_members_of_ancestors_count_when_asked_for(model: NaiveApplication) -> None:
    """Members of the groups above are listed only when asked for, those below never."""
    assert _listed(model, experienceGroupId=_id(12)) == []
    assert _listed(model, experienceGroupId=_id(12), includeAncestorGroups="yes") == ["1@X"]
    assert _listed(model, experienceGroupId=_id(10), includeAncestorGroups="yes") == []
    assert _listed(model, experienceGroupId="any") == ["1@X"]
    assert _listed(model, experienceGroupId="none") == ["2@X"]


def test_emails_are_unique_in_any_case(model: NaiveApplication) -> None:
    """A twin is refused by the email as it was sent; one's own email in another case is not."""
    expected = {"type": "AlreadyExists", "message": 'Email address "1@x" already exists'}
    assert model.patch_user(_id(2), {"email": "1@x"}, {}) == Answer(400, expected)
    assert model.patch_user(_id(1), {"email": "1@x"}, {}).body["email"] == "1@x"


def test_unknown_groups_are_told_of_by_place(model: NaiveApplication) -> None:
    """The first unknown group is named by its index, and nothing changes."""
    body = {"firstName": "a", "experienceGroupIds": [_id(10), _id(99)]}
    message = "experienceUser.experienceGroupIds.1 was not found"
    expected = Answer(400, {"type": "Validation", "message": message})
    assert model.patch_user(_id(1), body, {}) == expected
    assert "firstName" not in model.get_user(_id(1)).body


def test_ties_and_missing_values_are_ordered(model: NaiveApplication) -> None:
    """Missing names come first, ties go by id, and descending is the exact reverse."""
    for number, name in ((3, ""), (4, "a"), (5, "")):
        user = {"email": f"{number}@X", "password": "password", "firstName": name}
        model.create_user(user, {"id": _id(number), "creationDate": NOW})
    ascending = _listed(model, sortField="firstName")
    assert ascending == ["1@X", "2@X", "3@X", "5@X", "4@X"]
    assert _listed(model, sortField="firstName", sortDirection="DESC") == ascending[::-1]


def test_instants_never_go_back(model: NaiveApplication) -> None:
    """A change moves lastUpdated on, or leaves it; a new password moves its own date too."""
    past, later = {"lastUpdated": "2020-01-01T00:00:00.000Z"}, {"lastUpdated": LATER}
    assert model.patch_user(_id(1), {}, past).body["lastUpdated"] == NOW
    assert model.patch_user(_id(1), {}, later).body["lastUpdated"] == LATER
    assert model.get_user(_id(1)).body["passwordLastUpdated"] == NOW
    seen = {**later, "passwordLastUpdated": LATER}
    changed = model.patch_user(_id(1), {"password": "password2"}, seen)
    assert changed.body["passwordLastUpdated"] == LATER


def test_a_page_past_the_end_is_empty(model: NaiveApplication) -> None:
    """A page past the end has no items and the true total, and is the page asked for."""
    body = model.list_users({"page": "7", "perPage": "2000"}).body
    shown = {name: body[name] for name in ("items", "count", "totalCount", "page", "perPage")}
    assert shown == {"items": [], "count": 0, "totalCount": 2, "page": 7, "perPage": 1000}
