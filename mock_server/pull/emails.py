"""Replaces email addresses and domains by others of the same length in reserved domains."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import count

from mock_server.pull.key import Key
from mock_server.pull.letters import DIGIT, LATIN, LETTER, kind_of
from mock_server.pull.texts import is_capital, scrambled
from mock_server.text import fold

_ENDING = ".test"
_SHORTEST = len(_ENDING) + 2
"""The shortest domain that can end in ``.test``."""

# What separates addresses and domains from the text around them, besides dots at their end.
_SEPARATORS = (
    r"\s@<>()\[\]{},;:\"'!?/\\|=&\u00ab\u00bb\u2018-\u201f\u2026\u2039\u203a"
    r"\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f"
)
_CHARACTER = f"[^{_SEPARATORS}]"
_LABEL = rf"[^{_SEPARATORS}*+~#$%^`.]"
_IN_TEXT = re.compile(
    # An address, maybe without the part before the @.
    rf"(?:(?<!{_CHARACTER}){_CHARACTER}+)?@{_CHARACTER}*[^{_SEPARATORS}._-]"
    # A domain on its own. Its last label has two or three letters: replacing a longer one as a
    # word hardly ever makes a real top-level domain.
    rf"|(?<!{_LABEL})(?<!\.)(?:{_LABEL}*\.)+(?:(?![0-9_-]){_LABEL}){{2,3}}(?!(?![_-]){_LABEL})"
)

_FIRST_LONG = "\U00010000"
"""The first character with two units in UTF-16; an ending does not replace such characters."""

_FIRST_LONG_LETTER = "\U00020000"

_CACHE_SIZE = 1 << 14

_TRIES = 100
"""Replacements of the same length to try; only very short addresses have no more."""


class EmailAddresses:
    """Replaces email addresses. The result does not depend on case, but has the same capitals."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._domain = lru_cache(_CACHE_SIZE)(self._replaced_domain)

    def replaced(self, address: str, turn: int = 0) -> str:
        """Return the replacement of an address, which is always the same.

        :param turn: which replacement to return; 0 is the usual one
        """
        folded = fold(address)
        local, at, domain = folded.rpartition("@")
        longer = "b" * (turn // _TRIES)
        numbers = self._key.numbers("address", folded if turn == 0 else f"{turn} {folded}")
        made = f"{scrambled(local + longer, numbers)}{at}{self._domain(domain)}"
        return _cased_like(address[: len(local)] + longer + address[len(local) :], made)

    def replaced_in(self, text: str, replace: Callable[[str], str]) -> str:
        """Return a text of the same length with its addresses and domains replaced.

        :param replace: replaces the text between them
        """
        made: list[str] = []
        position = 0
        for found in _IN_TEXT.finditer(text):
            made.append(replace(text[position : found.start()]))
            made.append(self._replaced_found(found[0]))
            position = found.end()
        return "".join([*made, replace(text[position:])])

    def check(self, address: str) -> str:
        """Return 16 hexadecimal digits, the same only for addresses that differ only by case."""
        return self._key.check("same address", fold(address))

    def _replaced_found(self, text: str) -> str:
        if "@" in text:
            return self.replaced(text)
        return _cased_like(text, self._domain(fold(text)))

    def _replaced_domain(self, domain: str) -> str:
        """Return the replacement of a domain, which is the same for all its addresses."""
        rest, ending = _with_new_ending(domain)
        dotted = ending and not rest.endswith((".", "-"))
        plain = rest if dotted else "".join(map(_letter_for, rest))
        return scrambled(plain, self._key.numbers("domain", domain)) + ending


def _with_new_ending(domain: str) -> tuple[str, str]:
    """Return what stays before the new ending of a domain, and the ending if it has room."""
    short = [place for place, one in enumerate(domain) if one < _FIRST_LONG]
    given_up = short[-len(_ENDING) :]
    if len(domain) < _SHORTEST or len(given_up) < len(_ENDING):
        return domain, ""
    return "".join(one for place, one in enumerate(domain) if place not in given_up), _ENDING


def _cased_like(original: str, made: str) -> str:
    """Return ``made`` with capitals where ``original`` has them.

    A character that is not a letter in ``original`` takes the case of the letter before it.
    """
    characters, is_large = [], False
    for one, other in zip(made, original, strict=True):
        is_large = is_capital(other) if kind_of(other) in (LATIN, LETTER) else is_large
        characters.append(one.upper() if is_large and len(one.upper()) == 1 else one)
    return "".join(characters)


def _letter_for(character: str) -> str:
    if kind_of(character) in (LATIN, LETTER, DIGIT):
        return character
    return "b" if character < _FIRST_LONG else _FIRST_LONG_LETTER


class UniqueEmailAddresses:
    """Replaces the addresses of one application; different addresses stay different."""

    def __init__(self, addresses: EmailAddresses) -> None:
        self._addresses = addresses
        self._checks: dict[str, str] = {}
        self._taken: set[str] = set()
        self.twins = 0
        """How many addresses differ from another one only by case."""

    def add(self, made: str, check: str) -> None:
        """Add an address that is in the copy already, with the check of the original address."""
        self.twins += fold(made) in self._checks
        self._checks[fold(made)] = check
        self._taken.add(made)

    def replaced(self, address: str) -> str:
        """Return the replacement of an address."""
        check = self._addresses.check(address)
        for turn in count():
            made = self._addresses.replaced(address, turn)
            if self._checks.get(fold(made), check) != check:
                continue
            # Two addresses may differ only by the case of characters that are dots now. Then the
            # second one gets all its cases swapped.
            for one in (made, made.swapcase()):
                if one not in self._taken:
                    self.add(one, check)
                    return one
        raise AssertionError("there is always a longer address")
