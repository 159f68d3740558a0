"""Worlds as documents: what is written, and that it makes the same world again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.context import WorldContext
from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
)
from mock_server.schemas.applications import application_document
from mock_server.seeds.build import load
from mock_server.seeds.documents import (
    AccountFixture,
    ApplicationFixture,
    GroupFixture,
    TokenFixture,
    UserFixture,
    names_of_properties,
)
from mock_server.seeds.export import export
from mock_server.seeds.formats import FORMATS, shipped_sets
from mock_server.store import Membership, Store
from tests.seeds.worlds import (
    APPLICATION,
    EVERYTHING,
    application_of,
    loaded,
    planted,
    records,
    run,
    text_of,
    world,
    written,
)

MODELS: dict[str, Any] = {
    "accounts": AccountFixture,
    "applications": ApplicationFixture,
    "groups": GroupFixture,
    "users": UserFixture,
    "tokens": TokenFixture,
}


def group_in(store: Store, number: int, name: str, parent_id: str | None = None) -> str:
    """Add a group to a world and return its id."""
    group = ExperienceGroup(
        id=f"{number:024x}",
        application_id=APPLICATION,
        name=name,
        creation_date=0,
        last_updated=0,
        parent_id=parent_id,
    )
    run(store.add_group(group, Membership(())))
    return group.id


def test_everything_comes_back_as_it_was_written() -> None:
    """A document that gives all there is, in the order of an export, is what is exported."""
    assert text_of(world(EVERYTHING)) == json.dumps(EVERYTHING)


def test_properties_are_in_the_order_of_the_documents() -> None:
    """Each object names its properties in the order in which documents declare them."""

    def check(kind: str, items: list[dict[str, Any]]) -> None:
        for item in items:
            names = names_of_properties(MODELS[kind])
            assert list(item) == [name for name in names if name in item]
            for name in MODELS.keys() & item.keys() - {"groups" if kind == "users" else ""}:
                check(name, item[name])

    exported = run(export(world(EVERYTHING)))
    check("accounts", exported["accounts"])
    check("applications", exported["applications"])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", sorted(shipped_sets()))
def test_shipped_sets_come_back(name: str, form: str) -> None:
    """A shipped set, exported to a file and loaded from it, is that set, to the byte."""
    store = planted(load([name], WorldContext.of(1)))
    content = written(store, form)
    again = loaded(content, form)
    assert written(again, form) == content
    assert run(records(again)) == run(records(store))


def test_a_world_of_nothing_comes_back() -> None:
    """A world without accounts and applications is none that gets the default ones."""
    assert run(export(world({}, defaults=False))) == {"version": 1}


def test_what_is_empty_or_was_never_given_is_not_there() -> None:
    """A user of whom little is known has few properties, and an empty application has no lists."""
    store = world({"users": [{"email": "ann@example.com", "userTags": {}}]})
    application = application_of(store)
    assert not {"groups", "tokens", "properties", "description"} & application.keys()
    (user,) = application["users"]
    assert list(user) == ["id", "email", "creationDate", "lastUpdated", "passwordLastUpdated"]


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["North"], "North"),
        (["Sales", "Sales/North"], "Sales/North"),
        (["a/b"], "a/b"),
        (["North", "North"], None),
        (["A" * 24], "A" * 24),
        ([f"{0:024X}"], None),
        (["A", "A/B", "A/B"], None),
    ],
)
def test_groups_are_called_by_a_path_that_finds_them(names: list[str], called: str | None) -> None:
    """A user names the last of these groups of the top level by its name, or else by its id."""
    store = world({})
    ids = [group_in(store, number, name) for number, name in enumerate(names)]
    user = ExperienceUser(
        id="1" * 24,
        application_id=APPLICATION,
        email="ann@example.com",
        creation_date=0,
        last_updated=0,
        password_last_updated=0,
    )
    run(store.add_user(user, Membership(ids[-1:])))
    assert application_of(store)["users"][0]["groups"] == [called or ids[-1]]


def test_groups_as_deep_as_anybody_likes() -> None:
    """A chain of groups that is too long to be nested comes back."""
    store = world({})
    parent_id = None
    for number in range(400):
        parent_id = group_in(store, number, "a", parent_id)
    again = world(json.loads(text_of(store)))
    assert text_of(again) == text_of(store)
    assert run(records(again)) == run(records(store))


@pytest.mark.parametrize(
    "properties",
    [
        {"description": "first", "x": 1},
        {"x": 1, "description": "last"},
        {"description": 5},
        {"description": "x" * 1025},
        {"name": "B", "big": 10**400},
    ],
)
def test_an_application_answers_the_same(properties: dict[str, Any]) -> None:
    """What an application is answered with is the same to the byte, and does the API no harm."""
    store = world({"applications": [{"id": APPLICATION, "name": "A", "properties": properties}]})
    again = world(json.loads(text_of(store)))
    answers = [
        json.dumps(application_document(application, {}))
        for one in (store, again)
        if (application := run(one.application(APPLICATION)))
    ]
    assert answers[0] == answers[1]


def test_owners_without_an_account() -> None:
    """An application of an organization, or of somebody unknown, keeps its owner."""
    applications = [
        {"id": "1" * 24, "name": "A", "ownerId": "2" * 24, "ownerType": "organization"},
        {"id": "3" * 24, "name": "B", "ownerId": "somebody"},
    ]
    store = world({"applications": applications})
    found = run(export(store))["applications"]
    assert [(one["ownerId"], one["ownerType"]) for one in found] == [
        ("2" * 24, "organization"),
        ("somebody", "user"),
    ]
    assert text_of(world(json.loads(text_of(store)))) == text_of(store)


def test_ids_of_a_repeatable_run_are_not_made_again() -> None:
    """A user that is added to an export of the same seed does not take another one's place."""
    run_of_one = world({"users": [{"email": "ann@example.com"}]})
    document = run(export(run_of_one))
    document["users"] = [{"email": "bob@example.com"}]
    assert [user["email"] for user in application_of(world(document))["users"]] == [
        "ann@example.com",
        "bob@example.com",
    ]


