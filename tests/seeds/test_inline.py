"""Documents that come as decoded values, which may be anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.context import WorldContext
from mock_server.seeds.build import build
from mock_server.seeds.files import read_inline
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.records import SeedRecords
from tests.seeds.worlds import EVERYTHING, application_of, run, text_of, world


def built(*documents: object) -> SeedRecords:
    """Return what these documents describe together."""
    sources = [read_inline(f"fixtures[{index}]", one) for index, one in enumerate(documents)]
    return build(sources, WorldContext.of(1))


def told(*documents: object) -> list[str]:
    """Return the mistakes in these documents."""
    with pytest.raises(FixtureError) as error:
        built(*documents)
    return str(error.value).split("\n")


def nested(depth: int, inner: Any, name: str | None = None) -> Any:
    """Return a value inside so many lists, or objects that have it under ``name``."""
    for _ in range(depth):
        inner = [inner] if name is None else {name: inner}
    return inner


def in_properties(value: object) -> dict[str, Any]:
    """Return a document with a value that an application should answer."""
    return {"applications": [{"name": "A", "properties": {"x": value}}]}


def test_documents_make_one_world() -> None:
    """Several documents are one world, as several files are."""
    seed = built({"groups": [{"name": "A"}]}, {"users": [{"email": "a@b.co", "groups": ["A"]}]})
    (planted,) = seed.applications
    (user,) = planted.users
    assert [group.id for group in user.groups] == [planted.groups[0].id]


def test_mistakes_are_told_by_the_names_of_documents() -> None:
    """Mistakes in several documents are told at once, without lines."""
    assert told(
        {"users": [{"email": "a"}]}, None, {"users": [{"email": "a@b", "groups": [""]}]}
    ) == [
        "fixtures[0]: users[0].email must be email format; write it with an @ and without spaces",
        "fixtures[1]: must be an object",
        'fixtures[2]: users[0].groups[0] refers to unknown group ""',
    ]


CYCLE: dict[str, Any] = {"name": "A"}
CYCLE["properties"] = CYCLE
CIRCLE: dict[str, Any] = {"name": "A"}
CIRCLE["groups"] = [CIRCLE]
ODD: dict[str, tuple[object, str]] = {
    "null": (None, "fixtures[0]: must be an object"),
    "list": ([], "fixtures[0]: must be an object"),
    "NaN": (float("nan"), "fixtures[0]: must be an object"),
    "version": ({"version": float("nan")}, "version must be 1"),
    "huge version": ({"version": 10**5000}, "version is too large a number"),
    "deep": (nested(100_000, []), "must be an object"),
    "deep users": ({"users": nested(100_000, [])}, "users[0] must be an object"),
    "deep groups": (nested(300, [], "groups"), "groups must be a list"),
    "deeper groups": (
        {"groups": [json.loads('{"name":"A","groups":[' * 300 + "]}" * 300)]},
        "is nested too deeply",
    ),
    "circle": ({"groups": [CIRCLE]}, "groups[0].groups[0] is nested too deeply"),
    "deep properties": (in_properties(nested(100_000, 1)), "properties is nested too deeply"),
    "cycle": ({"applications": [CYCLE]}, "applications[0].properties is nested too deeply"),
    "NaN inside": (in_properties([0, float("nan")]), "properties.x[1] is not a number in JSON"),
    "huge number": (in_properties(-(10**5000)), "properties.x is too large a number"),
    "no JSON": (in_properties({"y": {1}}), "properties.x.y is not JSON"),
    "name inside": (in_properties({1: 1}), "properties.x has a name that is not text"),
    "name": ({1: 1}, "fixtures[0]: has a name that is not text"),
    "huge name": ({"users": [{"email": "a@b", 10**5000: 1}]}, "a name that is not text"),
    "name of a tag": ({"users": [{"email": "a@b", "userTags": {1: "a"}}]}, "userTags has a name"),
    "surrogate": (
        {"groups": [{"name": "A", "parent": "\ud800"}]},
        r'refers to unknown group "\ud800"',
    ),
    "surrogate as a date": (
        {"users": [{"email": "a@b", "lastLogin": "\ud800"}]},
        r'-3d, +12h or now; "\ud800" is neither',
    ),
    "number as a scope": ({"tokens": [{"name": "T", "scope": [5]}]}, "scope[0] must be text"),
    "surrogate as a name": ({"\ud800": 1}, "fixtures[0]: "),
    "device tag": (
        {"groups": [{"name": "A", "deviceTags": [{"key": "k", "valeu": "v"}]}]},
        "groups[0].deviceTags[0].valeu is not a known property; did you mean value?",
    ),
    "too late": ({"users": [{"email": "a@b", "lastLogin": "9999-12-31T23:59:59-10:00"}]}, "date"),
    "no hash": (
        {"users": [{"email": "a@b", "passwordHash": "1:2"}]},
        "is not a password hash of this mock",
    ),
    "no password": ({"accounts": [{"email": "a@b"}]}, "accounts[0].password is required, or"),
    "two owners": (
        {"applications": [{"name": "A", "owner": "admin@example.com", "ownerId": "x"}]},
        "applications[0].ownerId cannot be given together with owner",
    ),
    "owner's type": (
        {"applications": [{"name": "A", "ownerType": "user"}]},
        "applications[0].ownerType is given without ownerId",
    ),
    "creator's name": (
        {"tokens": [{"name": "A", "creatorName": "Ann"}]},
        "tokens[0].creatorName is given without creatorId",
    ),
    "as the API calls it": (
        {"groups": [{"name": "A", "experienceUserIds": []}]},
        "groups[0].experienceUserIds is not a known property; write members",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_documents_are_told(name: str) -> None:
    """Whatever a document is, what is wrong with it is told, in text that can be printed."""
    document, expected = ODD[name]
    first = told(document)[0]
    assert expected in first
    first.encode()


ODD_VALUES: list[Any] = [
    *(None, True, 0, -1, 10**400, 10**5000, float("nan"), b"A", [], {}, [[]], {"": None}, ()),
    *("", "A", "a@b.co", "a" * 24, "C" * 24, "Sales", "\ud800", "password1", "2024", "x" * 40_000),
]
ODD_NAMES = st.sampled_from(
    ["id", "name", "parent", "members", "groups", "users", "owner", "password", "x", "\ud800", 1]
)


def disturbed(value: Any, data: st.DataObject) -> Any:
    """Return a value with something odd in one place."""
    if not isinstance(value, dict | list) or not value or data.draw(st.integers(0, 5)) == 0:
        return data.draw(st.sampled_from(ODD_VALUES))
    copy: Any = value.copy()
    places = list(copy) if isinstance(copy, dict) else range(len(copy))
    place = data.draw(st.sampled_from(places))
    what = data.draw(st.sampled_from(["other", "other", "other", "gone", "twice"]))
    if what == "other":
        copy[place] = disturbed(copy[place], data)
    elif what == "gone":
        del copy[place]
    elif isinstance(copy, list):
        copy.append(copy[place])
    else:
        copy[data.draw(ODD_NAMES)] = copy[place]
    return copy


@given(st.data())
def test_any_value_is_a_world_or_a_fixture_error(data: st.DataObject) -> None:
    """Nothing else comes of a value, and what is accepted can be written and read again."""
    document: Any = EVERYTHING
    for _ in range(data.draw(st.integers(1, 3))):
        document = disturbed(document, data)
    try:
        store = world(document)
    except FixtureError as error:
        str(error).encode()
        return
    assert text_of(world(json.loads(text_of(store)))) == text_of(store)


def test_names_of_wrong_people() -> None:
    """A member is told to be nobody, though the user that was meant has another mistake."""
    document = {
        "groups": [{"name": "A", "members": ["b@example.com"]}],
        "users": [{"email": "a@example.com"}],
    }
    assert told(document) == [
        'fixtures[0]: groups[0].members[0] refers to unknown user "b@example.com"'
    ]


def test_members_come_before_those_who_name_the_group() -> None:
    """A group has its members first, and then the users that name it, each of them once."""
    store = world(
        {
            "groups": [{"id": "a" * 24, "name": "A", "members": ["C@b", "1" * 24]}],
            "users": [
                {"id": "1" * 24, "email": "a@b"},
                {"id": "2" * 24, "email": "b@b", "groups": ["A"]},
                {"id": "3" * 24, "email": "c@b", "groups": ["A"]},
            ],
        }
    )
    details = run(store.group("575ec8687ae143cd83dc4a97", "a" * 24))
    assert details is not None
    assert details.user_ids == ("3" * 24, "1" * 24, "2" * 24)
    assert [user["groups"] for user in application_of(store)["users"]] == [["A"]] * 3


def test_a_list_and_a_part_of_it_are_left_out() -> None:
    """Whatever is left out of a document, the rest of it is checked."""
    tags = ["a", {"kye": "b"}]
    assert told({"groups": [{"name": "A", "deviceTags": tags, "members": ["x@b.co"]}]}) == [
        "fixtures[0]: groups[0].deviceTags[0] must be an object",
        "fixtures[0]: groups[0].deviceTags[1].kye is not a known property; did you mean key?",
        'fixtures[0]: groups[0].members[0] refers to unknown user "x@b.co"',
    ]
