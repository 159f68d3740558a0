"""How far something is that takes a while."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")

_OFTEN = 4096
"""Items after which it is told how far something is."""


class Progress(Protocol):
    """Is told now and then how far something is; what it does about that is its own business."""

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Hear how far something is.

        :param doing: what goes on, such as "Reading users.jsonl"; another text is another step
        :param done: how much of it is done, in whatever unit
        :param total: how much there is, None if nobody knows
        """
        ...


def unheard(doing: str, done: int, total: int | None) -> None:
    """Hear how far something is, and do nothing about it."""


def told(items: Sequence[T], doing: str, progress: Progress) -> Iterator[T]:
    """Yield items, and tell now and then how many of them there were."""
    for start in range(0, len(items), _OFTEN):
        progress(doing, start, len(items))
        yield from items[start : start + _OFTEN]
