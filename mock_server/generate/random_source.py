"""Random numbers that are the same on every machine and in every version of Python."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

RandomSource = Callable[[], float]
"""Returns a number from 0 up to, but not including, 1."""


class PortableRandom(Random):
    """Random choices for Faker that do not depend on the version of Python.

    Python only promises that ``random()`` keeps giving the same numbers for a seed, so this class
    chooses by that method alone.
    """

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]
        """Return one item of ``seq``; all are equally likely."""
        return seq[int(self.random() * len(seq))]


def portable_random(seed: int, part: str) -> PortableRandom:
    """Return the random numbers for one part of the generated data.

    Each part has its own numbers, so that changing one part does not change the others.
    """
    return PortableRandom(f"{seed}/{part}")


def random_source(seed: int, part: str) -> RandomSource:
    """Return the random source of one part of the generated data."""
    return portable_random(seed, part).random


def pick(random: RandomSource, items: Sequence[T]) -> T:
    """Return one of ``items``; all are equally likely."""
    return items[int(random() * len(items))]


def shuffled(random: RandomSource, items: Iterable[T]) -> list[T]:
    """Return ``items`` in a random order."""
    return sorted(items, key=lambda _: random())


class WeightedChoice(Generic[T]):
    """A choice of items by weight: an item of twice the weight is picked twice as often."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        """Take each item with its weight; there must be at least one, and their order matters."""
        self._items = tuple(weights)
        # The last sum is left out, so that a rounded sum cannot lead past the last item.
        *self._sums, self._total = accumulate(weights.values())

    def pick(self, random: RandomSource) -> T:
        """Return an item."""
        return self._items[bisect(self._sums, random() * self._total)]
