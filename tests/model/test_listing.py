"""Any list of a full application is the model's: many requests against one crowd."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.mirror import ServerMirror
from tests.model.naive_query import Json
from tests.model.strategies import ENDPOINT_IDS, Draws

FEW = settings(max_examples=500)
MANY = settings(max_examples=4000)

# Of coprime lengths, so that they meet in all combinations; None is a missing name
FIRST_NAMES = (
    *(None, "", "a", "A", "ab", "aB", "AB", "b", "é", "É", "a*", "a?b", "\\a", "a\\b"),
    *("\ufffd", "😀", "a\nb", "ß", "[a]", "2020-01-01", "a.b", "Bé", None),
)
LAST_NAMES = ("a", None, "B", "Ab", "a", "", "bé", "b", "😀a", "A", "\ufffda")
LOCAL_PARTS = "aAbéÉ*😀\ufffd"
TAGS: tuple[Json, ...] = (
    {},
    {"a": "a"},
    {"a": "A", "b": "a"},
    {"b": "b"},
    {},
    {"A": "a"},
    {"-": "b", "a": "b"},
)
GROUP_NAMES = ("a", "A", "b", "aB", "a", "É", "a*", "b\n", "😀", "\ufffd", "ab", "2020-01-01")
PARENTS = (None, 0, 1, 2, 1, None, 5, 5, None, 3, 6, None)
"""For each group, the one before it that is its parent."""
MEMBERSHIPS = ((), (0,), (3, 1), (), (9,), (5, 7, 2), (4,), (10, 0), (6, 6))


@pytest.fixture(scope="module")
def crowd(mirror: ServerMirror) -> ServerMirror:
    """A few dozen users in a dozen groups."""
    for number, name in enumerate(GROUP_NAMES):
        parent = PARENTS[number]
        mirror.create_group(
            {
                "name": name,
                "parentId": None if parent is None else mirror.model.groups[parent]["id"],
                "groupTags": TAGS[number % len(TAGS)],
                "experienceEndpointIds": list(ENDPOINT_IDS[: number % 3]),
            }
        )
    for number in range(46):
        mirror.create_user(_user(number, [group["id"] for group in mirror.model.groups]))
    for entity in mirror.model.users[::5]:
        mirror.patch_user(entity["id"], {"password": "password2"})
    mirror.patch_group(mirror.model.groups[0]["id"], {})
    return mirror


def _user(number: int, group_ids: list[str]) -> Json:
    names = {
        "firstName": FIRST_NAMES[number % len(FIRST_NAMES)],
        "lastName": LAST_NAMES[number % len(LAST_NAMES)],
    }
    members = MEMBERSHIPS[number % len(MEMBERSHIPS)]
    return {
        "email": f"{LOCAL_PARTS[number % 8]}{number % 13}@{'xX'[number % 2]}{number // 13}",
        "password": "password",
        "userTags": TAGS[number % len(TAGS)],
        "experienceGroupIds": [group_ids[place] for place in members],
        **{key: name for key, name in names.items() if name is not None},
    }


@pytest.mark.parametrize(
    "query",
    [
        {"$or": []},
        {"$nor": []},
        {"firstName": {"$ne": None}},
        {"firstName": {"$gte": None}},
        {"firstName": {"$lte": None}},
        {"firstName": {"$nin": ["a"]}},
        {"lastLogin": {"$lt": "2999-01-01"}},
        {"creationDate": {"$gt": True}},
        {"creationDate": {"$gt": 1}},
        {"creationDate": {"$gt": "2020-01-01"}},
        {"creationDate": {"$contains": "20"}},
        {"experienceGroupId": {"$ne": None}},
        {"experienceGroupId": {"$gte": None}},
        {"userTags": {"$tagKey": None}},
        {"userTags": {"$ne": {}}},
    ],
    ids=json.dumps,
)
def test_rare_queries(crowd: ServerMirror, query: Json) -> None:
    """What chance seldom asks chooses what the contract says."""
    crowd.list_users({"query": json.dumps(query)})


@FEW
@given(data=st.data())
def test_lists_of_users(crowd: ServerMirror, draws: Draws, data: st.DataObject) -> None:
    """Any sort, page, filter or query of users chooses and orders what the contract says."""
    crowd.list_users(data.draw(draws.user_lists))


@FEW
@given(data=st.data())
def test_lists_of_groups(crowd: ServerMirror, draws: Draws, data: st.DataObject) -> None:
    """Any sort, page, filter or query of groups chooses and orders what the contract says."""
    crowd.list_groups(data.draw(draws.group_lists))


@pytest.mark.heavy
@MANY
@given(data=st.data())
def test_many_lists(crowd: ServerMirror, draws: Draws, data: st.DataObject) -> None:
    """The same, tried many more times."""
    crowd.list_users(data.draw(draws.user_lists))
    crowd.list_groups(data.draw(draws.group_lists))
