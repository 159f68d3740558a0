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
    GroupDetails,
)
from mock_server.seeds.documents import ApplicationContents, FixtureDocument
from mock_server.seeds.groups import GroupNames, names_of
from mock_server.store import Membership, Store
from mock_server.text import fold

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

    @classmethod
    async def of(
        cls, store: Store, application: Application, parts: Sequence[ApplicationContents]
    ) -> ExistingApplication:
        """Return what the store has.

        :param parts: the parts of documents that add to the application
        """
        given = {one for part in parts for one in part.given_ids()}
        emails = {fold(user.email) for part in parts for user in part.users}
        groups = [group for part in parts for group in part.all_groups()]
        members = {member for group in groups for member in group.members}
        users = {member: await find_user(store, application.id, member) for member in members}
        return cls(
            application=application,
            groups=await _groups(store, application.id),
            ids={one for one in given if await _is_in_use(store, application.id, one)},
            emails={one for one in emails if await store.user_by_email(application.id, one)},
            user_ids={fold(member): user.id for member, user in users.items() if user},
        )


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

    @classmethod
    async def of(
        cls, store: Store, documents: Sequence[FixtureDocument], application_id: str | None = None
    ) -> ExistingState:
        """Return what the store has; it gets no account and no application by default.

        :param documents: those that will be added
        :param application_id: the application for what is at their top; by default the default
            application, or the first one if that does not exist
        """
        present = [one.id for one in await store.all_applications()]
        described = {one.id for document in documents for one in document.applications}
        if application_id is not None:
            top = application_id.lower()
        elif not present or DEFAULT_APPLICATION_ID in {*present, *described}:
            top = DEFAULT_APPLICATION_ID
        else:
            top = present[0]
        applications = {}
        for one in await store.all_applications():
            parts = [part for document in documents for part in _parts(document, one.id, top)]
            if one.id == top or one.id in described:
                applications[one.id] = await ExistingApplication.of(store, one, parts)
        return cls(await store.accounts(), applications, top, defaults=False)


def _parts(document: FixtureDocument, application_id: str, top: str) -> list[ApplicationContents]:
    """Return the parts of a document that add to an application."""
    described = [one for one in document.applications if one.id == application_id]
    return [*described, document] if application_id == top else [*described]


async def insert(store: Store, records: SeedRecords) -> None:
    """Add records to the store."""
    for account in records.accounts:
        await store.add_account(account)
    for seeded in records.applications:
        if not seeded.exists:
            await store.add_application(seeded.application)
        for group in seeded.groups:
            await store.add_group(group, _NO_MEMBERS)
        await store.add_users(seeded.application.id, seeded.users)
        # Members are in the order of the users, unless a group has an order of its own.
        for group_id, user_ids in seeded.members:
            members = Membership(user_ids)
            await store.change_group(seeded.application.id, group_id, {}, members)
        for token in seeded.tokens:
            await store.add_api_token(token)


async def find_user(store: Store, application_id: str, id_or_email: str) -> ExperienceUser | None:
    """Return the user with this id or email address, in any case."""
    user = await store.user(application_id, id_or_email.lower())
    return user or await store.user_by_email(application_id, id_or_email)


async def find_group(
    store: Store, application_id: str, id_or_path: str
) -> tuple[GroupDetails | None, str]:
    """Return the group with this id, path or end of a path; or None and why there is none."""
    details = await store.group(application_id, id_or_path.lower())
    if details is not None:
        return details, ""
    found, problem = GroupNames(await _groups(store, application_id)).find(id_or_path)
    return (await store.group(application_id, found.id) if found else None), problem


async def group_names(store: Store, application_id: str) -> dict[str, str]:
    """Return a reference to each group of an application, by id; see :func:`names_of`."""
    return names_of(await _groups(store, application_id))


async def _groups(store: Store, application_id: str) -> list[ExperienceGroup]:
    return [details.group for details in await store.all_groups(application_id)]


async def _is_in_use(store: Store, application_id: str, one: str) -> bool:
    """Return whether a user, group or token of the application has this id."""
    return bool(
        await store.user(application_id, one)
        or await store.group(application_id, one)
        or await store.api_token(application_id, one)
    )
