"""The things that a world holds. Records never change: a change makes a new record.

Dates are instants in milliseconds (:mod:`mock_server.domain.clock`); None stands for a value
that was never given. Records are equal only to themselves, so that they can be keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

T = TypeVar("T")

NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    """Return the one empty mapping that records share."""
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Account:
    """Somebody who can log in to the platform with email and password."""

    id: str
    email: str
    password_hash: str | None = field(default=None, repr=False)
    first_name: str | None = None
    last_name: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name; empty if there is neither."""
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Application:
    """An application; ``properties`` are the given ones that the mock only echoes."""

    id: str
    name: str
    creation_date: int
    last_updated: int
    owner_id: str
    owner_type: str = "user"
    properties: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class GroupRef:
    """What a user's record says of a group that it belongs to."""

    id: str
    name: str
    parent_id: str | None


@dataclass(slots=True, eq=False)
class ExperienceUser:
    """An experience user with its direct memberships.

    There may be a million: to make one that is frozen takes three times as long. Nobody changes
    one all the same.
    """

    id: str
    application_id: str
    email: str
    creation_date: int
    last_updated: int
    password_last_updated: int
    password_hash: str | None = field(default=None, repr=False)
    first_name: str | None = None
    last_name: str | None = None
    last_login: int | None = None
    token_cutoff: str | None = None
    user_tags: Mapping[str, str] = field(default_factory=_nothing)
    groups: tuple[GroupRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExperienceGroup:
    """An experience group; its members are in the users' records and in the store."""

    id: str
    application_id: str
    name: str
    creation_date: int
    last_updated: int
    description: str | None = None
    parent_id: str | None = None
    experience_endpoint_ids: tuple[str, ...] = ()
    group_tags: Mapping[str, str] = field(default_factory=_nothing)
    device_ids: tuple[str, ...] = ()
    device_tags: tuple[Mapping[str, str], ...] = ()
    device_query_json: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GroupDetails:
    """A group with what follows from its place: ancestors from the parent up, and members."""

    group: ExperienceGroup
    ancestor_ids: tuple[str, ...]
    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ApiToken:
    """An application's API token. The JWT itself is not stored: it is made from these."""

    id: str
    application_id: str
    name: str
    scope: tuple[str, ...]
    creation_date: int
    last_updated: int
    creator_id: str
    creator_type: str
    creator_name: str
    status: str = "active"
    description: str | None = None
    expiration_date: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an application holds."""

    users: int
    groups: int
    api_tokens: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing, and how many there are in all."""

    items: tuple[T, ...]
    total_count: int
