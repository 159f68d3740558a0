"""All records of one world.

Records are immutable and shared. A saved state is shared too: an application's containers are
copied when one of its records is first changed after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

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
from mock_server.query.fields import API_TOKEN_FIELDS, APPLICATION_FIELDS, GROUP_FIELDS
from mock_server.query.listing import ListQuery
from mock_server.store.partition import Membership, Partition
from mock_server.text import fold

Changes = Mapping[str, Any]
"""Attributes of a record with their new values."""
Saved = tuple[dict[str, Account], dict[str, Partition]]


class Store:
    """The accounts and applications of one world; each application has a partition.

    Every method is one transaction: it happens as a whole or not at all. Methods that take an
    application's id, except :meth:`application` and :meth:`api_token`, need one that exists.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._partitions: dict[str, Partition] = {}

    async def save(self) -> Saved:
        """Return the present state for :meth:`restore`; costs by the number of applications."""
        for part in self._partitions.values():
            part.is_shared = True
        return self._accounts.copy(), self._partitions.copy()

    async def restore(self, saved: Saved) -> None:
        """Go back to a saved state, of this store or another one, any number of times."""
        accounts, partitions = saved
        self._accounts, self._partitions = accounts.copy(), partitions.copy()

    async def clear(self) -> None:
        """Remove everything."""
        await self.restore(({}, {}))

    def _own(self, application_id: str) -> Partition:
        """Return a partition to change: a copy, the first time after it was saved.

        Other stores may use the saved one. Nobody changes it, except that an index that one of
        them adds serves all.
        """
        part = self._partitions[application_id]
        if part.is_shared:
            part = self._partitions[application_id] = part.copy()
        return part

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts. This and ``all_…`` return records in the order of their creation."""
        return tuple(self._accounts.values())

    async def account_by_email(self, email: str) -> Account | None:
        folded = fold(email)
        return next((a for a in self._accounts.values() if fold(a.email) == folded), None)

    async def account(self, account_id: str) -> Account | None:
        return self._accounts.get(account_id)

    async def add_account(self, account: Account) -> None:
        self._accounts[account.id] = account

    async def application(self, application_id: str) -> Application | None:
        part = self._partitions.get(application_id)
        return part.application if part else None

    async def applications(self, query: ListQuery) -> Page[Application]:
        applications = await self.all_applications()
        if (owner := query.owner) is not None:
            applications = [
                one
                for one in applications
                if one.owner_type == owner.type and owner.id in (None, one.owner_id)
            ]
        return query.page_of(applications, APPLICATION_FIELDS)

    async def all_applications(self) -> Sequence[Application]:
        return tuple(part.application for part in self._partitions.values())

    async def add_application(self, application: Application) -> None:
        self._partitions[application.id] = Partition(application)

    async def change_application(self, application_id: str, changes: Changes) -> Application | None:
        if application_id not in self._partitions:
            return None
        part = self._own(application_id)
        part.application = replace(part.application, **changes)
        return part.application

    async def remove_application(self, application_id: str) -> bool:
        return self._partitions.pop(application_id, None) is not None

    async def counts(self, application_id: str) -> Counts:
        part = self._partitions[application_id]
        return Counts(len(part.users), len(part.groups), len(part.api_tokens))

    async def api_token(self, application_id: str, token_id: str) -> ApiToken | None:
        part = self._partitions.get(application_id)
        return part.api_tokens.get(token_id) if part else None

    async def api_tokens(self, application_id: str, query: ListQuery) -> Page[ApiToken]:
        return query.page_of(await self.all_api_tokens(application_id), API_TOKEN_FIELDS)

    async def all_api_tokens(self, application_id: str) -> Sequence[ApiToken]:
        return tuple(self._partitions[application_id].api_tokens.values())

    async def add_api_token(self, token: ApiToken) -> None:
        self._own(token.application_id).api_tokens[token.id] = token

    async def change_api_token(
        self, application_id: str, token_id: str, changes: Changes
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
        """Add a user as a member of ``groups``.

        :raises EmailTaken: when the address is another user's
        :raises UnknownMember: for a group that does not exist
        """
        return self._own(user.application_id).add_user(user, groups)

    async def add_users(self, application_id: str, users: Sequence[ExperienceUser]) -> None:
        """Add users as members of the groups in their records.

        :raises EmailTaken: when an address is another user's
        :raises UnknownMember: for a group that does not exist; its index is that of the user
        """
        self._own(application_id).add_users(users)

    async def change_user(
        self, application_id: str, user_id: str, changes: Changes, groups: Membership | None
    ) -> ExperienceUser | None:
        """Change a user, and its groups unless that is None; return None if there is no such user.

        :raises EmailTaken: when the new address is another user's
        :raises UnknownMember: for a group that does not exist
        """
        return self._own(application_id).change_user(user_id, changes, groups)

    async def remove_user(self, application_id: str, user_id: str) -> bool:
        return self._own(application_id).remove_user(user_id)

    async def group(self, application_id: str, group_id: str) -> GroupDetails | None:
        part = self._partitions[application_id]
        return part.group_details(group_id) if group_id in part.groups else None

    async def groups(self, application_id: str, query: ListQuery) -> Page[GroupDetails]:
        return query.page_of(await self.all_groups(application_id), GROUP_FIELDS)

    async def all_groups(self, application_id: str) -> Sequence[GroupDetails]:
        part = self._partitions[application_id]
        return tuple(map(part.group_details, part.groups))

    async def add_group(self, group: ExperienceGroup, users: Membership) -> GroupDetails:
        """Add a group with ``users`` as its members.

        :raises ParentNotFound: when its parent does not exist
        :raises UnknownMember: for a user that does not exist
        """
        return self._own(group.application_id).add_group(group, users)

    async def change_group(
        self, application_id: str, group_id: str, changes: Changes, users: Membership | None
    ) -> GroupDetails | None:
        """Change a group, and its members unless that is None; return None if there is none.

        :raises ParentNotFound: when its new parent does not exist
        :raises ParentIsDescendant: when its new parent is the group or one of its descendants
        :raises UnknownMember: for a user that does not exist
        """
        return self._own(application_id).change_group(group_id, changes, users)

    async def remove_group(self, application_id: str, group_id: str) -> bool:
        """Remove a group; its members stay, its children move up to its parent."""
        return self._own(application_id).remove_group(group_id)
