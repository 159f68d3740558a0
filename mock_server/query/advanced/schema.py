"""Which fields an advanced query may ask about, and what kind each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from mock_server.domain.records import ExperienceUser, GroupDetails

R = TypeVar("R")


class Kind(Enum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    ID = "one id, or none"
    IDS = "any number of ids"
    TAGS = "tags"


@dataclass(frozen=True)
class Field(Generic[R]):
    """A field: its kind, and how it is read from a record (None is a missing value)."""

    kind: Kind
    read: Callable[[R], Any]


Schema = Mapping[str, Field[R]]

# The order is that of the API's schema: the first field that is wrong is the one reported.
USER_QUERY: Schema[ExperienceUser] = {
    "id": Field(Kind.ID, lambda user: user.id),
    "creationDate": Field(Kind.DATE, lambda user: user.creation_date),
    "lastUpdated": Field(Kind.DATE, lambda user: user.last_updated),
    "firstName": Field(Kind.TEXT, lambda user: user.first_name),
    "lastName": Field(Kind.TEXT, lambda user: user.last_name),
    "email": Field(Kind.TEXT, lambda user: user.email),
    "lastLogin": Field(Kind.DATE, lambda user: user.last_login),
    "passwordLastUpdated": Field(Kind.DATE, lambda user: user.password_last_updated),
    "userTags": Field(Kind.TAGS, lambda user: user.user_tags),
    "experienceGroupId": Field(Kind.IDS, lambda user: [group.id for group in user.groups]),
}

GROUP_QUERY: Schema[GroupDetails] = {
    "id": Field(Kind.ID, lambda details: details.group.id),
    "creationDate": Field(Kind.DATE, lambda details: details.group.creation_date),
    "lastUpdated": Field(Kind.DATE, lambda details: details.group.last_updated),
    "name": Field(Kind.TEXT, lambda details: details.group.name),
    "parentId": Field(Kind.ID, lambda details: details.group.parent_id),
    "ancestorId": Field(Kind.IDS, lambda details: details.ancestor_ids),
    "groupTags": Field(Kind.TAGS, lambda details: details.group.group_tags),
    "experienceUserId": Field(Kind.IDS, lambda details: details.user_ids),
    "experienceEndpointId": Field(Kind.IDS, lambda details: details.group.experience_endpoint_ids),
}
