"""How far something is that takes a while."""

from __future__ import annotations

from typing import Protocol


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
