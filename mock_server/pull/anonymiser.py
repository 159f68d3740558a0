"""Turns users and groups as the API answers them into anonymous ones as seed files have them.

The tables ``USER`` and ``GROUP`` say what becomes of each property, and by which name ``--keep``
keeps it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from mock_server.domain.clock import EARLIEST, format_instant, parse_instant
from mock_server.domain.ids import is_object_id
from mock_server.jsonio import InvalidJson, decode
from mock_server.pull.key import Key, Permutation
from mock_server.pull.texts import EmailAddresses, Texts, UniqueEmailAddresses
from mock_server.seeds.documents import UserFixture
from mock_server.text import did_you_mean

Document = dict[str, Any]

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
    """Replaces whatever is not kept. The result depends only on the key and the value.

    :param kept: names from :data:`KEEPABLE`, or of single tags
    """

    def __init__(
        self,
        key: Key,
        kept: Container[str] = (),
        user_properties: Mapping[str, Property] | None = None,
    ) -> None:
        self._kept = kept
        self._user_properties = USER if user_properties is None else user_properties
        self._texts = Texts(key)
        self._emails = EmailAddresses(key)
        self._shift = 0 if "dates" in kept else _shift_of(key)
        self._ids = Ids(key, self._shift)
        self.addresses = UniqueEmailAddresses(self._emails)
        """The addresses of the users so far."""

    def user(self, original: Document, groups: Container[str]) -> User:
        """Return a user.

        :param groups: the new ids of all groups in the copy
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
        return object_id.lower() if "ids" in self._kept else self._ids.replaced(object_id)

    def _document(self, properties: Mapping[str, Property], original: Document) -> Document:
        """Return the replaced properties, without those that are missing or empty lists."""
        document: Document = {}
        for name, one in properties.items():
            value = original.get(one.source or name)
            if value is not None:
                value = one.replace(self, value, one.keep)
            if value or value == "":
                document[name] = value
        return document

    def replace_text(self, text: str, keep: str) -> str:
        """Return a text with each word replaced."""
        return text if keep in self._kept else self._replaced(text)

    def replace_unknown(self, value: object, keep: str) -> str | None:
        """Return a text with each word replaced, and None for any other value."""
        return self._replaced(value) if isinstance(value, str) else None

    def replace_email(self, address: str, keep: str) -> str:
        """Return another address, unique in the application."""
        if keep not in self._kept:
            return self.addresses.replaced(address)
        self.addresses.add(address, self._emails.check(address))
        return address

    def replace_tags(self, tags: Mapping[str, str], keep: str) -> dict[str, str]:
        """Return tags with other values."""
        return {key: self._tag(keep, key, value) for key, value in tags.items()}

    def replace_device_tags(
        self, tags: Iterable[Mapping[str, str]], keep: str
    ) -> list[dict[str, str]]:
        """Return tags of devices, which are objects with a key and a value, with other values."""
        return [self._device_tag(tag, keep) for tag in tags]

    def replace_query(self, text: str, keep: str) -> str:
        """Return a query with other values; names and operators stay."""
        return text if keep in self._kept else replaced_query(text, self._value)

    def replace_id(self, object_id: str, keep: str) -> str:
        """Return another id."""
        return self.id(object_id)

    def replace_ids(self, ids: Iterable[str], keep: str) -> list[str]:
        """Return other ids."""
        return list(map(self.id, ids))

    def replace_memberships(self, groups: Iterable[Mapping[str, str]], keep: str) -> list[str]:
        """Return other ids for groups."""
        return [self.id(group["id"]) for group in groups]

    def replace_date(self, text: str, keep: str) -> str:
        """Return a date moved back, all dates by the same time."""
        return text if keep in self._kept else moved_back(text, self._shift)

    def drop(self, value: object, keep: str) -> None:
        """Return None for a value that is not copied."""

    def _tag(self, keep: str, key: str, value: str) -> str:
        is_kept = keep in self._kept or f"{keep}.{key}" in self._kept
        return value if is_kept else self._value(value)

    def _device_tag(self, tag: Mapping[str, str], keep: str) -> dict[str, str]:
        result = {name: tag[name] for name in ("key", "value") if name in tag}
        if "value" in result:
            result["value"] = self._tag(keep, result.get("key", ""), result["value"])
        return result

    def _value(self, text: str) -> str:
        """Return the replacement of a text, which may be an address or an id used elsewhere."""
        if _ADDRESS.fullmatch(text):
            return text if "email" in self._kept else self._emails.replaced(text)
        return self.id(text) if is_object_id(text) else self._replaced(text)

    def _replaced(self, text: str) -> str:
        return self._emails.replaced_in(text, self._texts.replaced)


@dataclass(frozen=True)
class Property:
    """A property in a seed file.

    ``replace`` returns the new value, or None to leave the property out. ``keep`` is the name by
    which --keep keeps it; ``source`` is its name in the API if that is another one.
    """

    replace: Callable[[Anonymiser, Any, str], Any]
    keep: str = ""
    source: str = ""


