"""What a store does, in records and query values; nothing of HTTP, SQL or the wire.

Every method is one transaction: it happens as a whole or not at all. Methods that name an
application take one that exists; ask :meth:`Store.application` first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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
from mock_server.query.listing import ListQuery


class EmailTaken(Exception):
    """Another user of the application has this email address, in whatever case."""


class UnknownMember(Exception):
    """A group or user that a membership names does not exist; ``index`` is its place."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class ParentNotFound(Exception):
    """The group's parent does not exist."""


class ParentIsDescendant(Exception):
    """The group's parent is the group itself or one of its descendants."""


@dataclass(frozen=True)
class Membership:
    """The other side of a record's memberships, by id and without repetitions.

    ``strict``: an unknown id raises :class:`UnknownMember`; else it is left out.
    """

    ids: Sequence[str]
    strict: bool = True


class Store(Protocol):
    """All records of one world.

    ``changes`` are attributes of the record with their new values.
    """

    async def save(self) -> Any:
        """Return a copy of everything, for :meth:`restore`; costs what copying containers costs."""
        ...

    async def restore(self, saved: Any) -> None:
        """Make everything as it was when ``saved`` was made. It can be restored again."""
        ...

    async def clear(self) -> None:
        """Remove everything."""
        ...

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts. This and ``all_…`` return records in the order they came in."""
        ...

    async def account_by_email(self, email: str) -> Account | None: ...
    async def account(self, account_id: str) -> Account | None: ...
    async def add_account(self, account: Account) -> None: ...

    async def application(self, application_id: str) -> Application | None: ...
    async def applications(self, query: ListQuery) -> Page[Application]: ...
    async def all_applications(self) -> Sequence[Application]: ...
    async def add_application(self, application: Application) -> None: ...
    async def change_application(
        self, application_id: str, changes: Mapping[str, Any]
    ) -> Application | None: ...
    async def remove_application(self, application_id: str) -> bool: ...
    async def counts(self, application_id: str) -> Counts: ...

    async def api_token(self, application_id: str, token_id: str) -> ApiToken | None: ...
    async def api_tokens(self, application_id: str, query: ListQuery) -> Page[ApiToken]: ...
    async def all_api_tokens(self, application_id: str) -> Sequence[ApiToken]: ...
    async def add_api_token(self, token: ApiToken) -> None: ...
    async def change_api_token(
        self, application_id: str, token_id: str, changes: Mapping[str, Any]
    ) -> ApiToken | None: ...
    async def remove_api_token(self, application_id: str, token_id: str) -> bool: ...

    async def user(self, application_id: str, user_id: str) -> ExperienceUser | None: ...
    async def user_by_email(self, application_id: str, email: str) -> ExperienceUser | None: ...
    async def users(self, application_id: str, query: ListQuery) -> Page[ExperienceUser]: ...
    async def all_users(self, application_id: str) -> Sequence[ExperienceUser]: ...

    async def add_user(self, user: ExperienceUser, groups: Membership) -> ExperienceUser:
        """Keep a new user as a member of ``groups``.

        :raises EmailTaken: when the address is another user's
        :raises UnknownMember: for a group that does not exist
        """
        ...

    async def add_users(self, application_id: str, users: Sequence[ExperienceUser]) -> None:
        """Keep new users as members of the groups in their records.

        :raises EmailTaken: when an address is another user's
        :raises UnknownMember: for a group that does not exist; its place is that of the user
        """
        ...

    async def change_user(
        self,
        application_id: str,
        user_id: str,
        changes: Mapping[str, Any],
        groups: Membership | None,
    ) -> ExperienceUser | None:
        """Change a user, and its groups unless that is None; None if there is no such user.

        :raises EmailTaken: when the new address is another user's
        :raises UnknownMember: for a group that does not exist
        """
        ...

    async def remove_user(self, application_id: str, user_id: str) -> bool: ...

    async def group(self, application_id: str, group_id: str) -> GroupDetails | None: ...
    async def groups(self, application_id: str, query: ListQuery) -> Page[GroupDetails]: ...
    async def all_groups(self, application_id: str) -> Sequence[GroupDetails]: ...

    async def add_group(self, group: ExperienceGroup, users: Membership) -> GroupDetails:
        """Keep a new group with ``users`` as its members.

        :raises ParentNotFound: when its parent does not exist
        :raises UnknownMember: for a user that does not exist
        """
        ...

    async def change_group(
        self,
        application_id: str,
        group_id: str,
        changes: Mapping[str, Any],
        users: Membership | None,
    ) -> GroupDetails | None:
        """Change a group, and its members unless that is None; None if there is no such group.

        :raises ParentNotFound: when its new parent does not exist
        :raises ParentIsDescendant: when its new parent stands below it
        :raises UnknownMember: for a user that does not exist
        """
        ...

    async def remove_group(self, application_id: str, group_id: str) -> bool:
        """Remove a group; its members stay, its children move up to its parent."""
        ...
