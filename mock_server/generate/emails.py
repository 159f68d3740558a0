"""Addresses that fit the names, all different, and all in domains that nobody can own."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from zlib import crc32

from mock_server.generate.random_source import Draw, WeightedChoice

Taken = Callable[[str], bool]
"""Tells whether an address, in small letters, is somebody else's."""

Style = Callable[[str, str], str]
"""Makes the part before the @ of a first and a last name, both with a letter at least."""

_SLOTS = 1 << 22


def _first_dot_last(first: str, last: str) -> str:
    return f"{first}.{last}"


def _initial_last(first: str, last: str) -> str:
    return first[0] + last


def _last_dot_first(first: str, last: str) -> str:
    return f"{last}.{first}"


def _first_initial(first: str, last: str) -> str:
    return first + last[0]


def _initial_dot_last(first: str, last: str) -> str:
    return f"{first[0]}.{last}"


def _first_underscore_last(first: str, last: str) -> str:
    return f"{first}_{last}"


# A company writes all its addresses in one style; where anybody can have one, there are several.
# All are in domains that RFC 2606 and RFC 6761 reserve.
_STYLES: dict[tuple[str, Style], float] = {
    ("acme.example", _first_dot_last): 22,
    ("harborline.example", _first_dot_last): 10,
    ("tidewater.example", _initial_last): 12,
    ("oakfield.example", _initial_dot_last): 7,
    ("brightmill.example", _last_dot_first): 7,
    ("staff.example.com", _first_initial): 6,
    ("team.example.net", _initial_last): 6,
    ("example.com", _first_dot_last): 5,
    ("example.com", _initial_last): 5,
    ("mail.example.org", _first_dot_last): 6,
    ("mail.example.org", _first_underscore_last): 4,
    ("mail.example.org", _first_initial): 4,
    ("post.example.net", _last_dot_first): 3,
    ("post.example.net", _first_underscore_last): 3,
}

DOMAINS = tuple(dict.fromkeys(domain for domain, _ in _STYLES))


class Addresses:
    """Addresses in small ASCII letters, none given twice.

    How often an address was wanted is counted in a table of a fixed size (16 MiB), not by
    address, so that a million users take no more memory than five. Addresses that share a slot
    share its count, so that some have a number though nobody has theirs without: one in a
    thousand among ten thousand users, one in fifteen among a million.
    """

    def __init__(self, draw: Draw, taken: Taken | None) -> None:
        self._draw = draw
        self._taken = taken
        self._styles = WeightedChoice(_STYLES)
        self._counts = array("I", [0]) * _SLOTS

    def make(self, first: str, last: str) -> str:
        """Return an address for somebody whose names are spelled so; either may be empty."""
        domain, style = self._styles.pick(self._draw)
        if first and last:
            local = style(first, last)
        else:
            local = first or last or f"user-{int(self._draw() * 1e8):08}"
        # That a numbered one is nobody else's follows from the part before the @ ending in no
        # digit, or else in exactly eight.
        address = f"{local}@{domain}"
        slot = crc32(address.encode()) % _SLOTS
        number = self._counts[slot] + 1
        if number > 1:
            address = f"{local}{number}@{domain}"
        while self._taken is not None and self._taken(address):
            number += 1
            address = f"{local}{number}@{domain}"
        self._counts[slot] = number
        return address
