"""How the fields that the API sorts and filters by are read from records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from mock_server.domain.records import ApiToken, Application, ExperienceUser, GroupDetails

R = TypeVar("R")

Read = Callable[[R], Any]


class Fields(Generic[R]):
    """The sortable fields of one kind of record."""

    def __init__(self, record_id: Callable[[R], str], readers: dict[str, Read[R]]) -> None:
        self._id = record_id
        self._readers = {"id": record_id, **readers}

    def read(self, field: str) -> Read[R]:
        """Return the function that reads ``field``; None is a missing value."""
        return self._readers[field]

    def sort_key(self, field: str) -> Callable[[R], tuple[bool, Any, str]]:
        """Return the key to sort by ``field``: missing values first, ties by id.

        Text sorts by code point, without a locale (contract, section 7).
        """
        read, record_id = self._readers[field], self._id

        def key(record: R) -> tuple[bool, Any, str]:
            value = read(record)
            return value is not None, value, record_id(record)

        return key


USER_FIELDS: Fields[ExperienceUser] = Fields(
    lambda user: user.id,
    {
        "firstName": lambda user: user.first_name,
        "lastName": lambda user: user.last_name,
        "email": lambda user: user.email,
        "creationDate": lambda user: user.creation_date,
        "lastLogin": lambda user: user.last_login,
        "lastUpdated": lambda user: user.last_updated,
    },
)

GROUP_FIELDS: Fields[GroupDetails] = Fields(
    lambda details: details.group.id,
    {
        "name": lambda details: details.group.name,
        "creationDate": lambda details: details.group.creation_date,
        "lastUpdated": lambda details: details.group.last_updated,
    },
)

APPLICATION_FIELDS: Fields[Application] = Fields(
    lambda application: application.id,
    {
        "name": lambda application: application.name,
        "creationDate": lambda application: application.creation_date,
        "ownerId": lambda application: application.owner_id,
        "lastUpdated": lambda application: application.last_updated,
    },
)

API_TOKEN_FIELDS: Fields[ApiToken] = Fields(
    lambda token: token.id,
    {
        "name": lambda token: token.name,
        "status": lambda token: token.status,
        "creationDate": lambda token: token.creation_date,
        "lastUpdated": lambda token: token.last_updated,
        "expirationDate": lambda token: token.expiration_date,
    },
)
