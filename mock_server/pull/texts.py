"""Texts of people: every word and every number another one, all else as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mock_server.pull.codes import Codes
from mock_server.pull.keyed import Key
from mock_server.pull.letters import DIGIT, LATIN, LETTER, MARK, another, kinds_of
from mock_server.text import fold

_REMEMBERED = 1 << 16

# In the kinds of a text's characters. A single ASCII letter is no word: it belongs to a code.
_LETTERS = f"{LATIN}{LETTER}"
_PIECE = re.compile(
    f"(?P<word>[{_LETTERS}][{_LETTERS}{MARK}]+|{LETTER})"
    f"|(?P<code>(?:{DIGIT}|{LATIN}(?![{_LETTERS}{MARK}]))+)"
)


class Texts:
    """Turns texts into others of the same length, script and spelling."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._codes = Codes(key)
        self._word = lru_cache(_REMEMBERED)(self._made_word)
        self.of = lru_cache(_REMEMBERED)(self._made)
        """Returns the text to stand in a text's place, always the same one."""

    def _made(self, text: str) -> str:
        made, position = [], 0
        for found in _PIECE.finditer(kinds_of(text)):
            made.append(text[position : found.start()])
            position = found.end()
            piece = text[found.start() : position]
            made.append(self._word(piece) if found["word"] else self._codes.of(piece))
        return "".join([*made, text[position:]])

    def _made_word(self, word: str) -> str:
        return scrambled(word, self._key.numbers("word", fold(word)))


def scrambled(text: str, numbers: Iterator[int]) -> str:
    """Return a text with another letter for each letter and another digit for each digit.

    Numbers that do not depend on case give texts that are the same but for case.
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
            made.append(letter.upper() if is_large(character) else letter)
        else:
            made.append(character)
    return "".join(made)


def is_large(character: str) -> bool:
    """Tell whether a letter is a capital; in most scripts none is."""
    return character.isupper() or character.istitle()


def _another_digit(digit: str, number: int) -> str:
    value = int(digit)
    return chr(ord(digit) - value + (value + 1 + number % 9) % 10)
