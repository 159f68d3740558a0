"""Seed documents: what people write to fill a world.

Properties have the names of the API. Where the API has ids, people may write names: a group by its
name, or by its path from the root (``Sales/North``) where the name alone is not unique; users and
accounts by their email address.

A new property of a user is added to :class:`UserFixture`. If it is kept as it is given, nothing
else in this package changes: loading and exporting go by the fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mock_server.schemas import fields as types
from mock_server.schemas.application_api_tokens import OrganizationRoles, Role
from mock_server.schemas.experience_groups import DeviceQuery
from mock_server.seeds.values import (
    DeviceTags,
    Email,
    Instant,
    JsonObject,
    ObjectId,
    Password,
    PasswordHash,
    ShortText,
    Strings,
    Tags,
    TextInstant,
    is_one,
)

_GROUP = "A group, by id, name, or path from the root (Sales/North)."
_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "losant-mock-server seed file",
}


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

    id: ObjectId | None = None
    email: Email
    password: Password | None = Field(default=None, repr=False)
    password_hash: PasswordHash | None = Field(default=None, repr=False)
    first_name: ShortText | None = None
    last_name: ShortText | None = None


class GroupFixture(FixtureModel):
    """A group, inside the group that contains it here, or that ``parent`` names.

    ``members`` are users by id or email. Users that name the group belong to it too; the members
    come first, in this order.
    """

    id: ObjectId | None = None
    name: types.Name
    description: types.LongText | None = None
    parent: Annotated[str, Field(description=_GROUP)] | None = None
    members: list[Annotated[str, Field(description="A user, by id or email address.")]] = Field(
        default_factory=list
    )
    group_tags: Tags | None = None
    experience_endpoint_ids: list[ObjectId] = Field(default_factory=list)
    device_ids: list[ObjectId] = Field(default_factory=list)
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

    id: ObjectId | None = None
    email: Email
    password: Password | None = field(default=None, repr=False)
    password_hash: PasswordHash | None = field(default=None, repr=False)
    first_name: ShortText | None = None
    last_name: ShortText | None = None
    token_cutoff: TextInstant | None = None
    user_tags: Tags | None = None
    groups: tuple[Annotated[str, Field(description=_GROUP)], ...] = ()
    creation_date: Instant | None = None
    last_updated: Instant | None = None
    password_last_updated: Instant | None = None
    last_login: Instant | None = None


class TokenFixture(FixtureModel):
    """An application API token. By default the first account created it."""

    id: ObjectId | None = None
    name: types.Name
    description: types.LongText | None = None
    scope: list[types.Scope] = Field(default_factory=lambda: ["all.Application"])
    status: Literal["active", "inactive"] = "active"
    expiration_date: TextInstant | None = None
    default_role: Role | None = None
    org_roles: OrganizationRoles | None = None
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

    def all_groups(self) -> Iterator[GroupFixture]:
        """Yield the groups, each before those inside it."""
        waiting = self.groups[::-1]
        while waiting:
            group = waiting.pop()
            yield group
            waiting += reversed(group.groups)

    def given_ids(self) -> Iterator[str]:
        """Yield the ids that are given to users, groups and tokens."""
        ids = chain(
            (user.id for user in self.users),
            (group.id for group in self.all_groups()),
            (token.id for token in self.tokens),
        )
        return filter(None, ids)


class Description(FixtureModel):
    """An application without its contents; ``owner`` is the email address of an account."""

    id: ObjectId | None = None
    name: types.Name
    description: ShortText | None = None
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
    version: Annotated[Literal[1], BeforeValidator(is_one)] = 1
    include: Strings = Field(
        default_factory=list,
        description="Files, directories and built-in sets to load before this file; paths are"
        " relative to this file.",
    )
    accounts: list[AccountFixture] = Field(default_factory=list)
    applications: list[ApplicationFixture] = Field(default_factory=list)

    def all_ids(self) -> Iterator[str]:
        """Yield all ids that are given."""
        accounts = (account.id for account in self.accounts)
        applications = (application.id for application in self.applications)
        inside = (application.given_ids() for application in self.applications)
        return chain(filter(None, chain(accounts, applications)), self.given_ids(), *inside)


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of seed files, for editors and for checks by other programs.

    Every file that can be loaded is valid. A file that is valid can still have mistakes that a
    schema cannot express, such as an unknown group.
    """
    return {**_HEAD, **_tidy(FixtureDocument.model_json_schema())}


def names_of_properties(model: type[Any]) -> list[str]:
    """Return the names of all properties that an object in a document can have, in their order."""
    return list(properties_of(model).values())


def properties_of(model: type[Any]) -> dict[str, str]:
    """Return the same names by the attributes of the model."""
    if issubclass(model, BaseModel):
        own_names = ((name, one.alias) for name, one in model.model_fields.items())
        return {attribute: name or to_camel(attribute) for attribute, name in own_names}
    return {one.name: to_camel(one.name) for one in fields(model)}


def _tidy(part: Any) -> Any:
    """Return a part without titles and defaults that say nothing, and with readable text."""
    if isinstance(part, list):
        return [_tidy(one) for one in part]
    if not isinstance(part, dict):
        return part
    tidy = {name: _tidy(value) for name, value in part.items()}
    if isinstance(tidy.get("title"), str):  # pydantic made it of the name
        del tidy["title"]
    if "default" in tidy and tidy["default"] is None:
        del tidy["default"]
    if isinstance(tidy.get("description"), str):  # a docstring
        paragraphs = tidy["description"].replace("``", "").split("\n\n")
        tidy["description"] = "\n\n".join(" ".join(one.split()) for one in paragraphs)
    return tidy
