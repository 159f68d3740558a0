"""Email addresses: others of the same length, in domains that nobody can own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import count

from mock_server.pull.keyed import Key
from mock_server.pull.letters import DIGIT, LATIN, LETTER, kind_of
from mock_server.pull.texts import is_large, scrambled
from mock_server.text import fold

_ENDING = ".test"
_SHORTEST = len(_ENDING) + 2
"""Characters of a domain that is more than its ending."""

# What stands around addresses in texts. A dot at the end is one of the sentence.
_AROUND = (
    r"\s@<>()\[\]{},;:\"'!?/\\|=&\u00ab\u00bb\u2018-\u201f\u2026\u2039\u203a"
    r"\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f"
)
_WITHIN_TEXT = re.compile(rf"(?:(?<![^{_AROUND}])[^{_AROUND}]+)?@[^{_AROUND}]*[^{_AROUND}._-]")

_FIRST_LONG = "\U00010000"
"""The first character that has two units in UTF-16; an ending takes the place of none such."""

_FIRST_LONG_LETTER = "\U00020000"

_REMEMBERED = 1 << 14

_TRIES = 100
"""Addresses of the same length to try; only so many are very short ones."""


class Addresses:
    """Turns addresses into others. Case does not count, and stays."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._domain = lru_cache(_REMEMBERED)(self._made_domain)

    def of(self, address: str, turn: int = 0) -> str:
        """Return another address, always the same one.

        :param turn: which one; 0 is the usual one
        """
        folded = fold(address)
        local, at, domain = folded.rpartition("@")
        longer = "b" * (turn // _TRIES)
        numbers = self._key.numbers("address", folded if turn == 0 else f"{turn} {folded}")
        made = f"{scrambled(local + longer, numbers)}{at}{self._domain(domain)}"
        cased = address[: len(local)] + longer + address[len(local) :]
        return _cased_as(made, cased)

    def within(self, text: str, change: Callable[[str], str]) -> str:
        """Return a text with other addresses in it, each of the same length.

        :param change: returns what stands in the place of what is around them
        """
        made: list[str] = []
        position = 0
        for found in _WITHIN_TEXT.finditer(text):
            made += change(text[position : found.start()]), self.of(found[0])
            position = found.end()
        return "".join([*made, change(text[position:])])

    def check(self, address: str) -> str:
        """Return 16 hexadecimal digits by which to tell whether addresses differ only by case."""
        return self._key.check("same address", fold(address))

    def _made_domain(self, domain: str) -> str:
        """Return another domain, the same for all addresses in it."""
        rest, ending = _parted(domain)
        dotted = ending and not rest.endswith((".", "-"))
        plain = rest if dotted else "".join(map(_letter_for, rest))
        return scrambled(plain, self._key.numbers("domain", domain)) + ending


def _parted(domain: str) -> tuple[str, str]:
    """Return what of a domain comes before its new ending, and that ending, if it has room."""
    short = [place for place, one in enumerate(domain) if one < _FIRST_LONG]
    given_up = short[-len(_ENDING) :]
    if len(domain) < _SHORTEST or len(given_up) < len(_ENDING):
        return domain, ""
    return "".join(one for place, one in enumerate(domain) if place not in given_up), _ENDING


def _cased_as(made: str, given: str) -> str:
    """Return a text with capitals where another has them; what is no letter there is as before."""
    characters, large = [], False
    for one, other in zip(made, given, strict=True):
        large = is_large(other) if kind_of(other) in (LATIN, LETTER) else large
        characters.append(one.upper() if large and len(one.upper()) == 1 else one)
    return "".join(characters)


def _letter_for(character: str) -> str:
    if kind_of(character) in (LATIN, LETTER, DIGIT):
        return character
    return "b" if character < _FIRST_LONG else _FIRST_LONG_LETTER


class UniqueAddresses:
    """Addresses of one application, of which no two that differ become the same."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._checks: dict[str, str] = {}
        self._taken: set[str] = set()
        self.twins = 0
        """How many addresses differ from another one only by case."""

    def add(self, made: str, check: str) -> None:
        """Take in an address that was given before, with the check of what it was made of."""
        self.twins += fold(made) in self._checks
        self._checks[fold(made)] = check
        self._taken.add(made)

    def of(self, address: str) -> tuple[str, str]:
        """Return another address, and the check of this one."""
        check = self._addresses.check(address)
        for turn in count():
            made = self._addresses.of(address, turn)
            if self._checks.get(fold(made), check) != check:
                continue
            # Of two that differ by the case of what is now a dot, one has all cases swapped.
            for one in (made, made.swapcase()):
                if one not in self._taken:
                    self.add(one, check)
                    return one, check
        raise AssertionError("there is always a longer address")
