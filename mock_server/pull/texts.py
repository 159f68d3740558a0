"""Replaces texts: each word and each number by another one; everything else stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod
from unicodedata import ucd_3_2_0

from mock_server.pull.key import Key, Permutation
from mock_server.pull.letters import DIGIT, LATIN, LETTER, MARK, another, kind_of, kinds_of
from mock_server.text import fold

_CACHE_SIZE = 1 << 16

# Matches the kinds of a text's characters. A single ASCII letter is part of a code, not a word.
_LETTERS = f"{LATIN}{LETTER}"
_PIECE = re.compile(
    f"(?P<word>[{_LETTERS}][{_LETTERS}{MARK}]+|{LETTER})"
    f"|(?P<code>(?:{DIGIT}|{LATIN}(?![{_LETTERS}{MARK}]))+)"
)

_LONGEST_CODE = 32
"""Characters of a code that are replaced together; a longer code is replaced in pieces."""


class Texts:
    """Replaces texts by others of the same length, script and capitals."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._codes = Codes(key)
        self._word = lru_cache(_CACHE_SIZE)(self._replaced_word)
        self.replaced = lru_cache(_CACHE_SIZE)(self._replaced)
        """Returns the replacement of a text, which is always the same."""

    def _replaced(self, text: str) -> str:
        made, position = [], 0
        for found in _PIECE.finditer(kinds_of(text)):
            made.append(text[position : found.start()])
            position = found.end()
            piece = text[found.start() : position]
            made.append(self._word(piece) if found["word"] else self._codes.replaced(piece))
        return "".join([*made, text[position:]])

    def _replaced_word(self, word: str) -> str:
        return scrambled(word, self._key.numbers("word", fold(word)))


def scrambled(text: str, numbers: Iterator[int]) -> str:
    """Return a text with another letter for each letter and another digit for each digit.

    If texts differ only by case and get the same numbers, the results differ only by case.
    """
    folded = fold(text)
    kinds = kinds_of(folded)
    count = kinds.count(LATIN) + kinds.count(LETTER)
    made = []
    for character, plain, kind in zip(text, folded, kinds, strict=True):
        if kind == DIGIT:
            made.append(_another_digit(plain, next(numbers)))
        elif kind in _LETTERS:
            letter = another(plain, next(numbers), count)
            made.append(letter.upper() if is_capital(character) else letter)
        else:
            made.append(character)
    return "".join(made)


def is_capital(character: str) -> bool:
    """Tell whether a letter is a capital; most scripts have none."""
    return character.isupper() or character.istitle()


def _another_digit(digit: str, number: int) -> str:
    value = int(digit)
    return chr(ord(digit) - value + (value + 1 + number % 9) % 10)


class Codes:
    """Replaces codes such as 12, B7 or 2024 by others of the same shape.

    Different codes get different replacements, and none stays as it is.
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
        places = [_Place(character) for character in code]
        radices = [place.radix for place in places]
        value = 0
        for place in places:
            value = value * place.radix + place.value
        half = len(radices) // 2
        sizes = prod(radices[:half]), prod(radices[half:])
        shape = "".join(place.sort for place in places)
        value = self._permutation.replaced(value, sizes, shape)
        characters = []
        for place in reversed(places):
            value, one = divmod(value, place.radix)
            characters.append(place.character(one))
        return "".join(reversed(characters))


class _Place:
    """A place in a code: the characters that are possible there, and the present one."""

    def __init__(self, character: str) -> None:
        if kind_of(character) == DIGIT:
            self.sort, self.radix = "d", 10
            self.value = ucd_3_2_0.digit(character)
            self._first = ord(character) - self.value
        else:
            self.sort, self.radix = "l", 26
            self._first = ord("A" if character.isupper() else "a")
            self.value = ord(character) - self._first

    def character(self, value: int) -> str:
        """Return the character that stands for a value at this place."""
        return chr(self._first + value)
