"""The users and groups of an application, for setting up a test and for checking its effects.

These are not requests to the mocked API: they are not recorded, and faults do not apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypedDict, TypeVar, Unpack
from urllib.parse import quote

from pydantic import BeforeValidator, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from mock_server.client.connection import ControlPlane, ControlPlaneError, to_document

__tracebackhide__ = True  # pytest shows the line of the test instead

_CAMEL_CASE = ConfigDict(alias_generator=to_camel)

# Pydantic would use its own class of time zones, which Python prints less readably.
Date = Annotated[datetime, BeforeValidator(datetime.fromisoformat)]


@dataclass(frozen=True, kw_only=True)
class User:
    """An experience user as it is now; ``groups`` are paths, or ids where a path is ambiguous."""

    __pydantic_config__ = _CAMEL_CASE

    id: str
    email: str
    first_name: str | None = None
    last_name: str | None = None
    groups: tuple[str, ...] = ()
    user_tags: Mapping[str, str] = field(default_factory=dict)
    token_cutoff: str | None = None
    creation_date: Date
    last_updated: Date
    password_last_updated: Date
    last_login: Date | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """An experience group as it is now; ``parent`` is a path, or an id where that is ambiguous."""

    __pydantic_config__ = _CAMEL_CASE

    id: str
    name: str
    description: str | None = None
    parent: str | None = None
    group_tags: Mapping[str, str] = field(default_factory=dict)
    experience_endpoint_ids: tuple[str, ...] = ()
    device_ids: tuple[str, ...] = ()
    creation_date: Date
    last_updated: Date


class UserProperties(TypedDict, total=False):
    """Properties of a new user besides its email address. ``groups`` by id, name or path."""

    id: str
    password: str
    first_name: str
    last_name: str
    groups: Sequence[str]
    user_tags: Mapping[str, str]
    token_cutoff: datetime | str
    creation_date: datetime | str
    last_updated: datetime | str
    password_last_updated: datetime | str
    last_login: datetime | str


class GroupProperties(TypedDict, total=False):
    """Properties of a new group besides its name. ``parent`` by id, name or path."""

    id: str
    description: str
    parent: str
    group_tags: Mapping[str, str]
    experience_endpoint_ids: Sequence[str]
    device_ids: Sequence[str]
    creation_date: datetime | str
    last_updated: datetime | str


R = TypeVar("R", User, Group)


class _Records(Generic[R]):
    """The records of one type in an application."""

    _path: str
    _type: TypeAdapter[R]

    def __init__(self, control: ControlPlane, application_id: str | None = None) -> None:
        self._control = control
        self._query = {"applicationId": application_id}

    def in_application(self, application_id: str) -> Self:
        """Return the records of another application."""
        return type(self)(self._control, application_id)

    def get(self, id_or_name: str) -> R:
        """Return a record: a user by id or email address, a group by id, path or unique name.

        Email addresses are compared without regard to case.

        :raises LookupError: when there is none, or several groups have the name
        """
        return self._type.validate_python(self._one("GET", id_or_name))

    def list(self) -> list[R]:
        """Return all records, in the order of their creation."""
        return list(map(self._type.validate_python, self._all()))

    def remove(self, id_or_name: str) -> None:
        """Remove a record, which is found as :meth:`get` does.

        :raises LookupError: when there is none, or several groups have the name
        """
        self._one("DELETE", id_or_name)

    def __iter__(self) -> Iterator[R]:
        return iter(self.list())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, id_or_name: object) -> bool:
        try:
            self._one("GET", str(id_or_name))
        except LookupError:
            return False
        return True

    def _added(self, properties: Mapping[str, Any]) -> R:
        document = to_document(properties)
        added = self._control.call("POST", self._path, document, query=self._query)
        return self._type.validate_python(added)

    def _all(self) -> Sequence[Mapping[str, Any]]:
        answer = self._control.call("GET", self._path, query=self._query)
        items: Sequence[Mapping[str, Any]] = answer["items"]
        return items

    def _one(self, method: str, id_or_name: str) -> Any:
        path = f"{self._path}/{quote(id_or_name, safe='')}"
        try:
            return self._control.call(method, path, query=self._query)
        except ControlPlaneError as error:
            if error.status == 404:
                raise LookupError(str(error)) from None
            raise


class Users(_Records[User]):
    """The experience users of an application."""

    _path = "/users"
    _type = TypeAdapter(User)

    def add(self, email: str, **properties: Unpack[UserProperties]) -> User:
        """Add a user.

        :raises ControlPlaneError: when a property is not valid, or the address is taken
        """
        return self._added({"email": email, **properties})


class Groups(_Records[Group]):
    """The experience groups of an application."""

    _path = "/groups"
    _type = TypeAdapter(Group)

    def add(self, name: str, **properties: Unpack[GroupProperties]) -> Group:
        """Add a group.

        :raises ControlPlaneError: when a property is not valid
        """
        return self._added({"name": name, **properties})
