"""A fixture document: what a person writes to fill a world.

Properties are called as in the API. Where the API has ids, a person may write names: a group by
its name, or by its path from the root (``Sales/North``) where the name alone is not unique.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from mock_server.domain.clock import parse_instant
from mock_server.wire.types import (
    DateTime,
    Email,
    LongText,
    Name,
    ObjectId,
    Password,
    Scope,
    ShortText,
    Tags,
)


def _instant(value: object) -> object:
    instant = parse_instant(value) if isinstance(value, str) else None
    if instant is None:
        raise PydanticCustomError("date", "must be an ISO 8601 date, such as 2024-05-17T09:30:00Z")
    return instant


Instant = Annotated[int, BeforeValidator(_instant)]


class FixtureModel(BaseModel):
    """A part of a document: camelCase names, no unknown ones."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


_LEAN = ConfigDict(alias_generator=to_camel, extra="forbid", hide_input_in_errors=True)


class AccountFixture(FixtureModel):
    """Somebody who can log in."""

    id: ObjectId | None = None
    email: Email
    password: Password = Field(repr=False)
    first_name: ShortText | None = None
    last_name: ShortText | None = None


class GroupFixture(FixtureModel):
    """A group; its place is that in the document, or below ``parent``."""

    id: ObjectId | None = None
    name: Name
    description: LongText | None = None
    parent: str | None = None
    group_tags: Tags | None = None
    experience_endpoint_ids: list[ObjectId] = Field(default_factory=list)
    device_ids: list[ObjectId] = Field(default_factory=list)
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    groups: "list[GroupFixture]" = Field(default_factory=list)


@dataclass(frozen=True, slots=True, config=_LEAN)
class UserFixture:
    """An experience user; ``groups`` by id, name or path.

    There may be many, and a dataclass takes a quarter of the memory that a model does.
    """

    email: Email
    id: ObjectId | None = None
    password: Password | None = Field(default=None, repr=False)
    first_name: ShortText | None = None
    last_name: ShortText | None = None
    token_cutoff: DateTime | None = None
    user_tags: Tags | None = None
    groups: tuple[str, ...] = ()
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    password_last_updated: Instant | None = None
    last_login: Instant | None = None


class TokenFixture(FixtureModel):
    """An application API token."""

    id: ObjectId | None = None
    name: Name
    description: LongText | None = None
    scope: list[Scope] = Field(default_factory=lambda: ["all.Application"])
    status: Literal["active", "inactive"] = "active"
    expiration_date: DateTime | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None


class Contents(FixtureModel):
    """What an application holds."""

    groups: list[GroupFixture] = Field(default_factory=list)
    users: list[UserFixture] = Field(default_factory=list)
    tokens: list[TokenFixture] = Field(default_factory=list)


class ApplicationFixture(Contents):
    """An application; ``owner`` is the email address of an account."""

    id: ObjectId | None = None
    name: Name
    description: ShortText | None = None
    owner: str | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    properties: dict[str, Any] = Field(default_factory=dict)


class FixtureDocument(Contents):
    """A whole file. Groups, users and tokens at the top belong to the default application."""

    version: Literal[1] = 1
    accounts: list[AccountFixture] = Field(default_factory=list)
    applications: list[ApplicationFixture] = Field(default_factory=list)
