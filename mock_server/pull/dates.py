"""Dates and ids: all of them earlier by the same time, and no id what it was."""

from __future__ import annotations

from mock_server.domain.clock import EARLIEST, format_instant, parse_instant
from mock_server.pull.keyed import Key

_DAY = 24 * 60 * 60
_NEAREST = 30 * _DAY
_FARTHEST = 400 * _DAY
_HALF = 1 << 32
_ROUNDS = 4


def shift_of(key: Key) -> int:
    """Return by how many seconds all dates are put back: 30 to 400 days."""
    return _NEAREST + key.large("shift", "") % (_FARTHEST - _NEAREST + 1)


class Dates:
    """Puts dates back by so many seconds."""

    def __init__(self, shift: int) -> None:
        self._shift = shift

    def of(self, text: str) -> str:
        """Return another date; what names no instant, such as 30 February, becomes the first."""
        instant = parse_instant(text)
        if instant is None:
            return format_instant(EARLIEST)
        return format_instant(max(EARLIEST, instant - 1000 * self._shift))


class Ids:
    """Turns ids into others, no two the same: their first half says when they were made.

    :param shift: seconds by which that is put back
    """

    def __init__(self, key: Key, shift: int) -> None:
        self._key = key
        self._shift = shift

    def of(self, object_id: str) -> str:
        """Return another id, always the same one, for 24 hexadecimal digits."""
        made = (int(object_id[:8], 16) - self._shift) % _HALF
        left, right = int(object_id[8:16], 16), int(object_id[16:], 16)
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._round(turn, object_id[:8].lower(), right)
        return f"{made:08x}{left:08x}{right:08x}"

    def _round(self, turn: int, head: str, half: int) -> int:
        return self._key.large("id", f"{turn} {head} {half}") % _HALF
