"""Documents that are added to a world: what they may name, and when nothing is added."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.auth.passwords import verify_password
from mock_server.domain.clock import format_instant
from mock_server.domain.context import SEEDED_RUN_BEGINS
from mock_server.domain.ids import DEFAULT_APPLICATION_ID
from mock_server.store import Store
from tests.seeds.worlds import added, application_of, records, refusals, run, text_of, world

NOW = format_instant(SEEDED_RUN_BEGINS)[:19]
BEFORE = "2020-01-01T00:00:00.000Z"
OTHER = "a" * 24


@pytest.fixture
def store() -> Store:
    """A small company: Staff above Sales, and Ann in Sales."""
    return world(
        {
            "accounts": [{"id": "b" * 24, "email": "robin@example.com", "password": "password1"}],
            "applications": [
                {
                    "id": DEFAULT_APPLICATION_ID,
                    "name": "Company",
                    "creationDate": BEFORE,
                    "groups": [{"id": "c" * 24, "name": "Staff", "groups": [{"name": "Sales"}]}],
                    "users": [{"id": "d" * 24, "email": "ann@example.com", "groups": ["Sales"]}],
                    "tokens": [{"id": "e" * 24, "name": "Sync"}],
                }
            ],
        }
    )


def group_names(store: Store) -> dict[str, list[str]]:
    """Return the groups of each user, by what they are called."""
    users = application_of(store)["users"]
    return {user["email"]: user.get("groups", []) for user in users}


def test_users_in_groups_that_exist_and_in_new_ones(store: Store) -> None:
    """A new user can belong to old and new groups, by name or path."""
    user = {"email": "bob@example.com", "groups": ["Support", "Staff/Sales", "Staff"]}
    added(store, {"groups": [{"name": "Support"}], "users": [user]})
    assert group_names(store) == {
        "ann@example.com": ["Staff/Sales"],
        "bob@example.com": ["Support", "Staff/Sales", "Staff"],
    }


def test_groups_below_groups_that_exist(store: Store) -> None:
    """A new group can have an old parent, and groups inside."""
    added(store, {"groups": [{"name": "North", "parent": "Sales", "groups": [{"name": "Desk"}]}]})
    (staff,) = application_of(store)["groups"]
    (sales,) = staff["groups"]
    (north,) = sales["groups"]
    assert (north["name"], north["groups"][0]["name"]) == ("North", "Desk")


def test_members_that_exist(store: Store) -> None:
    """A new group can have old users, by id or email, in an order."""
    added(
        store,
        {
            "groups": [{"name": "All", "members": ["BOB@example.com", "D" * 24]}],
            "users": [{"email": "bob@example.com"}, {"email": "cy@example.com", "groups": ["All"]}],
        },
    )
    found = application_of(store)
    called = {user["id"]: user["email"][:3] for user in found["users"]}
    assert [called[user_id] for user_id in found["groups"][1]["members"]] == ["bob", "ann", "cy@"]
    assert group_names(store)["ann@example.com"] == ["Staff/Sales", "All"]


def test_what_is_added_was_created_now(store: Store) -> None:
    """Users, groups and tokens of an old application are new, unless they say otherwise."""
    document = {
        "users": [{"email": "b@example.com"}, {"email": "c@example.com", "creationDate": BEFORE}],
        "groups": [{"name": "Support"}],
        "tokens": [{"name": "Other"}],
    }
    added(store, document)
    found = application_of(store)
    one, other = found["users"][1:]
    assert other["creationDate"] == BEFORE
    for new in (one, found["groups"][1], found["tokens"][1]):
        assert (new["creationDate"][:19], new["lastUpdated"][:19]) == (NOW, NOW)
    assert found["creationDate"] == BEFORE


def test_an_application_that_exists_gets_the_contents(store: Store) -> None:
    """An application is known by its id; what it is called stays as it was."""
    users = [{"email": "bob@example.com"}]
    added(store, {"applications": [{"id": DEFAULT_APPLICATION_ID, "name": "X", "users": users}]})
    found = application_of(store)
    assert (found["name"], len(found["users"])) == ("Company", 2)


def test_new_applications_and_accounts(store: Store) -> None:
    """Others come after those that exist, and may belong to old accounts and new ones."""
    applications = [
        {"name": "One", "owner": "eve@example.com", "creationDate": BEFORE, "users": [USER]},
        {"name": "Two"},
    ]
    account = {"email": "eve@example.com", "password": "password2"}
    seed = added(store, {"accounts": [account], "applications": applications})
    company, one, two = run(store.all_applications())
    assert (company.name, one.name, two.name) == ("Company", "One", "Two")
    assert (one.owner_id, two.owner_id) == (seed.accounts[0].id, "b" * 24)
    assert verify_password("password2", run(store.accounts())[1].password_hash)
    assert [planted.exists for planted in seed.applications] == [False, False]
    assert seed.applications[0].users[0].creation_date == one.creation_date


USER: dict[str, Any] = {"email": "bob@example.com"}


def test_the_top_goes_to_the_default_application(store: Store) -> None:
    """Things at the top go to the default application, also if it is not the first."""
    world_of_two = world({"applications": [{"name": "One"}, {"id": OTHER, "name": "Two"}]})
    seed = added(world_of_two, {"users": [USER]})
    assert seed.applications[0].application.name == "One"
    seed = added(store, {"applications": [{"name": "New"}], "users": [USER]})
    assert [len(planted.users) for planted in seed.applications] == [1, 0]
    assert seed.applications[0].application.name == "Company"


def test_the_top_goes_where_it_is_told_to() -> None:
    """The caller can say which application is meant, in either case, even one that is new."""
    store = world({"applications": [{"name": "One"}, {"id": OTHER, "name": "Two"}]})
    seed = added(store, {"users": [USER]}, OTHER.upper())
    assert seed.applications[0].application.name == "Two"
    document = {"applications": [{"id": "f" * 24, "name": "Three"}], "users": [USER]}
    seed = added(store, document, "f" * 24)
    assert [(one.application.name, len(one.users)) for one in seed.applications] == [("Three", 1)]


def test_a_world_without_applications_gets_the_default_one() -> None:
    """Where there is no application at all, things at the top make the default one."""
    store = world({}, defaults=False)
    added(store, {"users": [USER], "tokens": [{"name": "Sync"}]})
    found = application_of(store)
    assert (found["id"], found["users"][0]["email"]) == (DEFAULT_APPLICATION_ID, "bob@example.com")


def test_a_document_of_nothing_adds_nothing(store: Store) -> None:
    """There are no default records for a world that has some."""
    before = text_of(store)
    added(store, {})
    assert text_of(store) == before


def test_the_same_ids_in_another_application(store: Store) -> None:
    """Ids and addresses count within their application."""
    users = [{"id": "d" * 24, "email": "ann@example.com"}]
    added(store, {"applications": [{"id": OTHER, "name": "Copy", "users": users}]})
    assert text_of(world(json.loads(text_of(store)))) == text_of(store)


REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "everything at once": (
        {
            "accounts": [
                {"id": "b" * 24, "email": "Robin@example.com", "password": "password1"},
                {"email": "eve@example.com"},
            ],
            "applications": [{"name": "New", "owner": "x@example.com"}],
            "groups": [
                {"id": "c" * 24, "name": "A", "parent": "Nowhere"},
                {"name": "B", "members": ["x@example.com"]},
            ],
            "users": [
                {"id": "E" * 24, "email": "ANN@example.com", "groups": ["Nowhere", "Sales"]},
                {"email": "bob@example.com", "fristName": "Bob"},
                {"email": "BOB@example.com", "password": "password1", "passwordHash": "0"},
            ],
            "tokens": [{"id": "d" * 24, "name": "T", "scope": ["all.Everything"]}],
        },
        [
            "more: users[1].fristName is not a known property; did you mean firstName?",
            "more: users[2].passwordHash is not a password hash of this mock server;"
            " write password instead",
            'more: tokens[0].scope[0] is not a scope of API tokens: "all.Everything"',
            'more: accounts[0].email is already in use: "Robin@example.com"',
            "more: accounts[1].password is required, or passwordHash",
            f"more: accounts[0].id is already in use: {'b' * 24}",
            'more: groups[0].parent refers to unknown group "Nowhere"',
            'more: users[0].email is already in use: "ANN@example.com"',
            'more: users[2].email is given twice: "BOB@example.com" (case does not matter)',
            'more: users[0].groups[0] refers to unknown group "Nowhere"',
            "more: users[2].passwordHash cannot be given together with password",
            'more: groups[1].members[0] refers to unknown user "x@example.com"',
            f"more: groups[0].id is already in use: {'c' * 24}",
            f"more: users[0].id is already in use: {'e' * 24}",
            f"more: tokens[0].id is already in use: {'d' * 24}",
            'more: applications[0].owner refers to unknown account "x@example.com"',
        ],
    ),
    "the same application twice": (
        {"applications": [{"id": DEFAULT_APPLICATION_ID, "name": "A"}] * 2},
        [f"more: applications[1].id is given twice: {DEFAULT_APPLICATION_ID}"],
    ),
    "an old and a new group": (
        {"groups": [{"name": "Sales"}], "users": [{**USER, "groups": ["sales", "Staff/Sales/X"]}]},
        [
            'more: users[0].groups[0] refers to unknown group "sales"; did you mean "Sales"?',
            'more: users[0].groups[1] refers to unknown group "Staff/Sales/X";'
            ' did you mean "Staff/Sales"?',
        ],
    ),
    "names of two groups": (
        {
            "groups": [{"name": "X", "groups": [{"name": "Staff/Sales"}]}],
            "users": [{**USER, "groups": ["Sales"]}],
        },
        [
            'more: users[0].groups[0] refers to several groups: "Sales"; write the path,'
            ' "Staff/Sales" or "X/Staff/Sales"',
        ],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_told_together_and_nothing_changes(store: Store, name: str) -> None:
    """All that is wrong is told, and the world is as it was."""
    document, expected = REFUSED[name]
    before = run(records(store))
    assert sorted(refusals(store, document)) == sorted(expected)
    assert run(records(store)) == before


def test_an_application_that_nobody_knows(store: Store) -> None:
    """To add to an application that does not exist is a mistake like any other."""
    assert refusals(store, {"users": [{"email": "ann"}]}, "0" * 24) == [
        f'applicationId: refers to unknown application "{"0" * 24}"',
        "more: users[0].email must be email format; write it with an @ and without spaces",
    ]