def test_nothing_is_shared_with_the_world() -> None:
    """Whoever changes an export does not change the world."""
    store = world(EVERYTHING)
    exported = run(export(store))
    exported["applications"][0]["properties"]["globals"][0]["key"] = "changed"
    exported["applications"][0]["groups"][0]["deviceTags"][0]["key"] = "changed"
    assert text_of(store) == json.dumps(EVERYTHING)


Properties = st.SearchStrategy[dict[str, Any]]

TEXTS = st.sampled_from(["", "a", "Ä\u0000/", "\ud800", "😀" * 100, "\x85 \u2028\n: -"])
OPTIONAL = st.none() | TEXTS
PROPERTIES = st.dictionaries(
    TEXTS | st.sampled_from(["description", "name"]),
    TEXTS | st.lists(OPTIONAL) | st.floats(allow_nan=False, allow_infinity=False),
    max_size=3,
)
INSTANTS = st.sampled_from([0, 1, -62_135_596_800_000, 253_402_300_799_999, 1_704_067_200_500])
TAGS = st.dictionaries(st.sampled_from(["a", "b-_"]), TEXTS.filter(bool), max_size=2)
# A name may be like a path, like an id, and like other names.
NAMES = st.sampled_from(["A", "B", "A/B", "/", "A/", "\ud800", f"{1:024X}", f"{1:024x}/A"])
OBJECT_IDS = st.lists(st.sampled_from(["e" * 24, "f" * 24]), unique=True).map(tuple)
DATES = {"creation_date": INSTANTS, "last_updated": INSTANTS}
GROUPS: Properties = st.fixed_dictionaries(
    {"name": NAMES, **DATES},
    optional={
        "description": OPTIONAL,
        "group_tags": TAGS,
        "experience_endpoint_ids": OBJECT_IDS,
        "device_ids": OBJECT_IDS,
        "device_tags": st.sampled_from([(), ({"key": "k"}, {"key": "k", "value": "\ud800"}, {})]),
        "device_query_json": OPTIONAL,
    },
)
USERS: Properties = st.fixed_dictionaries(
    {**DATES, "password_last_updated": INSTANTS},
    optional={
        "password_hash": st.just(f"{'1' * 16}:{'2' * 32}"),
        "first_name": OPTIONAL,
        "last_name": OPTIONAL,
        "last_login": st.none() | INSTANTS,
        "token_cutoff": st.sampled_from(["2024-01-01T00:00:00.000Z", "2024-02-30T00:00:00Z"]),
        "user_tags": TAGS,
    },
)
TOKENS: Properties = st.fixed_dictionaries(
    {
        **DATES,
        "name": NAMES,
        "scope": st.sampled_from([(), ("all.Application",), ("experienceUsers.*",)]),
        "creator_id": st.sampled_from(["0" * 24, "somebody", ""]),
        "creator_type": st.sampled_from(["user", "apiToken"]),
        "creator_name": TEXTS,
    },
    optional={"description": OPTIONAL, "expiration_date": st.just("2030-01-01T00:00:00.000Z")},
)


