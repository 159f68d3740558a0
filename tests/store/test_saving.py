"""Saved states: whatever is done to a store, they stay as they were, and stores stay apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import pytest

from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
    GroupRef,
)
from mock_server.query.glob import Glob
from mock_server.query.listing import FieldFilter, GroupFilter, ListQuery
from mock_server.store import (
    EmailTaken,
    Membership,
    ParentIsDescendant,
    ParentNotFound,
    Store,
    UnknownMember,
)

T = TypeVar("T")
Change = Callable[[Store], Coroutine[Any, Any, object]]

FIRST, SECOND = "a" * 24, "b" * 24
UNKNOWN = "f" * 24
NOBODY = Membership(())
DATES: Mapping[str, Any] = {"creation_date": 0, "last_updated": 0}
SORT_FIELDS = ("id", "email", "firstName", "lastName", "lastLogin", "lastUpdated", "creationDate")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Wait for a store."""
    return asyncio.run(coroutine)


def id_of(number: int) -> str:
    """Return the id of a user, a group or a token."""
    return f"{number:024x}"


def application(application_id: str) -> Application:
    """Return an application."""
    return Application(id=application_id, name="A", owner_id="o", **DATES)


def account(number: int) -> Account:
    """Return an account."""
    return Account(id=id_of(number), email=f"account{number}@example.com")


def user(number: int, **properties: Any) -> ExperienceUser:
    """Return a user of the first application."""
    named = {"id": id_of(number), "application_id": FIRST, "email": f"user{number}@example.com"}
    return ExperienceUser(**{**named, "password_last_updated": 0, **DATES, **properties})


def group(number: int, parent: int | None = None) -> ExperienceGroup:
    """Return a group of the first application."""
    parent_id = None if parent is None else id_of(parent)
    return ExperienceGroup(
        id=id_of(number), application_id=FIRST, name=f"g{number}", parent_id=parent_id, **DATES
    )


def ref(number: int, parent: int | None = None) -> GroupRef:
    """Return what a user's record says of a group."""
    return GroupRef(id_of(number), f"g{number}", None if parent is None else id_of(parent))


def token(number: int) -> ApiToken:
    """Return an API token of the first application."""
    named = {"id": id_of(number), "application_id": FIRST, "name": "t", "scope": ("all.Device",)}
    created_by = {"creator_id": "o", "creator_type": "user", "creator_name": "O"}
    return ApiToken(**{**named, **created_by, **DATES})


async def furnish(store: Store) -> None:
    """Put something of every kind into a store, and let it make its indexes."""
    await store.add_account(account(1))
    for application_id in (FIRST, SECOND):
        await store.add_application(application(application_id))
    await store.add_group(group(11), NOBODY)
    await store.add_group(group(12, 11), NOBODY)
    await store.add_user(user(21, first_name="a"), Membership([id_of(11)]))
    await store.add_user(user(22), Membership([id_of(11), id_of(12)]))
    await store.add_user(user(23, application_id=SECOND), NOBODY)
    await store.add_api_token(token(31))
    await everything(store)


async def everything(store: Store) -> Any:
    """Return all that a store tells, as plain values."""
    accounts, applications = await store.accounts(), await store.all_applications()
    contents = [await _contents(store, one.id) for one in applications]
    return plain([accounts, applications, contents])


async def _contents(store: Store, application_id: str) -> list[Any]:
    return [
        await store.application(application_id),
        await store.counts(application_id),
        await store.all_users(application_id),
        await store.all_groups(application_id),
        await store.all_api_tokens(application_id),
        [await store.users(application_id, query) for query in QUERIES],
        [await store.user_by_email(application_id, f"USER{n}@example.com") for n in range(20, 30)],
    ]


def query(sort_field: str = "id", **filters: Any) -> ListQuery:
    """Return a query for all that there is."""
    return ListQuery(sort_field=sort_field, descending=False, page=0, per_page=1000, **filters)


QUERIES = (
    *map(query, SORT_FIELDS),
    query(filter=FieldFilter("firstName", Glob.parse("a*"))),
    query(group=GroupFilter(id_of(12), include_ancestors=True)),
)


