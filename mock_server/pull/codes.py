"""Codes such as 12, B7 or 2024: others of the same shape, no two the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import prod
from unicodedata import ucd_3_2_0

from mock_server.pull.keyed import Key
from mock_server.pull.letters import DIGIT, kind_of

_LONGEST = 32
"""Characters that change together; what is longer changes in pieces."""

_SMALL = 1000
"""Codes of a shape that can be put in order at once."""

_ROUNDS = 4


class Codes:
    """Turns each code into the one after it, in an order of all of its shape that the key makes.

    So two different codes stay different, and none stays what it is.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        self._table = cache(self._made_table)

    def of(self, code: str) -> str:
        """Return another code.

        :param code: digits of any script, and ASCII letters, of which case is kept
        """
        starts = range(0, len(code), _LONGEST)
        return "".join(self._piece(code[start : start + _LONGEST]) for start in starts)

    def _piece(self, code: str) -> str:
        shape = [_Place(character) for character in code]
        radices = [place.radix for place in shape]
        value = 0
        for place in shape:
            value = value * place.radix + place.value
        value = self._next("".join(place.sort for place in shape), radices, value)
        characters = []
        for place in reversed(shape):
            value, one = divmod(value, place.radix)
            characters.append(place.written(one))
        return "".join(reversed(characters))

    def _next(self, shape: str, radices: Sequence[int], value: int) -> int:
        size = prod(radices)
        if size <= _SMALL:
            return self._table(shape, size)[value]
        half = len(radices) // 2
        sizes = prod(radices[:half]), prod(radices[half:])
        place = self._place(shape, sizes, value)
        return self._at(shape, sizes, (place + 1) % size)

    def _made_table(self, shape: str, size: int) -> Sequence[int]:
        order = sorted(range(size), key=lambda value: self._key.large("code", f"{shape} {value}"))
        following = [0] * size
        for position, value in enumerate(order):
            following[value] = order[(position + 1) % size]
        return following

    def _place(self, shape: str, sizes: tuple[int, int], value: int) -> int:
        """Return the place of a code in the order: a Feistel network, of which each round adds."""
        halves = list(divmod(value, sizes[1]))
        for turn in range(_ROUNDS):
            side = turn % 2
            added = self._added(shape, turn, halves[1 - side])
            halves[side] = (halves[side] + added) % sizes[side]
        return halves[0] * sizes[1] + halves[1]

    def _at(self, shape: str, sizes: tuple[int, int], place: int) -> int:
        """Return the code at a place: the same rounds backwards."""
        halves = list(divmod(place, sizes[1]))
        for turn in reversed(range(_ROUNDS)):
            side = turn % 2
            added = self._added(shape, turn, halves[1 - side])
            halves[side] = (halves[side] - added) % sizes[side]
        return halves[0] * sizes[1] + halves[1]

    def _added(self, shape: str, turn: int, other: int) -> int:
        return self._key.large("code half", f"{shape} {turn} {other}")


class _Place:
    """A place in a code: which characters it can have, and which it has."""

    def __init__(self, character: str) -> None:
        if kind_of(character) == DIGIT:
            self.sort, self.radix = "d", 10
            self.value = ucd_3_2_0.digit(character)
            self._first = ord(character) - self.value
        else:
            self.sort, self.radix = "l", 26
            self._first = ord("A" if character.isupper() else "a")
            self.value = ord(character) - self._first

    def written(self, value: int) -> str:
        """Return the character that stands for a value here."""
        return chr(self._first + value)
