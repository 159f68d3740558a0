"""Turns users and groups as the API answers them into anonymous ones as seed files have them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.domain.clock import EARLIEST, format_instant, parse_instant
from mock_server.domain.ids import is_object_id
from mock_server.jsonio import InvalidJson, decode
from mock_server.pull.emails import EmailAddresses, UniqueEmailAddresses
from mock_server.pull.key import Key, Permutation
from mock_server.pull.properties import GROUP, USER, Keep, Property, Treatment
from mock_server.pull.texts import Texts

Document = dict[str, Any]
Replace = Callable[[str], str]

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")

_DAY = 24 * 60 * 60
_SHORTEST_SHIFT = 30 * _DAY
_LONGEST_SHIFT = 400 * _DAY

_JSON_PART = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?[0-9][0-9.eE+-]*)'
)
_DIGITS = re.compile("[0-9]+")


@dataclass(frozen=True)
class User:
    """A user as a seed file has it.

    ``check`` is the same for users whose original addresses differ only by case; ``left_out`` is
    the number of the user's groups that the file does not have.
    """

    document: Document
    check: str
    left_out: int


class Anonymiser:
    """Replaces whatever is not kept. The result depends only on the key and the value."""

    def __init__(
        self, key: Key, keep: Keep, user_properties: Mapping[str, Property] = USER
    ) -> None:
        self._keep = keep
        self._user_properties = user_properties
        self._texts = Texts(key)
        self._emails = EmailAddresses(key)
        shift = 0 if keep.has("dates") else shift_of(key)
        self._dates = Dates(shift)
        self._ids = Ids(key, shift)
        self.addresses = UniqueEmailAddresses(self._emails)
        """The addresses of the users so far."""
        self._treatments: Mapping[Treatment, Callable[[Any, str], Any]] = {
            Treatment.TEXT: self._text,
            Treatment.EMAIL: self._email,
            Treatment.TAGS: self._tags,
            Treatment.DEVICE_TAGS: self._device_tags,
            Treatment.QUERY: self._query,
            Treatment.ID: self._id,
            Treatment.IDS: lambda ids, _: list(map(self.id, ids)),
            Treatment.MEMBERSHIPS: lambda groups, _: [self.id(group["id"]) for group in groups],
            Treatment.DATE: self._date,
            Treatment.UNKNOWN: self._unknown,
            Treatment.DROPPED: lambda value, _: None,
        }

    def user(self, original: Document, groups: Container[str]) -> User:
        """Return a user.

        :param groups: the ids, as in the copy, of all groups that the copy has
        """
        document = self._document(self._user_properties, original)
        memberships = document.get("groups", [])
        known = [group for group in memberships if group in groups]
        if known:
            document["groups"] = known
        else:
            document.pop("groups", None)
        check = self._emails.check(original["email"])
        return User(document, check, len(memberships) - len(known))

    def group(self, original: Document) -> Document:
        """Return a group, with its parent by id."""
        return self._document(GROUP, original)

    def id(self, object_id: str) -> str:
        """Return the id that replaces an id."""
        return object_id.lower() if self._keep.has("ids") else self._ids.replaced(object_id)

    def _document(self, properties: Mapping[str, Property], original: Document) -> Document:
        """Return what becomes of the properties, without those that are missing or empty lists."""
        document: Document = {}
        for name, one in properties.items():
            value = original.get(one.source or name)
            if value is not None:
                value = self._treatments[one.treatment](value, one.keep)
            if value or value == "":
                document[name] = value
        return document

    def _text(self, text: str, keep: str) -> str:
        return text if self._keep.has(keep) else self._replaced(text)

    def _unknown(self, value: object, keep: str) -> str | None:
        return self._replaced(value) if isinstance(value, str) else None

    def _email(self, address: str, keep: str) -> str:
        if not self._keep.has(keep):
            return self.addresses.replaced(address)
        self.addresses.add(address, self._emails.check(address))
        return address

    def _tags(self, tags: Mapping[str, str], keep: str) -> dict[str, str]:
        return {key: self._tag(keep, key, value) for key, value in tags.items()}

    def _tag(self, keep: str, key: str, value: str) -> str:
        return value if self._keep.has_tag(keep, key) else self._value(value)

    def _device_tags(self, tags: list[Mapping[str, str]], keep: str) -> list[dict[str, str]]:
        return [self._device_tag(tag, keep) for tag in tags]

    def _device_tag(self, tag: Mapping[str, str], keep: str) -> dict[str, str]:
        made = {name: tag[name] for name in ("key", "value") if name in tag}
        if "value" in made:
            made["value"] = self._tag(keep, made.get("key", ""), made["value"])
        return made

    def _query(self, text: str, keep: str) -> str:
        return text if self._keep.has(keep) else replaced_query(text, self._value)

    def _id(self, object_id: str, keep: str) -> str:
        return self.id(object_id)

    def _date(self, text: str, keep: str) -> str:
        return text if self._keep.has(keep) else self._dates.replaced(text)

    def _value(self, text: str) -> str:
        """Return the replacement of a text, which may be an address or an id used elsewhere."""
        if _ADDRESS.fullmatch(text):
            return text if self._keep.has("email") else self._emails.replaced(text)
        return self.id(text) if is_object_id(text) else self._replaced(text)

    def _replaced(self, text: str) -> str:
        return self._emails.replaced_in(text, self._texts.replaced)


def shift_of(key: Key) -> int:
    """Return how many seconds all dates are moved back: 30 to 400 days."""
    return _SHORTEST_SHIFT + key.large("shift", "") % (_LONGEST_SHIFT - _SHORTEST_SHIFT + 1)


class Dates:
    """Moves dates back by a number of seconds."""

    def __init__(self, shift: int) -> None:
        self._shift = shift

    def replaced(self, text: str) -> str:
        """Return an earlier date; the earliest one of all for an invalid date like 30 February."""
        instant = parse_instant(text)
        if instant is None:
            return format_instant(EARLIEST)
        return format_instant(max(EARLIEST, instant - 1000 * self._shift))


class Ids:
    """Replaces ids; different ids stay different. Their first 8 digits say when they were made.

    :param shift: how many seconds that time is moved back
    """

    _HALF = 1 << 32

    def __init__(self, key: Key, shift: int) -> None:
        self._permutation = Permutation(key)
        self._shift = shift

    def replaced(self, object_id: str) -> str:
        """Return the replacement of an id of 24 hexadecimal digits, which is always the same."""
        created, rest = object_id[:8].lower(), int(object_id[8:], 16)
        moved = (int(created, 16) - self._shift) % self._HALF
        made = self._permutation.replaced(rest, (self._HALF, self._HALF), f"id {created}")
        return f"{moved:08x}{made:016x}"


def replaced_query(text: str, replace: Replace) -> str:
    """Return a query in JSON with other values; its names and spaces stay.

    :param replace: returns the replacement of a value, or of the whole text if it is not JSON
    """
    try:
        decode(text)
    except InvalidJson:
        return replace(text)
    return _JSON_PART.sub(lambda found: _replaced_part(found, replace), text)


def _replaced_part(found: re.Match[str], replace: Replace) -> str:
    if found["name"]:
        return found["name"]
    if found["number"]:
        return _DIGITS.sub(lambda digits: _replaced_number(digits[0], replace), found[0])
    value = replace(json.loads(found[0], strict=False))
    return json.dumps(value, ensure_ascii="\\u" in found[0])


def _replaced_number(digits: str, replace: Replace) -> str:
    """Return other digits, without a zero in front of others, which JSON does not allow."""
    made = replace(digits)
    first = "2" if digits[0] == "1" else "1"
    return f"{first}{made[1:]}" if made[0] == "0" and len(made) > 1 else made
