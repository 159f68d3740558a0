"""From what the API answers of groups and users to what a seed file says of made-up ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.domain.ids import is_object_id
from mock_server.pull.addresses import Addresses, UniqueAddresses
from mock_server.pull.dates import Dates, Ids, shift_of
from mock_server.pull.keep import Keep
from mock_server.pull.keyed import Key
from mock_server.pull.queries import anonymous_query
from mock_server.pull.texts import Texts

Document = dict[str, Any]
Change = Callable[[str], str]

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class User:
    """A user as a seed file has it.

    ``check`` tells whether its address and another's differ only by case; ``left_out`` is in how
    many groups it is that the file does not have.
    """

    document: Document
    check: str
    left_out: int


class Anonymiser:
    """Makes up what is not kept. What it makes follows from the key and the value alone."""

    def __init__(self, key: Key, keep: Keep) -> None:
        self._keep = keep
        self._texts = Texts(key)
        self._addresses = Addresses(key)
        shift = 0 if keep.has("dates") else shift_of(key)
        self._date = _same if keep.has("dates") else Dates(shift).of
        self.id: Change = str.lower if keep.has("ids") else Ids(key, shift).of
        """Returns the id to stand in an id's place."""
        self.addresses = UniqueAddresses(self._addresses)
        """The addresses of the users so far."""

    def user(self, given: Document, groups: Container[str]) -> User:
        """Return a user.

        :param groups: the ids, as made up, of all groups that it can be in
        """
        email, check = self._email(given["email"])
        wanted = [self.id(group["id"]) for group in given.get("experienceGroups") or ()]
        found = [group for group in wanted if group in groups]
        document = {
            "id": self.id(given["id"]),
            "email": email,
            "firstName": self._text("firstName", given.get("firstName")),
            "lastName": self._text("lastName", given.get("lastName")),
            "tokenCutoff": self._when(given.get("tokenCutoff")),
            "userTags": self._tags("userTags", given.get("userTags")),
            "groups": found or None,
            "creationDate": self._when(given.get("creationDate")),
            "lastUpdated": self._when(given.get("lastUpdated")),
            "passwordLastUpdated": self._when(given.get("passwordLastUpdated")),
            "lastLogin": self._when(given.get("lastLogin")),
        }
        return User(_given(document), check, len(wanted) - len(found))

    def group(self, given: Document) -> Document:
        """Return a group, with its parent by id."""
        parent = given.get("parentId")
        return _given(
            {
                "id": self.id(given["id"]),
                "name": self._text("groupName", given["name"]),
                "description": self._text("groupDescription", given.get("description")),
                "parent": None if parent is None else self.id(parent),
                "groupTags": self._tags("groupTags", given.get("groupTags")),
                "experienceEndpointIds": self._ids(given.get("experienceEndpointIds")),
                "deviceIds": self._ids(given.get("deviceIds")),
                "deviceTags": [self._device_tag(tag) for tag in given.get("deviceTags") or ()]
                or None,
                "deviceQueryJson": self._query(given.get("deviceQueryJson")),
                "creationDate": self._when(given.get("creationDate")),
                "lastUpdated": self._when(given.get("lastUpdated")),
            }
        )

    def _email(self, address: str) -> tuple[str, str]:
        if not self._keep.has("email"):
            return self.addresses.of(address)
        check = self._addresses.check(address)
        self.addresses.add(address, check)
        return address, check

    def _text(self, name: str, text: str | None) -> str | None:
        return text if text is None or self._keep.has(name) else self._made(text)

    def _tags(self, name: str, tags: Mapping[str, str] | None) -> dict[str, str] | None:
        made = {key: self._tag(name, key, value) for key, value in (tags or {}).items()}
        return made or None

    def _tag(self, name: str, key: str, value: str) -> str:
        return value if self._keep.has_tag(name, key) else self._value(value)

    def _value(self, text: str) -> str:
        """Return another text; what is an address or an id elsewhere becomes the same here."""
        if _ADDRESS.fullmatch(text):
            return text if self._keep.has("email") else self._addresses.of(text)
        return self.id(text) if is_object_id(text) else self._made(text)

    def _made(self, text: str) -> str:
        return self._addresses.within(text, self._texts.of)

    def _device_tag(self, tag: Mapping[str, str]) -> dict[str, str]:
        made = {name: tag[name] for name in ("key", "value") if name in tag}
        if "value" in made:
            made["value"] = self._tag("deviceTags", made.get("key", ""), made["value"])
        return made

    def _query(self, text: str | None) -> str | None:
        if text is None or self._keep.has("deviceQueryJson"):
            return text
        return anonymous_query(text, self._value)

    def _ids(self, ids: list[str] | None) -> list[str] | None:
        return list(map(self.id, ids or ())) or None

    def _when(self, text: str | None) -> str | None:
        return None if text is None else self._date(text)


def _same(text: str) -> str:
    return text


def _given(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}
