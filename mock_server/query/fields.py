"""The fields of records that listings sort, filter and query by (contract, sections 7 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from mock_server.domain.records import ApiToken, Application, ExperienceUser, GroupDetails

R = TypeVar("R")


class Kind(Enum):
    """What a field holds, which decides what an advanced query may ask about it."""

    TEXT = "text"
    DATE = "date"
    ID = "one id, or none"
    IDS = "any number of ids"
    TAGS = "tags"


@dataclass(frozen=True)
class Field(Generic[R]):
    """A field: how it is read from a record (None is a missing value), and its kind."""

    read: Callable[[R], Any]
    kind: Kind = Kind.TEXT


Fields = Mapping[str, Field[R]]


def sort_key(field: str, fields: Fields[R]) -> Callable[[R], tuple[bool, Any, str]]:
    """Return the key to sort by a field: missing values first, ties by id.

    Text sorts by code point, without a locale (contract, section 7).
    """
    read, read_id = fields[field].read, fields["id"].read

    def key(record: R) -> tuple[bool, Any, str]:
        value = read(record)
        return value is not None, value, read_id(record)

    return key


# The order is that of the API's schema: the first wrong field of a query is the one reported.
USER_FIELDS: Fields[ExperienceUser] = {
    "id": Field(lambda user: user.id, Kind.ID),
    "creationDate": Field(lambda user: user.creation_date, Kind.DATE),
    "lastUpdated": Field(lambda user: user.last_updated, Kind.DATE),
    "firstName": Field(lambda user: user.first_name),
    "lastName": Field(lambda user: user.last_name),
    "email": Field(lambda user: user.email),
    "lastLogin": Field(lambda user: user.last_login, Kind.DATE),
    "passwordLastUpdated": Field(lambda user: user.password_last_updated, Kind.DATE),
    "userTags": Field(lambda user: user.user_tags, Kind.TAGS),
    "experienceGroupId": Field(lambda user: [group.id for group in user.groups], Kind.IDS),
}

GROUP_FIELDS: Fields[GroupDetails] = {
    "id": Field(lambda details: details.group.id, Kind.ID),
    "creationDate": Field(lambda details: details.group.creation_date, Kind.DATE),
    "lastUpdated": Field(lambda details: details.group.last_updated, Kind.DATE),
    "name": Field(lambda details: details.group.name),
    "parentId": Field(lambda details: details.group.parent_id, Kind.ID),
    "ancestorId": Field(lambda details: details.ancestor_ids, Kind.IDS),
    "groupTags": Field(lambda details: details.group.group_tags, Kind.TAGS),
    "experienceUserId": Field(lambda details: details.user_ids, Kind.IDS),
    "experienceEndpointId": Field(lambda details: details.group.experience_endpoint_ids, Kind.IDS),
}

APPLICATION_FIELDS: Fields[Application] = {
    "id": Field(lambda application: application.id, Kind.ID),
    "name": Field(lambda application: application.name),
    "creationDate": Field(lambda application: application.creation_date, Kind.DATE),
    "ownerId": Field(lambda application: application.owner_id, Kind.ID),
    "lastUpdated": Field(lambda application: application.last_updated, Kind.DATE),
}

API_TOKEN_FIELDS: Fields[ApiToken] = {
    "id": Field(lambda token: token.id, Kind.ID),
    "name": Field(lambda token: token.name),
    "status": Field(lambda token: token.status),
    "creationDate": Field(lambda token: token.creation_date, Kind.DATE),
    "lastUpdated": Field(lambda token: token.last_updated, Kind.DATE),
    "expirationDate": Field(lambda token: token.expiration_date),
}
