"""A store in this process's memory.

Nothing here waits, so every method is a transaction by itself. Records are immutable and shared.
What is saved is shared too, and copied, containers only, when it is first written to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    Counts,
    ExperienceGroup,
    ExperienceUser,
    GroupDetails,
    Page,
)
from mock_server.query.advanced.evaluate import predicate
from mock_server.query.advanced.schema import GROUP_QUERY
from mock_server.query.fields import API_TOKEN_FIELDS, APPLICATION_FIELDS, GROUP_FIELDS, Fields
from mock_server.query.listing import FieldFilter, ListQuery, OwnerFilter
from mock_server.store.base import Membership
from mock_server.store.partition import Partition
from mock_server.text import fold

R = TypeVar("R")
Saved = tuple[dict[str, Account], dict[str, Partition]]


class MemoryStore:
    """All records of one world, in dictionaries."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._partitions: dict[str, Partition] = {}
        self._shared: set[str] = set()

    async def save(self) -> Saved:
        self._shared.update(self._partitions)
        return self._accounts.copy(), self._partitions.copy()

    async def restore(self, saved: Saved) -> None:
        accounts, partitions = saved
        self._accounts, self._partitions = accounts.copy(), partitions.copy()
        self._shared = set(partitions)

    async def clear(self) -> None:
        await self.restore(({}, {}))

    def _own(self, application_id: str) -> Partition:
        """Return a partition to be changed: a copy, the first time after it was saved.

        What was saved may stand in other stores as well. Nobody changes it, and indexes that one
        of them makes serve all.
        """
        if application_id in self._shared:
            self._partitions[application_id] = self._partitions[application_id].copy()
            self._shared.remove(application_id)
        return self._partitions[application_id]

    async def accounts(self) -> Sequence[Account]:
        return tuple(self._accounts.values())

    async def account_by_email(self, email: str) -> Account | None:
        wanted = fold(email)
        return next((a for a in self._accounts.values() if fold(a.email) == wanted), None)

    async def account(self, account_id: str) -> Account | None:
        return self._accounts.get(account_id)

    async def add_account(self, account: Account) -> None:
        self._accounts[account.id] = account

    async def application(self, application_id: str) -> Application | None:
        part = self._partitions.get(application_id)
        return part.application if part else None

    async def applications(self, query: ListQuery) -> Page[Application]:
        applications = (part.application for part in self._partitions.values())
        owned = filter(_is_owned_by(query.owner), applications)
        return _listed(
            _filtered(owned, query.filter, APPLICATION_FIELDS), query, APPLICATION_FIELDS
        )

    async def all_applications(self) -> Sequence[Application]:
        return tuple(part.application for part in self._partitions.values())

    async def add_application(self, application: Application) -> None:
        self._partitions[application.id] = Partition(application)
        self._shared.discard(application.id)

    async def change_application(
        self, application_id: str, changes: Mapping[str, Any]
    ) -> Application | None:
        if application_id not in self._partitions:
            return None
        part = self._own(application_id)
        part.application = replace(part.application, **changes)
        return part.application

    async def remove_application(self, application_id: str) -> bool:
        self._shared.discard(application_id)
        return self._partitions.pop(application_id, None) is not None

    async def counts(self, application_id: str) -> Counts:
        part = self._partitions[application_id]
        return Counts(len(part.users), len(part.groups), len(part.api_tokens))

    async def api_token(self, application_id: str, token_id: str) -> ApiToken | None:
        part = self._partitions.get(application_id)
        return part.api_tokens.get(token_id) if part else None

    async def api_tokens(self, application_id: str, query: ListQuery) -> Page[ApiToken]:
        tokens = self._partitions[application_id].api_tokens.values()
        return _listed(_filtered(tokens, query.filter, API_TOKEN_FIELDS), query, API_TOKEN_FIELDS)

    async def all_api_tokens(self, application_id: str) -> Sequence[ApiToken]:
        return tuple(self._partitions[application_id].api_tokens.values())

    async def add_api_token(self, token: ApiToken) -> None:
        self._own(token.application_id).api_tokens[token.id] = token

    async def change_api_token(
        self, application_id: str, token_id: str, changes: Mapping[str, Any]
    ) -> ApiToken | None:
        if token_id not in self._partitions[application_id].api_tokens:
            return None
        tokens = self._own(application_id).api_tokens
        tokens[token_id] = replace(tokens[token_id], **changes)
        return tokens[token_id]

    async def remove_api_token(self, application_id: str, token_id: str) -> bool:
        return self._own(application_id).api_tokens.pop(token_id, None) is not None

    async def user(self, application_id: str, user_id: str) -> ExperienceUser | None:
        return self._partitions[application_id].users.get(user_id)

    async def user_by_email(self, application_id: str, email: str) -> ExperienceUser | None:
        return self._partitions[application_id].user_by_email(email)

    async def users(self, application_id: str, query: ListQuery) -> Page[ExperienceUser]:
        return self._partitions[application_id].list_users(query)

    async def all_users(self, application_id: str) -> Sequence[ExperienceUser]:
        return tuple(self._partitions[application_id].users.values())

    async def add_user(self, user: ExperienceUser, groups: Membership) -> ExperienceUser:
        return self._own(user.application_id).add_user(user, groups)

    async def add_users(self, application_id: str, users: Sequence[ExperienceUser]) -> None:
        self._own(application_id).add_users(users)

    async def change_user(
        self,
        application_id: str,
        user_id: str,
        changes: Mapping[str, Any],
        groups: Membership | None,
    ) -> ExperienceUser | None:
        return self._own(application_id).change_user(user_id, changes, groups)

    async def remove_user(self, application_id: str, user_id: str) -> bool:
        return self._own(application_id).remove_user(user_id)

    async def group(self, application_id: str, group_id: str) -> GroupDetails | None:
        part = self._partitions[application_id]
        return part.group_details(group_id) if group_id in part.groups else None

    async def groups(self, application_id: str, query: ListQuery) -> Page[GroupDetails]:
        part = self._partitions[application_id]
        details = map(part.group_details, part.groups)
        if query.advanced is None:
            return _listed(_filtered(details, query.filter, GROUP_FIELDS), query, GROUP_FIELDS)
        return _listed(filter(predicate(query.advanced, GROUP_QUERY), details), query, GROUP_FIELDS)

    async def all_groups(self, application_id: str) -> Sequence[GroupDetails]:
        part = self._partitions[application_id]
        return tuple(map(part.group_details, part.groups))

    async def add_group(self, group: ExperienceGroup, users: Membership) -> GroupDetails:
        return self._own(group.application_id).add_group(group, users)

    async def change_group(
        self,
        application_id: str,
        group_id: str,
        changes: Mapping[str, Any],
        users: Membership | None,
    ) -> GroupDetails | None:
        return self._own(application_id).change_group(group_id, changes, users)

    async def remove_group(self, application_id: str, group_id: str) -> bool:
        return self._own(application_id).remove_group(group_id)


def _is_owned_by(owner: OwnerFilter | None) -> Callable[[Application], bool]:
    if owner is None:
        return lambda application: True
    return lambda application: (
        application.owner_type == owner.type and owner.id in (None, application.owner_id)
    )


def _filtered(records: Iterable[R], wanted: FieldFilter | None, fields: Fields[R]) -> Iterable[R]:
    if wanted is None:
        return records
    read, glob = fields.read(wanted.field), wanted.glob
    return (
        record
        for record in records
        if (value := read(record)) is not None and glob.matches(glob.comparable(value))
    )


def _listed(records: Iterable[R], query: ListQuery, fields: Fields[R]) -> Page[R]:
    """Sort and cut the few records of a kind that has no index."""
    ordered = sorted(records, key=fields.sort_key(query.sort_field), reverse=query.descending)
    return Page(tuple(query.window.cut(ordered)), len(ordered))
