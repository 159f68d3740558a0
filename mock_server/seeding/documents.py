"""A fixture document: what a person writes to fill a world.

Properties are called as in the API. Where the API has ids, a person may write names: a group by
its name, or by its path from the root (``Sales/North``) where the name alone is not unique.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from mock_server.domain.clock import parse_instant
from mock_server.seeding.json_value import NAME_IS_NO_TEXT, fault_of, has_text_names
from mock_server.wire.experience_groups import DeviceQuery, DeviceTags
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
from mock_server.wire.validation import problem

# As mock_server.auth.passwords makes them: 8 bytes of salt, 16 of digest.
_PASSWORD_HASH = re.compile("[0-9a-f]{16}:[0-9a-f]{32}")


def _instant(value: object) -> object:
    instant = parse_instant(value) if isinstance(value, str) else None
    if instant is None:
        raise PydanticCustomError("date", "must be an ISO 8601 date, such as 2024-05-17T09:30:00Z")
    return instant


def _password_hash(text: str) -> str:
    if not _PASSWORD_HASH.fullmatch(text):
        raise problem("is no hash that this mock made")
    return text


def _text_names(value: object) -> object:
    if not has_text_names(value):
        raise problem(NAME_IS_NO_TEXT)
    return value


def _json(value: object) -> object:
    fault = fault_of(value)
    if fault is not None:
        path, reason = fault
        raise problem(reason, *path)
    return value


Instant = Annotated[int, BeforeValidator(_instant)]
PasswordHash = Annotated[str, AfterValidator(_password_hash)]
GivenTags = Annotated[Tags, BeforeValidator(_text_names)]
JsonObject = Annotated[dict[str, Any], BeforeValidator(_json)]


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
    """Somebody who can log in, with either a password or the hash of one."""

    id: ObjectId | None = None
    email: Email
    password: Password | None = Field(default=None, repr=False)
    password_hash: PasswordHash | None = Field(default=None, repr=False)
    first_name: ShortText | None = None
    last_name: ShortText | None = None


class GroupFixture(FixtureModel):
    """A group; its place is that in the document, or below ``parent``.

    ``members`` are users by id or email. They belong to the group as do those that name it, and
    come before these, in this order.
    """

    id: ObjectId | None = None
    name: Name
    description: LongText | None = None
    parent: str | None = None
    members: list[str] = Field(default_factory=list)
    group_tags: GivenTags | None = None
    experience_endpoint_ids: list[ObjectId] = Field(default_factory=list)
    device_ids: list[ObjectId] = Field(default_factory=list)
    device_tags: DeviceTags = Field(default_factory=list)
    device_query_json: DeviceQuery | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    groups: "list[GroupFixture]" = Field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, config=_LEAN)
class UserFixture:
    """An experience user; ``groups`` by id, name or path. It has one password, or the hash of one.

    There may be many, and a dataclass takes a quarter of the memory that a model does.
    """

    id: ObjectId | None = None
    email: Email
    password: Password | None = Field(default=None, repr=False)
    password_hash: PasswordHash | None = Field(default=None, repr=False)
    first_name: ShortText | None = None
    last_name: ShortText | None = None
    token_cutoff: DateTime | None = None
    user_tags: GivenTags | None = None
    groups: tuple[str, ...] = ()
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    password_last_updated: Instant | None = None
    last_login: Instant | None = None


class TokenFixture(FixtureModel):
    """An application API token; who made it is the first account, if nothing is said."""

    id: ObjectId | None = None
    name: Name
    description: LongText | None = None
    scope: list[Scope] = Field(default_factory=lambda: ["all.Application"])
    status: Literal["active", "inactive"] = "active"
    expiration_date: DateTime | None = None
    creator_id: str | None = None
    creator_type: Literal["user", "apiToken"] | None = None
    creator_name: str | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None


class Contents(FixtureModel):
    """What an application holds."""

    groups: list[GroupFixture] = Field(default_factory=list)
    users: list[UserFixture] = Field(default_factory=list)
    tokens: list[TokenFixture] = Field(default_factory=list)


class Description(FixtureModel):
    """What an application is; ``owner`` is the email address of an account."""

    id: ObjectId | None = None
    name: Name
    description: ShortText | None = None
    owner: str | None = None
    owner_id: str | None = None
    owner_type: Literal["user", "organization"] | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    properties: JsonObject = Field(default_factory=dict)


class ApplicationFixture(Contents, Description):
    """An application: what it is, then what it holds."""


class FixtureDocument(Contents):
    """A whole file. Groups, users and tokens at the top belong to the default application."""

    version: Literal[1] = 1
    accounts: list[AccountFixture] = Field(default_factory=list)
    applications: list[ApplicationFixture] = Field(default_factory=list)
