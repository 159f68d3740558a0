"""What a store does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.records import (
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
    GroupRef,
    Page,
)
from mock_server.query.glob import Glob
from mock_server.query.listing import FieldFilter, GroupFilter, ListQuery
from mock_server.store import EmailTaken, Membership, Store, UnknownMember

T = TypeVar("T")
APPLICATION = "a" * 24
NOBODY = Membership(())


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Wait for a store."""
    return asyncio.run(coroutine)


def application() -> Application:
    """Return an application."""
    return Application(id=APPLICATION, name="A", creation_date=0, last_updated=0, owner_id="o")


def user(number: int, **properties: Any) -> ExperienceUser:
    """Return a user with an id and an address by number."""
    return ExperienceUser(
        **{
            "id": f"{number:024x}",
            "application_id": APPLICATION,
            "email": f"user{number}@example.com",
            "creation_date": number,
            "last_updated": number,
            "password_last_updated": number,
            **properties,
        }
    )


def group(number: int, **properties: Any) -> ExperienceGroup:
    """Return a group with an id by number."""
    return ExperienceGroup(
        id=f"{number:024x}",
        application_id=APPLICATION,
        name=f"Group {number}",
        creation_date=0,
        last_updated=0,
        **properties,
    )


def query(
    sort_field: str = "id", *, descending: bool = False, page: int = 0, **filters: Any
) -> ListQuery:
    """Return a query for pages of five."""
    return ListQuery(sort_field=sort_field, descending=descending, page=page, per_page=5, **filters)


def numbers(page: Page[ExperienceUser]) -> list[int]:
    """Return the numbers of the users on a page."""
    return [int(one.id, 16) for one in page.items]


@pytest.fixture
def store() -> Store:
    """A store that holds an empty application."""
    made = Store()
    run(made.add_application(application()))
    return made


def test_a_saved_state_stays_as_it_was(store: Store) -> None:
    """What happens after saving is undone by restoring, as often as one likes."""
    run(store.add_group(group(9), NOBODY))
    run(store.add_user(user(1), Membership([group(9).id])))
    for field in ("id", "email"):
        run(store.users(APPLICATION, query(field)))  # so that there are indexes to save
    saved = run(store.save())
    for _ in range(2):
        run(store.change_user(APPLICATION, user(1).id, {"email": "z@example.com"}, NOBODY))
        run(store.add_user(user(2), Membership([group(9).id])))
        run(store.remove_group(APPLICATION, group(9).id))
        run(store.restore(saved))
        assert numbers(run(store.users(APPLICATION, query("email")))) == [1]
        details = run(store.group(APPLICATION, group(9).id))
        assert details is not None
        assert details.user_ids == (user(1).id,)
        with pytest.raises(EmailTaken):
            run(store.add_user(user(3, email="USER1@example.com"), NOBODY))


def test_pages_from_both_ends(store: Store) -> None:
    """Descending pages are the exact reverse of ascending ones."""
    for number in range(12):
        run(store.add_user(user(number, first_name=None if number % 2 else "same"), NOBODY))
    ascending = [
        numbers(run(store.users(APPLICATION, query("firstName", page=page)))) for page in range(4)
    ]
    descending = [
        numbers(run(store.users(APPLICATION, query("firstName", page=page, descending=True))))
        for page in range(4)
    ]
    assert ascending == [[1, 3, 5, 7, 9], [11, 0, 2, 4, 6], [8, 10], []]
    assert descending == [[10, 8, 6, 4, 2], [0, 11, 9, 7, 5], [3, 1], []]


def test_a_refused_user_leaves_no_trace(store: Store) -> None:
    """When a group is unknown, the user is not kept and its address stays free."""
    with pytest.raises(UnknownMember) as refused:
        run(store.add_user(user(1), Membership(["x", "y"])))
    assert refused.value.index == 0
    assert run(store.users(APPLICATION, query())).total_count == 0
    assert run(store.add_user(user(2, email=user(1).email), NOBODY)).id == user(2).id


