"""How far something is that takes a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol, TypeVar

T = TypeVar("T")

_OFTEN = 4096
"""After how many items a progress is told how far something is."""


class Progress(Protocol):
    """Is told now and then how far something is; what it does about that is its own business."""

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Hear how far something is.

        :param doing: what goes on, such as "Reading users.jsonl"; another text is another step
        :param done: how much of it is done, in whatever unit
        :param total: how much there is, None if nobody knows
        """
        ...


def no_progress(doing: str, done: int, total: int | None) -> None:
    """Hear how far something is, and do nothing about it."""


def track(items: Iterable[T], progress: Progress, doing: str, total: int) -> Iterator[T]:
    """Yield items, of which there are ``total``, and tell how many of them were taken."""
    rest = iter(items)
    for done in range(0, total, _OFTEN):
        progress(doing, done, total)
        yield from islice(rest, _OFTEN)
