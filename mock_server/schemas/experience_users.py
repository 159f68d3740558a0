"""Experience users on the wire (contract, sections 6 and 7)."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from mock_server.domain import problems
from mock_server.domain.ids import is_object_id
from mock_server.domain.records import ExperienceUser
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
from mock_server.schemas.responses import Date, Id, ObjectResponse, PageResponse, ResourceResponse
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


class GroupOfUser(ObjectResponse):
    """A group that a user is a direct member of."""

    id: Id
    name: str
    parent_id: Id | None = Field(description="null at the root.")


class ExperienceUserResponse(ResourceResponse):
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
        None,
        alias="query",
        description="Advanced query as JSON. It replaces all other filters.",
        examples=['{"email": {"$contains": "ann"}}'],
    )

    def query(self, settings: Settings) -> ListQuery:
        query = super().query(settings)
        if self.advanced is not None:
            return replace(query, filter=None, advanced=self.advanced)
        if self.experience_group_id:
            ancestors = is_true(self.include_ancestor_groups)
            return replace(query, group=GroupFilter(self.experience_group_id, ancestors))
        return query

    @property
    def sent_filters(self) -> Mapping[str, str]:
        group = {"experienceGroupId": self.experience_group_id} if self.experience_group_id else {}
        return {**super().sent_filters, **group}


def user_document(user: ExperienceUser) -> dict[str, Any]:
    """Return the user as it is answered, without hypermedia."""
    return ExperienceUserResponse.document(
        user,
        experience_user_id=user.id,
        avatar_url=_avatar_url(user.email),
        experience_groups=[GroupOfUser.document(group) for group in user.groups],
    )


def _avatar_url(email: str) -> str:
    """Return the picture that Gravatar has for the address, or a generated one."""
    address = email.lower().encode("utf-8", "surrogatepass")
    digest = hashlib.md5(address, usedforsecurity=False).hexdigest()
    return f"https://secure.gravatar.com/avatar/{digest}?d=retro&s=240"
