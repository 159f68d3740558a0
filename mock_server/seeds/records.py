"""Records that come from seed files, the state they are added to, and their way into the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from mock_server.domain.ids import DEFAULT_APPLICATION_ID
from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
)
from mock_server.store import Membership, Store

_NO_MEMBERS = Membership(())


@dataclass(frozen=True)
class SeededApplication:
    """An application with its contents: groups after their parents, users with their groups.

    ``members`` are the groups whose members have an order of their own, with the ids of all of
    them; ``exists`` tells that the application is in the store already and is only added to.
    """

    application: Application
    groups: Sequence[ExperienceGroup]
    users: Sequence[ExperienceUser]
    tokens: Sequence[ApiToken]
    members: Sequence[tuple[str, Sequence[str]]] = ()
    exists: bool = False


@dataclass(frozen=True)
class SeedRecords:
    """The first records of a world, or those that are added to it. They are checked."""

    accounts: Sequence[Account]
    applications: Sequence[SeededApplication]


@dataclass(frozen=True)
class ExistingApplication:
    """An application in the store, and what it has of the things that documents refer to.

    ``ids`` and ``emails`` (folded) are those that documents give and that are in use; ``user_ids``
    are the ids of users by the id or email that documents refer to them by.
    """

    application: Application
    groups: Sequence[ExperienceGroup] = ()
    ids: Set[str] = frozenset()
    emails: Set[str] = frozenset()
    user_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExistingState:
    """The records of a world before documents are loaded; by default there are none.

    ``application_id`` is the application for what is at the top of documents. ``defaults`` tells
    whether to make an account and an application where the documents have none.
    """

    accounts: Sequence[Account] = ()
    applications: Mapping[str, ExistingApplication] = field(default_factory=dict)
    application_id: str = DEFAULT_APPLICATION_ID
    defaults: bool = True


async def insert(store: Store, records: SeedRecords) -> None:
    """Add records to the store."""
    for account in records.accounts:
        await store.add_account(account)
    for seeded in records.applications:
        await _insert_application(store, seeded)


async def _insert_application(store: Store, seeded: SeededApplication) -> None:
    application_id = seeded.application.id
    if not seeded.exists:
        await store.add_application(seeded.application)
    for group in seeded.groups:
        await store.add_group(group, _NO_MEMBERS)
    await store.add_users(application_id, seeded.users)
    # Members are in the order of the users, unless a group has an order of its own.
    for group_id, user_ids in seeded.members:
        await store.change_group(application_id, group_id, {}, Membership(user_ids))
    for token in seeded.tokens:
        await store.add_api_token(token)