def test_removing_tells_whether_there_was_one(store: Store) -> None:
    """The first time there was one, the second time there was none."""
    run(store.add_user(user(1), NOBODY))
    run(store.add_group(group(2), NOBODY))
    token = ApiToken(
        id="t",
        application_id=APPLICATION,
        name="t",
        scope=(),
        creation_date=0,
        last_updated=0,
        creator_id="u",
        creator_type="user",
        creator_name="U",
    )
    run(store.add_api_token(token))
    for expected in (True, False):
        assert run(store.remove_user(APPLICATION, user(1).id)) is expected
        assert run(store.remove_group(APPLICATION, group(2).id)) is expected
        assert run(store.remove_api_token(APPLICATION, "t")) is expected
    assert run(store.remove_application(APPLICATION)) is True
    assert run(store.remove_application(APPLICATION)) is False


def test_many_users_are_kept_as_if_one_by_one(store: Store) -> None:
    """Users that come together are found, listed and members as those that come alone."""
    details = [run(store.add_group(group(number), NOBODY)) for number in (8, 9)]
    refs = [GroupRef(one.group.id, one.group.name, one.group.parent_id) for one in details]
    run(store.add_user(user(1, first_name="b"), Membership([group(8).id])))
    run(store.users(APPLICATION, query("firstName")))  # so that there is an index
    many = [user(n, first_name="c" if n % 2 else None, groups=(refs[n % 2],)) for n in range(2, 6)]
    run(store.add_users(APPLICATION, many))
    assert numbers(run(store.users(APPLICATION, query("firstName")))) == [2, 4, 1, 3, 5]
    found = run(store.user_by_email(APPLICATION, "USER3@example.com"))
    assert found is not None
    assert (found.id, found.groups) == (user(3).id, (refs[1],))
    members = run(store.group(APPLICATION, group(8).id))
    assert members is not None
    assert members.user_ids == (user(1).id, user(2).id, user(4).id)
    run(store.change_group(APPLICATION, group(8).id, {"name": "New"}, None))
    renamed = run(store.user(APPLICATION, user(2).id))
    assert renamed is not None
    assert [one.name for one in renamed.groups] == ["New"]


FIELDS = ("id", "email", "firstName", "lastName", "lastLogin", "lastUpdated", "creationDate")
NAMES = st.sampled_from([None, "", "a", "A", "ab", "b", "é"])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "first_name": NAMES,
        "last_name": NAMES,
        "last_login": st.sampled_from([None, 0, 5]),
        "last_updated": st.integers(0, 3),
        "email": st.sampled_from(["x@a", "X@b", "y@a", "Y@c"]),
    },
)
STEPS = st.lists(st.tuples(st.sampled_from("aachdm"), st.integers(0, 9), CHANGES), max_size=25)


async def take(store: Store, step: str, number: int, changes: dict[str, Any]) -> None:
    """Add, change or delete a user, add many, or save and restore everything."""
    if step == "a" and not await store.user(APPLICATION, user(number).id):
        await store.add_user(user(number, **changes), NOBODY)
    elif step == "m" and not await store.user(APPLICATION, user(number + 10).id):
        many = [user(one, first_name=changes.get("first_name")) for one in range(10, 11 + number)]
        new = [one for one in many if not await store.user(APPLICATION, one.id)]
        await store.add_users(APPLICATION, new)
    elif step == "c":
        await store.change_user(APPLICATION, user(number).id, changes, None)
    elif step == "d":
        await store.remove_user(APPLICATION, user(number).id)
    else:
        await store.restore(await store.save())


@given(STEPS, st.sampled_from(FIELDS), st.sampled_from(["*", "a*", "A?", "*b", "é"]))
def test_indexes_follow_every_change(
    steps: list[tuple[str, int, dict[str, Any]]], field: str, pattern: str
) -> None:
    """A store that was listed all along lists the same as one that never was before."""
    listed, fresh = Store(), Store()
    glob = FieldFilter("firstName", Glob.parse(pattern))
    queries = [query(field), query(field, filter=glob), query(group=GroupFilter("none"))]

    async def follow(store: Store, *, list_often: bool) -> list[list[int]]:
        await store.add_application(application())
        for step, number, changes in steps:
            with suppress(EmailTaken):
                await take(store, step, number, changes)
            if list_often:
                for one in queries:
                    await store.users(APPLICATION, one)
        return [numbers(await store.users(APPLICATION, one)) for one in queries]

    assert run(follow(listed, list_often=True)) == run(follow(fresh, list_often=False))