def plain(value: Any) -> Any:
    """Return records as values that are equal when they say the same."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


async def _restore_another(store: Store) -> None:
    other = type(store)()
    await other.add_application(application(SECOND))
    await store.restore(await other.save())


CHANGES: Mapping[str, Change] = {
    "add_account": lambda store: store.add_account(account(2)),
    "add_application": lambda store: store.add_application(application("c" * 24)),
    "change_application": lambda store: store.change_application(FIRST, {"name": "B"}),
    "remove_application": lambda store: store.remove_application(FIRST),
    "add_api_token": lambda store: store.add_api_token(token(32)),
    "change_api_token": lambda store: store.change_api_token(
        FIRST, id_of(31), {"status": "inactive"}
    ),
    "remove_api_token": lambda store: store.remove_api_token(FIRST, id_of(31)),
    "add_user": lambda store: store.add_user(user(24, first_name="b"), Membership([id_of(11)])),
    "add_users": lambda store: store.add_users(
        FIRST, [user(24, groups=(ref(11),)), user(25, groups=(ref(12, 11), ref(11)))]
    ),
    "change_user": lambda store: store.change_user(
        FIRST, id_of(21), {"email": "user29@example.com", "first_name": "z"}, None
    ),
    "change_user: groups": lambda store: store.change_user(
        FIRST, id_of(21), {}, Membership([id_of(12)])
    ),
    "remove_user": lambda store: store.remove_user(FIRST, id_of(22)),
    "add_group": lambda store: store.add_group(group(13, 12), Membership([id_of(21)])),
    "change_group": lambda store: store.change_group(FIRST, id_of(11), {"name": "h"}, None),
    "change_group: parent": lambda store: store.change_group(
        FIRST, id_of(12), {"parent_id": None}, None
    ),
    "change_group: users": lambda store: store.change_group(
        FIRST, id_of(12), {}, Membership([id_of(21)])
    ),
    "remove_group": lambda store: store.remove_group(FIRST, id_of(11)),
    "clear": lambda store: store.clear(),
    "restore": _restore_another,
}

REFUSED: Mapping[str, tuple[type[Exception], Change]] = {
    "add_user: address": (
        EmailTaken,
        lambda store: store.add_user(user(24, email="USER21@example.com"), Membership([id_of(11)])),
    ),
    "add_user: group": (
        UnknownMember,
        lambda store: store.add_user(user(24), Membership([id_of(11), UNKNOWN])),
    ),
    "add_users: address": (
        EmailTaken,
        lambda store: store.add_users(FIRST, [user(24), user(25, email="USER21@example.com")]),
    ),
    "add_users: address twice": (
        EmailTaken,
        lambda store: store.add_users(FIRST, [user(24), user(25, email="USER24@example.com")]),
    ),
    "add_users: group": (
        UnknownMember,
        lambda store: store.add_users(
            FIRST, [user(24, groups=(ref(11),)), user(25, groups=(ref(99),))]
        ),
    ),
    "change_user: address": (
        EmailTaken,
        lambda store: store.change_user(
            FIRST, id_of(21), {"email": "USER22@example.com"}, Membership([id_of(12)])
        ),
    ),
    "change_user: group": (
        UnknownMember,
        lambda store: store.change_user(
            FIRST, id_of(21), {"email": "user29@example.com"}, Membership([UNKNOWN])
        ),
    ),
    "add_group: user": (
        UnknownMember,
        lambda store: store.add_group(group(13), Membership([id_of(21), UNKNOWN])),
    ),
    "add_group: parent": (
        ParentNotFound,
        lambda store: store.add_group(group(13, 99), Membership([id_of(21)])),
    ),
    "change_group: user": (
        UnknownMember,
        lambda store: store.change_group(
            FIRST, id_of(12), {"name": "h", "parent_id": None}, Membership([id_of(21), UNKNOWN])
        ),
    ),
    "change_group: parent": (
        ParentNotFound,
        lambda store: store.change_group(
            FIRST, id_of(12), {"name": "h", "parent_id": UNKNOWN}, Membership([id_of(21)])
        ),
    ),
    "change_group: itself": (
        ParentIsDescendant,
        lambda store: store.change_group(FIRST, id_of(11), {"parent_id": id_of(11)}, NOBODY),
    ),
    "change_group: descendant": (
        ParentIsDescendant,
        lambda store: store.change_group(
            FIRST, id_of(11), {"name": "h", "parent_id": id_of(12)}, NOBODY
        ),
    ),
}

AIMLESS: Mapping[str, Change] = {
    "change_application": lambda store: store.change_application(UNKNOWN, {"name": "B"}),
    "remove_application": lambda store: store.remove_application(UNKNOWN),
    "change_api_token": lambda store: store.change_api_token(FIRST, UNKNOWN, {"name": "u"}),
    "remove_api_token": lambda store: store.remove_api_token(FIRST, UNKNOWN),
    "change_user": lambda store: store.change_user(
        FIRST, UNKNOWN, {"email": "user29@example.com"}, Membership([id_of(11)])
    ),
    "remove_user": lambda store: store.remove_user(FIRST, UNKNOWN),
    "change_group": lambda store: store.change_group(
        FIRST, UNKNOWN, {"name": "h"}, Membership([id_of(21)])
    ),
    "remove_group": lambda store: store.remove_group(FIRST, UNKNOWN),
}

all_changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


@pytest.fixture
def store() -> Store:
    """A store with something of every kind."""
    made = Store()
    run(furnish(made))
    return made


def test_every_method_that_changes_something_is_tried() -> None:
    """A new method of stores that changes something has to be added here."""
    verbs = ("add_", "change_", "remove_", "clear", "restore")
    writing = {name for name in vars(Store) if name.startswith(verbs)}
    assert {name.partition(":")[0] for name in CHANGES} == writing


@all_changes
def test_no_change_reaches_a_saved_state(store: Store, change: Change) -> None:
    """What was saved comes back as it was, however often it is restored and changed."""
    saved, before = run(store.save()), run(everything(store))
    for _ in range(2):
        run(change(store))
        assert run(everything(store)) != before
        run(store.restore(saved))
        assert run(everything(store)) == before


@all_changes
def test_no_change_reaches_another_store(store: Store, change: Change) -> None:
    """A state that stands in two stores is changed in one of them only, whichever that is."""
    other, before = Store(), run(everything(store))
    run(other.restore(run(store.save())))
    run(change(store))
    changed = run(everything(store))
    assert run(everything(other)) == before
    run(other.add_user(user(28, last_name="n"), Membership([id_of(12)])))
    assert run(everything(store)) == changed != before


@all_changes
def test_stores_that_began_alike_stay_apart(store: Store, change: Change) -> None:
    """A change in one of two stores that were restored alike is not seen in the other."""
    saved, before = run(store.save()), run(everything(store))
    one, other = Store(), Store()
    run(one.restore(saved))
    run(other.restore(saved))
    run(change(one))
    assert [run(everything(which)) for which in (other, store)] == [before, before]


@all_changes
def test_a_later_state_beside_an_earlier_one(store: Store, change: Change) -> None:
    """Each of two states that were saved one after the other comes back as it was."""
    first, before = run(store.save()), run(everything(store))
    run(change(store))
    second, after = run(store.save()), run(everything(store))
    for saved, expected in ((first, before), (second, after), (first, before)):
        run(store.restore(saved))
        assert run(everything(store)) == expected


@all_changes
def test_a_saved_state_takes_every_change(store: Store, change: Change) -> None:
    """A change has the same result whether or not the state was saved before."""
    fresh = type(store)()
    run(furnish(fresh))
    run(store.save())
    run(change(store))
    run(change(fresh))
    assert run(everything(store)) == run(everything(fresh))


@pytest.mark.parametrize(("error", "change"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_change_changes_nothing(
    store: Store, error: type[Exception], change: Change
) -> None:
    """A change that is refused leaves everything as it was, and what was saved too."""
    saved, before = run(store.save()), run(everything(store))
    for _ in range(2):  # the first time it was saved, the second time it was not
        with pytest.raises(error):
            run(change(store))
        assert run(everything(store)) == before
    run(store.restore(saved))
    assert run(everything(store)) == before


@pytest.mark.parametrize("change", AIMLESS.values(), ids=AIMLESS.keys())
def test_a_change_to_nothing_changes_nothing(store: Store, change: Change) -> None:
    """To change or remove what does not exist does nothing, and says so."""
    before = run(everything(store))
    assert not run(change(store))
    assert run(everything(store)) == before


def test_a_cleared_store_is_empty(store: Store) -> None:
    """After clearing a store is as a new one, to which the same can be added again."""
    before = run(everything(store))
    run(store.clear())
    assert run(everything(store)) == run(everything(Store()))
    run(furnish(store))
    assert run(everything(store)) == before


def test_an_application_that_is_added_again_is_empty(store: Store) -> None:
    """An application that replaces a saved one has nothing of what that had."""
    saved, before = run(store.save()), run(everything(store))
    run(store.remove_application(FIRST))
    run(store.add_application(application(FIRST)))
    run(store.add_user(user(21), NOBODY))
    assert [one.id for one in run(store.all_users(FIRST))] == [id_of(21)]
    assert run(store.all_groups(FIRST)) == ()
    run(store.restore(saved))
    assert run(everything(store)) == before


def test_indexes_that_are_made_late() -> None:
    """An index that one store makes of a shared state serves the others, until they change."""
    one, other = Store(), Store()
    run(one.add_application(application(FIRST)))
    run(one.add_user(user(21, first_name="a"), NOBODY))
    run(other.restore(run(one.save())))
    by_name = query("firstName")
    assert run(one.users(FIRST, by_name)).total_count == 1
    run(other.add_user(user(22, first_name="A"), NOBODY))
    run(one.remove_user(FIRST, id_of(21)))
    assert [found.id for found in run(other.users(FIRST, by_name)).items] == [id_of(22), id_of(21)]
    assert run(one.users(FIRST, by_name)).items == ()
