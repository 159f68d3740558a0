"""Long tasks: their progress, and a pause of the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Protocol, TypeVar

T = TypeVar("T")

_OFTEN = 4096
"""After how many items progress is reported."""
_MANY = 100_000
"""Objects that take long to traverse."""


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


@contextmanager
def gc_paused() -> Iterator[None]:
    """Disable garbage collection while the block creates very many objects that all stay alive.

    Python would traverse all of them again and again, which takes a third of the time. If they are
    many, they are moved to the oldest generation, so that no request waits for a traversal.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        if gc.get_count()[0] > _MANY:
            _make_old()
    finally:
        if was_enabled:
            gc.enable()


def _make_old() -> None:
    """Move all objects to the oldest generation, or to the frozen objects if there are any."""
    are_some_frozen = gc.get_freeze_count() > 0
    gc.freeze()
    if not are_some_frozen:
        gc.unfreeze()
