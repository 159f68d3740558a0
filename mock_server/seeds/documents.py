"""Seed documents: what people write to fill a world.

Properties have the names of the API. Where the API has ids, people may write names: a group by its
name, or by its path from the root (``Sales/North``) where the name alone is not unique; users and
accounts by their email address.

A new property of a user is added to :class:`UserFixture`. If it is kept as it is given, nothing
else in this package changes: loading and exporting go by the fields.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from mock_server.domain.clock import format_instant, parse_instant
from mock_server.schemas import fields as types
from mock_server.schemas.error_messages import NAME_IS_NO_TEXT
from mock_server.schemas.experience_groups import DeviceQuery, DeviceTag
from mock_server.schemas.validation import problem
from mock_server.seeds.values import (
    FROM_NOW,
    TextWhen,
    When,
    from_now,
    has_text_names,
    json_problem,
)

# As mock_server.auth.passwords makes them: 8 bytes of salt, 16 of digest.
_PASSWORD_HASH = re.compile("[0-9a-f]{16}:[0-9a-f]{32}")
_NO_TAG_KEY = (
    "is not a valid tag key; write 1 to 255 letters from a to z, digits, hyphens and underscores"
)
_NO_DATE = (
    "must be an ISO 8601 date, such as 2024-05-17T09:30:00Z,"
    " or a time from now, such as -3d, +12h or now"
)
_TOO_FAR = "is more than 1000 years from now"


def _when(value: object) -> object:
    """Return an instant, or an offset from now."""
    if not isinstance(value, str):
        raise problem(_NO_DATE)
    instant = parse_instant(value)
    return _from_now(value) if instant is None else instant


def _text_when(value: object) -> object:
    """Return a date as the API writes it, or an offset from now.

    A text that has the form of a date but names none, such as 30 February, stays as it is.
    """
    if not isinstance(value, str):
        raise problem(_NO_DATE)
    instant = parse_instant(value)
    if instant is not None:
        return format_instant(instant)
    return value if types.is_date_time(value) else _from_now(value)


def _from_now(text: str) -> object:
    try:
        distance = from_now(text)
    except OverflowError:
        raise problem(_TOO_FAR) from None
    if distance is None:
        raise problem(f'{_NO_DATE}; "{text}" is neither')
    return distance


def _password_hash(text: str) -> str:
    if not _PASSWORD_HASH.fullmatch(text):
        raise problem("is not a password hash of this mock server; write password instead")
    return text


def _tag_key(text: str) -> str:
    if not types.TAG_KEY.fullmatch(text):
        raise problem(_NO_TAG_KEY)
    return text


def _text_names(value: object) -> object:
    if not has_text_names(value):
        raise problem(NAME_IS_NO_TEXT)
    return value


def _json(value: object) -> object:
    found = json_problem(value)
    if found is not None:
        path, reason = found
        raise problem(reason, *path)
    return value


def _version(value: object) -> object:
    if type(value) is not int:  # True and 1.0 are equal to 1
        raise problem("must be 1")
    return value


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _text(shortest: int, longest: int, **more: Any) -> WithJsonSchema:
    """Return the schema of a text; in characters, some of which the API counts as two."""
    schema = {"type": "string", "maxLength": longest, **more}
    return WithJsonSchema({**schema, "minLength": shortest} if shortest else schema)


_GROUP = "A group, by id, name, or path from the root (Sales/North)."
_STRINGS_SCHEMA = {
    "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
}
_DATE_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": f"^({FROM_NOW}|[0-9]{{4}}.*)$",
        "description": "An ISO 8601 date, or a time from now, in s, m, h, d or w.",
        "examples": ["2024-05-17T09:30:00Z", "2024-05-17", "-3d", "+12h", "now"],
    }
)

Instant = Annotated[When, PlainValidator(_when), _DATE_SCHEMA]
TextInstant = Annotated[TextWhen, PlainValidator(_text_when), _DATE_SCHEMA]
Email = Annotated[types.Email, _text(0, 1024, pattern="^[^ \\t\\r\\n]*@[^ \\t\\r\\n]*$")]
Password = Annotated[types.Password, _text(4, 2048)]
PasswordHash = Annotated[
    str, AfterValidator(_password_hash), _text(49, 49, pattern=f"^{_PASSWORD_HASH.pattern}$")
]
Tags = Annotated[
    dict[Annotated[str, AfterValidator(_tag_key)], types.Name],
    BeforeValidator(_text_names),
    types.TAGS_SCHEMA,
]
DeviceTags = Annotated[list[DeviceTag], types.at_most(100)]
JsonObject = Annotated[dict[str, Any], BeforeValidator(_json)]
Strings = Annotated[list[str], BeforeValidator(_list), WithJsonSchema(_STRINGS_SCHEMA)]


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


class AccountFixture(FixtureModel):
    """An account that can log in, with either a password or the hash of one."""

    id: types.ObjectId | None = None
    email: Email
    password: Password | None = Field(default=None, repr=False)
    password_hash: PasswordHash | None = Field(default=None, repr=False)
    first_name: types.ShortText | None = None
    last_name: types.ShortText | None = None


class GroupFixture(FixtureModel):
    """A group, inside the group that contains it here, or that ``parent`` names.

    ``members`` are users by id or email. Users that name the group belong to it too; the members
    come first, in this order.
    """

    id: types.ObjectId | None = None
    name: types.Name
    description: types.LongText | None = None
    parent: Annotated[str, Field(description=_GROUP)] | None = None
    members: list[Annotated[str, Field(description="A user, by id or email address.")]] = Field(
        default_factory=list
    )
    group_tags: Tags | None = None
    experience_endpoint_ids: list[types.ObjectId] = Field(default_factory=list)
    device_ids: list[types.ObjectId] = Field(default_factory=list)
    device_tags: DeviceTags = Field(default_factory=list)
    device_query_json: DeviceQuery | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    groups: "list[GroupFixture]" = Field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class UserFixture:
    """An experience user; ``groups`` by id, name or path. It has one password, or the hash of one.

    There may be many: a plain dataclass takes a quarter of the memory that a model does, and one
    that is not frozen a third of the time.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel, extra="forbid", hide_input_in_errors=True
    )

    id: types.ObjectId | None = None
    email: Email
    password: Password | None = field(default=None, repr=False)
    password_hash: PasswordHash | None = field(default=None, repr=False)
    first_name: types.ShortText | None = None
    last_name: types.ShortText | None = None
    token_cutoff: TextInstant | None = None
    user_tags: Tags | None = None
    groups: tuple[Annotated[str, Field(description=_GROUP)], ...] = ()
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    password_last_updated: Instant | None = None
    last_login: Instant | None = None


