"""What a pull does with each property of users and groups, and which of them --keep keeps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from pydantic.alias_generators import to_camel

from mock_server.seeds.documents import UserFixture
from mock_server.text import did_you_mean


class Treatment(Enum):
    """How a value is changed, unless it is kept."""

    TEXT = auto()
    """Replaced word by word."""
    EMAIL = auto()
    """Replaced by another address, unique in the application."""
    TAGS = auto()
    """Keys stay, values are replaced."""
    DEVICE_TAGS = auto()
    """The same for a list of objects with a key and a value."""
    QUERY = auto()
    """Names and operators in the JSON stay, values are replaced."""
    ID = auto()
    IDS = auto()
    MEMBERSHIPS = auto()
    """Groups, of which the ids remain."""
    DATE = auto()
    """Moved back, all dates by the same time."""
    UNKNOWN = auto()
    """Replaced if it is text, dropped otherwise."""
    DROPPED = auto()


@dataclass(frozen=True)
class Property:
    """A property in a seed file.

    ``keep`` is the name by which --keep keeps it; ``source`` is its name in the API if that is
    another one.
    """

    treatment: Treatment
    keep: str = ""
    source: str = ""


def with_unknown(listed: Mapping[str, Property], names: Iterable[str]) -> dict[str, Property]:
    """Return the table with every other of these names as unknown."""
    return {**listed, **{name: _UNKNOWN for name in names if name not in listed}}


_UNKNOWN = Property(Treatment.UNKNOWN)
_ID = Property(Treatment.ID, keep="ids")
_IDS = Property(Treatment.IDS, keep="ids")
_DATE = Property(Treatment.DATE, keep="dates")
_DROPPED = Property(Treatment.DROPPED)

# To copy another text of users, add a line with Treatment.TEXT and its name for --keep. Without a
# line, a property that seed files have is UNKNOWN, and any other property is dropped.
USER: Mapping[str, Property] = with_unknown(
    {
        "id": _ID,
        "email": Property(Treatment.EMAIL, keep="email"),
        "password": _DROPPED,
        "passwordHash": _DROPPED,
        "firstName": Property(Treatment.TEXT, keep="firstName"),
        "lastName": Property(Treatment.TEXT, keep="lastName"),
        "tokenCutoff": _DATE,
        "userTags": Property(Treatment.TAGS, keep="userTags"),
        "groups": Property(Treatment.MEMBERSHIPS, keep="ids", source="experienceGroups"),
        "creationDate": _DATE,
        "lastUpdated": _DATE,
        "passwordLastUpdated": _DATE,
        "lastLogin": _DATE,
    },
    (to_camel(field.name) for field in dataclasses.fields(UserFixture)),
)

GROUP: Mapping[str, Property] = {
    "id": _ID,
    "name": Property(Treatment.TEXT, keep="groupName"),
    "description": Property(Treatment.TEXT, keep="groupDescription"),
    "parent": Property(Treatment.ID, keep="ids", source="parentId"),
    "groupTags": Property(Treatment.TAGS, keep="groupTags"),
    "experienceEndpointIds": _IDS,
    "deviceIds": _IDS,
    "deviceTags": Property(Treatment.DEVICE_TAGS, keep="deviceTags"),
    "deviceQueryJson": Property(Treatment.QUERY, keep="deviceQueryJson"),
    "creationDate": _DATE,
    "lastUpdated": _DATE,
}

_PROPERTIES = (*USER.values(), *GROUP.values())
_EVERYWHERE = ("ids", "dates")

KEEPABLE = (
    *dict.fromkeys(one.keep for one in _PROPERTIES if one.keep not in ("", *_EVERYWHERE)),
    *_EVERYWHERE,
)
"""All names that --keep takes, besides those of single tags, such as ``userTags.role``."""

_TAGS = {
    one.keep for one in _PROPERTIES if one.treatment in (Treatment.TAGS, Treatment.DEVICE_TAGS)
}


class Keep:
    """The names of what is kept as it is."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Take the names.

        :raises ValueError: when a name is unknown; the message lists the known ones
        """
        self.names = frozenset(names)
        for name in self.names:
            _check(name)

    def has(self, name: str) -> bool:
        """Tell whether everything of this name is kept."""
        return name in self.names

    def has_tag(self, name: str, key: str) -> bool:
        """Tell whether the values of one tag are kept."""
        return name in self.names or f"{name}.{key}" in self.names


def _check(name: str) -> None:
    tags, dot, key = name.partition(".")
    if name in KEEPABLE or (tags in _TAGS and dot and key):
        return
    near = "" if dot else did_you_mean(tags, KEEPABLE, ignore_case=True)
    hint = near or f"; there are {', '.join(KEEPABLE)}, and single tags, such as userTags.role"
    raise ValueError(f'unknown name "{name}"{hint}')
