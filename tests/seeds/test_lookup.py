"""Users and groups of a world, by what people call them."""

from __future__ import annotations

import pytest

from mock_server.domain.ids import DEFAULT_APPLICATION_ID
from mock_server.seeds.export import group_document, user_document
from mock_server.seeds.records import find_group, find_user, group_names
from mock_server.store import Store
from tests.seeds.worlds import run, world

NORTH, EAST = "b" * 24, "c" * 24


@pytest.fixture(scope="module")
def store() -> Store:
    """Staff, with North and East, and another East; Ann in North."""
    below = [{"id": NORTH, "name": "North"}, {"id": EAST, "name": "East"}]
    other = [{"name": "Other"}, {"name": "East", "parent": "Other"}]
    return world(
        {
            "groups": [{"name": "Staff", "groups": below}, *other],
            "users": [{"id": "a" * 24, "email": "Ann@example.com", "groups": ["North"]}],
        }
    )


@pytest.mark.parametrize("wanted", ["ANN@EXAMPLE.COM", "A" * 24, "a" * 24])
def test_users_by_id_and_email(store: Store, wanted: str) -> None:
    """A user is found by either, and case does not count."""
    user = run(find_user(store, DEFAULT_APPLICATION_ID, wanted))
    assert user is not None
    assert user.email == "Ann@example.com"


def test_a_user_that_does_not_exist(store: Store) -> None:
    """Nobody is found by part of an address."""
    assert run(find_user(store, DEFAULT_APPLICATION_ID, "ann")) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("North", NORTH), ("Staff/North", NORTH), ("B" * 24, NORTH), ("Staff/East", EAST)],
)
def test_groups_by_id_and_path(store: Store, wanted: str, found: str) -> None:
    """A group is found by its id, its path, or as much of that as is needed."""
    details, problem = run(find_group(store, DEFAULT_APPLICATION_ID, wanted))
    assert details is not None
    assert (details.group.id, problem) == (found, "")


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ("orth", 'refers to unknown group "orth"; did you mean "North"?'),
        ("East", 'refers to several groups: "East"; write the path, "Other/East" or "Staff/East"'),
    ],
)
def test_groups_that_are_not_found(store: Store, wanted: str, problem: str) -> None:
    """Why a group is not found is told in the words that documents get."""
    assert run(find_group(store, DEFAULT_APPLICATION_ID, wanted)) == (None, problem)


def test_one_user_and_one_group_as_documents(store: Store) -> None:
    """Each is shown as it stands in an export, and a group alone with its parent."""
    names = run(group_names(store, DEFAULT_APPLICATION_ID))
    user = run(find_user(store, DEFAULT_APPLICATION_ID, "ann@example.com"))
    details, _ = run(find_group(store, DEFAULT_APPLICATION_ID, "North"))
    assert user is not None
    assert details is not None
    assert user_document(user, names)["groups"] == ["Staff/North"]
    parent = names[details.group.parent_id or ""]
    shown = group_document(details.group, parent=parent)
    assert list(shown) == ["id", "name", "parent", "creationDate", "lastUpdated"]
    assert shown["parent"] == "Staff"