class TokenFixture(FixtureModel):
    """An application API token. By default the first account created it."""

    id: types.ObjectId | None = None
    name: types.Name
    description: types.LongText | None = None
    scope: list[types.Scope] = Field(default_factory=lambda: ["all.Application"])
    status: Literal["active", "inactive"] = "active"
    expiration_date: TextInstant | None = None
    creator: Annotated[str, Field(description="Email address of an account.")] | None = None
    creator_id: str | None = None
    creator_type: Literal["user", "apiToken"] | None = None
    creator_name: str | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None


class ApplicationContents(FixtureModel):
    """The contents of an application."""

    groups: list[GroupFixture] = Field(default_factory=list)
    users: list[UserFixture] = Field(default_factory=list)
    tokens: list[TokenFixture] = Field(default_factory=list)


class Description(FixtureModel):
    """An application without its contents; ``owner`` is the email address of an account."""

    id: types.ObjectId | None = None
    name: types.Name
    description: types.ShortText | None = None
    owner: Annotated[str, Field(description="Email address of an account.")] | None = None
    owner_id: str | None = None
    owner_type: Literal["user", "organization"] | None = None
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    properties: JsonObject = Field(
        default_factory=dict, description="Whatever else the API should answer."
    )


class ApplicationFixture(ApplicationContents, Description):
    """An application with its contents."""


class FixtureDocument(ApplicationContents):
    """A whole file. Groups, users and tokens at the top belong to the default application."""

    schema_: str | None = Field(default=None, alias="$schema", description="For editors.")
    version: Annotated[Literal[1], BeforeValidator(_version)] = 1
    include: Strings = Field(
        default_factory=list,
        description="Files, directories and built-in sets to load before this file; paths are"
        " relative to this file.",
    )
    accounts: list[AccountFixture] = Field(default_factory=list)
    applications: list[ApplicationFixture] = Field(default_factory=list)
