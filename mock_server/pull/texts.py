"""Replaces texts, email addresses and domains by others of the same length and spelling.

In a text, each word and each number becomes another one; everything else stays. Addresses and
domains get reserved domains, which end in ``.test``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from math import prod
from unicodedata import ucd_3_2_0

from mock_server.pull.key import Key, Permutation
from mock_server.pull.letters import DIGIT, LATIN, LETTER, MARK, another, kind_of, kinds_of
from mock_server.text import fold

_TEXTS_CACHED = 1 << 16

# Matches the kinds of a text's characters. A single ASCII letter is part of a code, not a word.
_LETTERS = f"{LATIN}{LETTER}"
_PIECE = re.compile(
    f"(?P<word>[{_LETTERS}][{_LETTERS}{MARK}]+|{LETTER})"
    f"|(?P<code>(?:{DIGIT}|{LATIN}(?![{_LETTERS}{MARK}]))+)"
)

_SIZES = {DIGIT: 10, LATIN: 26}
"""How many characters are possible in a place of a code."""

_LONGEST_CODE = 32
"""Characters of a code that are replaced together; a longer code is replaced in pieces."""

_ENDING = ".test"
_SHORTEST = len(_ENDING) + 2
"""The shortest domain that can end in ``.test``."""

# Characters that separate addresses and domains from the text around them. So do dots at the end.
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

_DOMAINS_CACHED = 1 << 14

_TRIES = 100
"""Replacements of the same length to try; only very short addresses have no more."""


class Texts:
    """Replaces texts by others of the same length, script and capitals."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._codes = Codes(key)
        self._word = lru_cache(_TEXTS_CACHED)(self._replaced_word)
        self.replaced = lru_cache(_TEXTS_CACHED)(self._replaced)
        """Returns the replacement of a text, which is always the same."""

    def _replaced(self, text: str) -> str:
        result, position = [], 0
        for found in _PIECE.finditer(kinds_of(text)):
            result.append(text[position : found.start()])
            position = found.end()
            piece = text[found.start() : position]
            result.append(self._word(piece) if found["word"] else self._codes.replaced(piece))
        return "".join([*result, text[position:]])

    def _replaced_word(self, word: str) -> str:
        return scrambled(word, self._key.numbers("word", fold(word)))


def scrambled(text: str, numbers: Iterator[int]) -> str:
    """Return a text with another letter for each letter and another digit for each digit.

    If texts differ only by case and get the same numbers, the results differ only by case.
    """
    folded = fold(text)
    kinds = kinds_of(folded)
    letters = kinds.count(LATIN) + kinds.count(LETTER)
    result = []
    for character, plain, kind in zip(text, folded, kinds, strict=True):
        if kind == DIGIT:
            result.append(_another_digit(plain, next(numbers)))
        elif kind in _LETTERS:
            letter = another(plain, next(numbers), letters)
            result.append(letter.upper() if is_capital(character) else letter)
        else:
            result.append(character)
    return "".join(result)


def is_capital(character: str) -> bool:
    """Return whether a letter is a capital; most scripts have none."""
    return character.isupper() or character.istitle()


def _another_digit(digit: str, number: int) -> str:
    value = int(digit)
    return chr(ord(digit) - value + (value + 1 + number % 9) % 10)


class Codes:
    """Replaces codes such as 12, B7 or 2024 by others of the same shape.

    Different codes get different replacements, and no code stays unchanged.
    """

    def __init__(self, key: Key) -> None:
        self._permutation = Permutation(key)

    def replaced(self, code: str) -> str:
        """Return the replacement of a code.

        :param code: digits of any script, and ASCII letters, whose case stays
        """
        starts = range(0, len(code), _LONGEST_CODE)
        return "".join(self._piece(code[start : start + _LONGEST_CODE]) for start in starts)

    def _piece(self, code: str) -> str:
        shape = kinds_of(code)
        sizes = [_SIZES[kind] for kind in shape]
        starts = [_start(character) for character in code]
        value = 0
        for character, start, size in zip(code, starts, sizes, strict=True):
            value = value * size + ord(character) - start
        half = len(code) // 2
        value = self._permutation.replaced(value, (prod(sizes[:half]), prod(sizes[half:])), shape)
        result = []
        for start, size in zip(reversed(starts), reversed(sizes), strict=True):
            value, place = divmod(value, size)
            result.append(chr(start + place))
        return "".join(reversed(result))


def _start(character: str) -> int:
    """Return the code point of the 0, A or a that a character is counted from."""
    if kind_of(character) == DIGIT:
        return ord(character) - ucd_3_2_0.digit(character)
    return ord("A" if character.isupper() else "a")


class EmailAddresses:
    """Replaces email addresses. The result does not depend on case, but has the same capitals."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._domain = lru_cache(_DOMAINS_CACHED)(self._replaced_domain)

    def replaced(self, address: str, turn: int = 0) -> str:
        """Return the replacement of an address, which is always the same.

        :param turn: which replacement to return; 0 is the usual one
        """
        text = fold(address)
        numbers = self._key.numbers("address", text if turn == 0 else f"{turn} {text}")
        local, at, domain = address.rpartition("@")
        local += "b" * (turn // _TRIES)
        result = f"{scrambled(fold(local), numbers)}{at}{self._domain(fold(domain))}"
        return _cased_like(f"{local}{at}{domain}", result)

    def replaced_in(self, text: str, replace: Callable[[str], str]) -> str:
        """Return a text of the same length with its addresses and domains replaced.

        :param replace: replaces the text between them
        """
        result: list[str] = []
        position = 0
        for found in _IN_TEXT.finditer(text):
            result += replace(text[position : found.start()]), self._replaced_found(found[0])
            position = found.end()
        return "".join([*result, replace(text[position:])])

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
    """Return the part of a domain that stays, and its new ending, which is empty without room."""
    short = [place for place, one in enumerate(domain) if one < _FIRST_LONG]
    given_up = short[-len(_ENDING) :]
    if len(domain) < _SHORTEST or len(given_up) < len(_ENDING):
        return domain, ""
    return "".join(one for place, one in enumerate(domain) if place not in given_up), _ENDING


def _cased_like(original: str, result: str) -> str:
    """Return ``result`` with capitals where ``original`` has them.

    Where ``original`` has no letter, the case is that of the letter before it.
    """
    characters, is_large = [], False
    for one, other in zip(result, original, strict=True):
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

    def add(self, address: str, check: str) -> None:
        """Add an address to those in the copy.

        :param check: the check of the original address
        """
        self.twins += fold(address) in self._checks
        self._checks[fold(address)] = check
        self._taken.add(address)

    def replaced(self, address: str) -> str:
        """Return the replacement of an address."""
        check = self._addresses.check(address)
        for turn in count():
            result = self._addresses.replaced(address, turn)
            if self._checks.get(fold(result), check) != check:
                continue
            # Two addresses may differ only by the case of characters that are dots now. Then the
            # second one gets all its cases swapped.
            for one in (result, result.swapcase()):
                if one not in self._taken:
                    self.add(one, check)
                    return one
        raise AssertionError("there is always a longer address")