async def grown(data: st.DataObject) -> Store:
    """Return a world to which things happened."""
    store = Store()
    password_hash = f"{'1' * 16}:{'2' * 32}"
    account = Account(id="0" * 24, email="a@example.com", password_hash=password_hash)
    await store.add_account(account)
    for number in range(data.draw(st.integers(0, 2))):
        application = Application(
            id=f"{number + 1:024x}",
            name=data.draw(NAMES),
            creation_date=data.draw(INSTANTS),
            last_updated=data.draw(INSTANTS),
            owner_id=data.draw(st.sampled_from([account.id, "somebody"])),
            properties=data.draw(
                st.dictionaries(TEXTS, st.floats(allow_nan=False, allow_infinity=False) | TEXTS)
            ),
        )
        await store.add_application(application)
        await fill(store, application.id, data)
    return store


async def fill(store: Store, application_id: str, data: st.DataObject) -> None:
    """Let an application have users, groups and tokens, in any order and below each other."""
    of: dict[str, Any] = {"application_id": application_id}
    group_ids: list[str] = []
    user_ids: list[str] = []
    for properties in data.draw(st.lists(GROUPS, max_size=5)):
        parent_id = data.draw(st.sampled_from([None, *group_ids]))
        group_ids.append(f"{len(group_ids):024x}")
        group = ExperienceGroup(id=group_ids[-1], parent_id=parent_id, **of, **properties)
        await store.add_group(group, Membership(()))
    some_groups = st.lists(st.sampled_from(group_ids), unique=True) if group_ids else st.just([])
    for properties in data.draw(st.lists(USERS, max_size=4)):
        user_ids.append(f"1{len(user_ids):023x}")
        local = data.draw(TEXTS)[:9].translate(dict.fromkeys(map(ord, "\0\n \u2028")))
        email = f"{local}@{len(user_ids)}"
        user = ExperienceUser(id=user_ids[-1], email=email, **of, **properties)
        await store.add_user(user, Membership(data.draw(some_groups)))
    some_users = st.lists(st.sampled_from(user_ids), unique=True) if user_ids else st.just([])
    for group_id in data.draw(some_groups):
        await store.change_group(application_id, group_id, {}, Membership(data.draw(some_users)))
    for group_id in data.draw(some_groups)[:1]:
        await store.remove_group(application_id, group_id)
    for number, properties in enumerate(data.draw(st.lists(TOKENS, max_size=2))):
        await store.add_api_token(ApiToken(id=f"2{number:023x}", **of, **properties))


@given(st.data())
def test_every_world_comes_back(data: st.DataObject) -> None:
    """What is exported is a file that makes the same world, whose export is the same file."""
    store = run(grown(data))
    for form in FORMATS:
        content = written(store, form)
        again = loaded(content, form)
        assert run(records(again)) == run(records(store)), form
        assert written(again, form) == content
