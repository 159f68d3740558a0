"""The users and groups of an application, for arranging a test and looking at what came of it.

Nothing here counts as a request: the journal does not show it and faults do not strike it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

from mock_server.client.connection import ControlPlane, ControlPlaneError
from mock_server.client.values import given, read, read_if

__tracebackhide__ = True  # pytest shows the line of the test instead


@dataclass(frozen=True, kw_only=True)
class User:
    """An experience user as it is now; ``groups`` are paths, or ids where a path is ambiguous."""

    id: str
    email: str
    first_name: str | None
    last_name: str | None
    groups: tuple[str, ...]
    user_tags: Mapping[str, str]
    token_cutoff: str | None
    creation_date: datetime
    last_updated: datetime
    password_last_updated: datetime
    last_login: datetime | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> User:
        """Return the user that the control plane describes."""
        return cls(
            id=document["id"],
            email=document["email"],
            first_name=document.get("firstName"),
            last_name=document.get("lastName"),
            groups=tuple(document.get("groups", ())),
            user_tags=document.get("userTags", {}),
            token_cutoff=document.get("tokenCutoff"),
            creation_date=read(document["creationDate"]),
            last_updated=read(document["lastUpdated"]),
            password_last_updated=read(document["passwordLastUpdated"]),
            last_login=read_if(document.get("lastLogin")),
        )


@dataclass(frozen=True, kw_only=True)
class Group:
    """An experience group as it is now; ``parent`` is a path, or an id where that is ambiguous."""

    id: str
    name: str
    description: str | None
    parent: str | None
    group_tags: Mapping[str, str]
    experience_endpoint_ids: tuple[str, ...]
    device_ids: tuple[str, ...]
    creation_date: datetime
    last_updated: datetime

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Group:
        """Return the group that the control plane describes."""
        return cls(
            id=document["id"],
            name=document["name"],
            description=document.get("description"),
            parent=document.get("parent"),
            group_tags=document.get("groupTags", {}),
            experience_endpoint_ids=tuple(document.get("experienceEndpointIds", ())),
            device_ids=tuple(document.get("deviceIds", ())),
            creation_date=read(document["creationDate"]),
            last_updated=read(document["lastUpdated"]),
        )


class UserProperties(TypedDict, total=False):
    """What a new user can be given besides its email address. ``groups`` by id, name or path."""

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
    """What a new group can be given besides its name. ``parent`` by id, name or path."""

    id: str
    description: str
    parent: str
    group_tags: Mapping[str, str]
    experience_endpoint_ids: Sequence[str]
    device_ids: Sequence[str]
    creation_date: datetime | str
    last_updated: datetime | str


class _Records:
    _path: str

    def __init__(self, control: ControlPlane, application_id: str | None = None) -> None:
        self._control = control
        self._query = {"applicationId": application_id}

    def remove(self, called: str) -> None:
        """Remove what is called so, as :meth:`get` takes it.

        :raises LookupError: when there is no such thing
        """
        self._one("DELETE", called)

    def _added(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        added: Mapping[str, Any] = self._control.call(
            "POST", self._path, document, query=self._query
        )
        return added

    def _all(self) -> list[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = self._control.call("GET", self._path, query=self._query)[
            "items"
        ]
        return items

    def _one(self, method: str, called: str) -> Any:
        try:
            return self._control.call(
                method, f"{self._path}/{quote(called, safe='')}", query=self._query
            )
        except ControlPlaneError as error:
            if error.status == 404:
                raise LookupError(str(error)) from None
            raise

    def __contains__(self, called: object) -> bool:
        try:
            self._one("GET", str(called))
        except LookupError:
            return False
        return True

    def __len__(self) -> int:
        return len(self._all())


class Users(_Records):
    """The experience users of an application."""

    _path = "/users"

    def in_application(self, application_id: str) -> Users:
        """Return the users of another application."""
        return Users(self._control, application_id)

    def add(self, email: str, **properties: Unpack[UserProperties]) -> User:
        """Add a user.

        :raises ControlPlaneError: when there can be no such user
        """
        return User.of(self._added({"email": email, **given(properties)}))

    def get(self, called: str) -> User:
        """Return a user by id or email address, in whatever case.

        :raises LookupError: when there is none
        """
        return User.of(self._one("GET", called))

    def list(self) -> list[User]:
        """Return all users, in the order of their creation."""
        return list(map(User.of, self._all()))

    def __iter__(self) -> Iterator[User]:
        return iter(self.list())


class Groups(_Records):
    """The experience groups of an application."""

    _path = "/groups"

    def in_application(self, application_id: str) -> Groups:
        """Return the groups of another application."""
        return Groups(self._control, application_id)

    def add(self, name: str, **properties: Unpack[GroupProperties]) -> Group:
        """Add a group.

        :raises ControlPlaneError: when there can be no such group
        """
        return Group.of(self._added({"name": name, **given(properties)}))

    def get(self, called: str) -> Group:
        """Return a group by id, path, or name if only one has it.

        :raises LookupError: when there is none, or several
        """
        return Group.of(self._one("GET", called))

    def list(self) -> list[Group]:
        """Return all groups, in the order of their creation."""
        return list(map(Group.of, self._all()))

    def __iter__(self) -> Iterator[Group]:
        return iter(self.list())
