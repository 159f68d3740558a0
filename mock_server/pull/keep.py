"""What stays as it is in a copy, by name."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.text import did_you_mean

WITH_KEYS = ("userTags", "groupTags", "deviceTags")
"""Names that can be followed by a dot and one key."""

NAMES = (
    "email",
    "firstName",
    "lastName",
    "userTags",
    "groupName",
    "groupDescription",
    "groupTags",
    "deviceTags",
    "deviceQueryJson",
    "ids",
    "dates",
)
"""All that can be kept; tags also one by one, as in userTags.role."""


class Keep:
    """What stays as it is."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Begin with what is to be kept.

        :raises ValueError: when there is no such thing; the message says what there is
        """
        self.names = frozenset(names)
        for name in self.names:
            _check(name)

    def has(self, name: str) -> bool:
        """Tell whether something stays."""
        return name in self.names

    def has_tag(self, name: str, key: str) -> bool:
        """Tell whether the values of one tag stay."""
        return name in self.names or f"{name}.{key}" in self.names


def _check(name: str) -> None:
    tags, dot, key = name.partition(".")
    if name in NAMES or (tags in WITH_KEYS and dot and key):
        return
    near = "" if dot else did_you_mean(tags, NAMES, ignore_case=True)
    hint = near or f"; there are {', '.join(NAMES)}, and single tags, such as userTags.role"
    raise ValueError(f'"{name}" is nothing that can be kept{hint}')