def with_unknown(listed: Mapping[str, Property], names: Iterable[str]) -> dict[str, Property]:
    """Return the table with every other of these names as unknown."""
    return {**listed, **{name: _UNKNOWN for name in names if name not in listed}}


_UNKNOWN = Property(Anonymiser.replace_unknown)
_ID = Property(Anonymiser.replace_id, keep="ids")
_IDS = Property(Anonymiser.replace_ids, keep="ids")
_DATE = Property(Anonymiser.replace_date, keep="dates")
_DROPPED = Property(Anonymiser.drop)

# To copy another text of users, add a line with replace_text and its name for --keep. Without a
# line, a property that seed files have is unknown, and any other property is dropped.
USER: Mapping[str, Property] = with_unknown(
    {
        "id": _ID,
        "email": Property(Anonymiser.replace_email, keep="email"),
        "password": _DROPPED,
        "passwordHash": _DROPPED,
        "firstName": Property(Anonymiser.replace_text, keep="firstName"),
        "lastName": Property(Anonymiser.replace_text, keep="lastName"),
        "tokenCutoff": _DATE,
        "userTags": Property(Anonymiser.replace_tags, keep="userTags"),
        "groups": Property(Anonymiser.replace_memberships, keep="ids", source="experienceGroups"),
        "creationDate": _DATE,
        "lastUpdated": _DATE,
        "passwordLastUpdated": _DATE,
        "lastLogin": _DATE,
    },
    (to_camel(field.name) for field in dataclasses.fields(UserFixture)),
)

GROUP: Mapping[str, Property] = {
    "id": _ID,
    "name": Property(Anonymiser.replace_text, keep="groupName"),
    "description": Property(Anonymiser.replace_text, keep="groupDescription"),
    "parent": Property(Anonymiser.replace_id, keep="ids", source="parentId"),
    "groupTags": Property(Anonymiser.replace_tags, keep="groupTags"),
    "experienceEndpointIds": _IDS,
    "deviceIds": _IDS,
    "deviceTags": Property(Anonymiser.replace_device_tags, keep="deviceTags"),
    "deviceQueryJson": Property(Anonymiser.replace_query, keep="deviceQueryJson"),
    "creationDate": _DATE,
    "lastUpdated": _DATE,
}

_EVERYWHERE = ("ids", "dates")
_NAMES = dict.fromkeys(one.keep for one in (*USER.values(), *GROUP.values()) if one.keep)

KEEPABLE = (*(name for name in _NAMES if name not in _EVERYWHERE), *_EVERYWHERE)
"""All names that --keep takes, besides those of single tags, such as ``userTags.role``."""

_TAGS = [name for name in KEEPABLE if name.endswith("Tags")]


def check_kept(names: Iterable[str]) -> frozenset[str]:
    """Return the names of what is kept.

    :raises ValueError: when a name is unknown; the message lists the known ones
    """
    kept = frozenset(names)
    for name in kept:
        tags, dot, key = name.partition(".")
        if name not in KEEPABLE and not (tags in _TAGS and key):
            near = "" if dot else did_you_mean(tags, KEEPABLE, ignore_case=True)
            hint = f"; there are {', '.join(KEEPABLE)}, and single tags, such as userTags.role"
            raise ValueError(f'unknown name "{name}"{near or hint}')
    return kept


def _shift_of(key: Key) -> int:
    """Return how many seconds all dates are moved back: 30 to 400 days."""
    return _SHORTEST_SHIFT + key.large("shift", "") % (_LONGEST_SHIFT - _SHORTEST_SHIFT + 1)


def moved_back(text: str, seconds: int) -> str:
    """Return an earlier date; the earliest one of all for an invalid date like 30 February."""
    instant = parse_instant(text)
    return format_instant(EARLIEST if instant is None else max(EARLIEST, instant - 1000 * seconds))


class Ids:
    """Replaces ids; different ids stay different. Their first 8 digits are their creation time.

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
        result = self._permutation.replaced(rest, (self._HALF, self._HALF), f"id {created}")
        return f"{moved:08x}{result:016x}"


def replaced_query(text: str, replace: Callable[[str], str]) -> str:
    """Return a query in JSON with other values; its names and spaces stay.

    :param replace: returns the replacement of a value, or of the whole text if it is not JSON
    """
    try:
        decode(text)
    except InvalidJson:
        return replace(text)
    return _JSON_PART.sub(lambda found: _replaced_part(found, replace), text)


def _replaced_part(found: re.Match[str], replace: Callable[[str], str]) -> str:
    if found["name"]:
        return found["name"]
    if found["number"]:
        return _DIGITS.sub(lambda digits: _replaced_number(digits[0], replace), found[0])
    value = replace(json.loads(found[0], strict=False))
    return json.dumps(value, ensure_ascii="\\u" in found[0])


def _replaced_number(digits: str, replace: Callable[[str], str]) -> str:
    """Return other digits, without a zero in front of others, which JSON does not allow."""
    result = replace(digits)
    first = "2" if digits[0] == "1" else "1"
    return f"{first}{result[1:]}" if result[0] == "0" and len(result) > 1 else result
