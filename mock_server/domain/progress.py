"""Progress of a task that takes a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol, TypeVar

T = TypeVar("T")

_OFTEN = 4096
"""After how many items progress is reported."""


class Progress(Protocol):
    """A function that is called now and then with how far a task is."""

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Report how far a step is.

        :param doing: the step, such as "Reading users.jsonl"; another text begins another step
        :param done: how much is done, in any unit
        :param total: how much there is to do, None if unknown
        """
        ...


def no_progress(doing: str, done: int, total: int | None) -> None:
    """Ignore progress."""


def track(items: Iterable[T], progress: Progress, doing: str, total: int) -> Iterator[T]:
    """Yield ``total`` items, and report how many have been taken."""
    rest = iter(items)
    for done in range(0, total, _OFTEN):
        progress(doing, done, total)
        yield from islice(rest, _OFTEN)
