"""Experience users on the wire (contract, sections 6 and 7)."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mock_server.domain import problems
from mock_server.domain.clock import format_instant
from mock_server.domain.ids import is_object_id
from mock_server.domain.records import ExperienceUser, GroupRef
from mock_server.query.listing import ANY_GROUP, NO_GROUP, GroupFilter, ListQuery
from mock_server.schemas.fields import (
    DateTime,
    Email,
    NotNull,
    ObjectIds,
    Password,
    ShortText,
    Tags,
    one_of,
)
from mock_server.schemas.listings import ListParameters, UserQuery, blank_means, is_true
from mock_server.schemas.responses import Date, Id, PageResponse, ResponseModel
from mock_server.schemas.validation import WireModel, problem
from mock_server.settings import Settings

_SORT_FIELDS = ("firstName", "lastName", "email", "id", "creationDate", "lastLogin", "lastUpdated")
_FILTER_FIELDS = ("firstName", "lastName", "email")


class ExperienceUserPatch(WireModel):
    """What a user is changed to; what is not sent stays."""

    email: NotNull[Email] = None
    first_name: NotNull[ShortText] = None
    last_name: NotNull[ShortText] = None
    password: NotNull[Password] = Field(None, repr=False)
    token_cutoff: NotNull[DateTime] = None
    user_tags: NotNull[Tags] = None
    experience_group_ids: NotNull[ObjectIds] = None


class ExperienceUserPost(ExperienceUserPatch):
    """A new user."""

    email: Email
    password: Password = Field(repr=False)


class GroupOfUser(BaseModel):
    """A group that a user is a direct member of."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", defer_build=True)

    id: Id
    name: str
    parent_id: Id | None = Field(description="null at the root.")


class ExperienceUserResponse(ResponseModel):
    """A user."""

    id: Id
    experience_user_id: Id
    application_id: Id
    email: str
    first_name: NotNull[str] = None
    last_name: NotNull[str] = None
    avatar_url: str
    creation_date: Date
    last_updated: Date
    password_last_updated: Date
    last_login: NotNull[Date] = None
    token_cutoff: NotNull[str] = None
    user_tags: dict[str, str]
    experience_groups: list[GroupOfUser]


class ExperienceUsersResponse(PageResponse):
    """A page of users."""

    application_id: Id
    experience_group_id: NotNull[str] = None
    items: list[ExperienceUserResponse]


def _group_id(text: str) -> str:
    if text in ("", ANY_GROUP, NO_GROUP):
        return text
    if not is_object_id(text):
        raise problem(problems.PATTERN_MISMATCH)
    return text.lower()


class ExperienceUserListParameters(ListParameters):
    sort_field: Annotated[str, blank_means("email"), one_of(_SORT_FIELDS)] = "email"
    filter_field: Annotated[str, one_of((*_FILTER_FIELDS, ""))] = ""
    experience_group_id: Annotated[str, AfterValidator(_group_id)] = Field(
        "", description="Only direct members of this group; any: of at least one; none: of none."
    )
    include_ancestor_groups: str = Field(
        "", description="true: members of the group's ancestors as well."
    )
    advanced: UserQuery = Field(
        None, alias="query", description="Advanced query, in the place of all other filters."
    )

    def query(self, settings: Settings) -> ListQuery:
        query = super().query(settings)
        if self.advanced is not None:
            return replace(query, filter=None, advanced=self.advanced)
        if self.experience_group_id:
            ancestors = is_true(self.include_ancestor_groups)
            return replace(query, group=GroupFilter(self.experience_group_id, ancestors))
        return query

    def frame(self, settings: Settings, count: int, total_count: int) -> Mapping[str, Any]:
        frame = super().frame(settings, count, total_count)
        if self.experience_group_id:
            return {**frame, "experienceGroupId": self.experience_group_id}
        return frame


def dump(user: ExperienceUser) -> dict[str, Any]:
    """Return the user as it is answered; what was never given is not there at all."""
    document = {
        "id": user.id,
        "experienceUserId": user.id,
        "applicationId": user.application_id,
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "avatarUrl": avatar_url(user.email),
        "creationDate": format_instant(user.creation_date),
        "lastUpdated": format_instant(user.last_updated),
        "passwordLastUpdated": format_instant(user.password_last_updated),
        "lastLogin": None if user.last_login is None else format_instant(user.last_login),
        "tokenCutoff": user.token_cutoff,
        "userTags": dict(user.user_tags),
        "experienceGroups": [_dump_group(group) for group in user.groups],
    }
    return {key: value for key, value in document.items() if value is not None}


def avatar_url(email: str) -> str:
    """Return the picture that Gravatar has for the address, or a generated one."""
    address = email.lower().encode("utf-8", "surrogatepass")
    digest = hashlib.md5(address, usedforsecurity=False).hexdigest()
    return f"https://secure.gravatar.com/avatar/{digest}?d=retro&s=240"


def _dump_group(group: GroupRef) -> dict[str, Any]:
    return {"id": group.id, "name": group.name, "parentId": group.parent_id}
