"""Chance that comes out the same everywhere."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

Draw = Callable[[], float]
"""Returns a number from 0 up to, but not including, 1."""


def stream(seed: int, part: str) -> Draw:
    """Return the draws of one part of a crowd.

    Of what ``random`` has, only ``random()`` is promised to give the same numbers in every version
    of Python. Each part has draws of its own, so that a change of one leaves the others alone.
    """
    return Random(f"{seed}/{part}").random  # noqa: S311 - no secrets here


def pick(draw: Draw, items: Sequence[T]) -> T:
    """Return one of ``items``, each as likely as the others."""
    return items[int(draw() * len(items))]


def shuffled(draw: Draw, items: Iterable[T]) -> list[T]:
    """Return ``items`` in an order that is drawn."""
    return sorted(items, key=lambda _: draw())


class WeightedChoice(Generic[T]):
    """Items of which some are drawn more often than others."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        """Take the items, at least one, and how likely each is; their order counts."""
        self._items = tuple(weights)
        # Whatever lies above the last of these is the last item, even if a sum is rounded.
        *self._sums, self._all = accumulate(weights.values())

    def pick(self, draw: Draw) -> T:
        """Return an item."""
        return self._items[bisect(self._sums, draw() * self._all)]
