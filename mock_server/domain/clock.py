"""Time: the clock of a world, and how instants are written.

An instant is a whole number of milliseconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

import re
import time
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EARLIEST = -62_135_596_800_000
LATEST = 253_402_300_799_999
"""The first and the last instant that can be written: years 1 to 9999."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60 * 1000
_DAY = 24 * 60 * _MINUTE
_MINUTES = tuple(f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60))
_SECONDS = tuple(f"{second:02}." for second in range(60))
_THOUSANDTHS = tuple(f"{thousandth:03}Z" for thousandth in range(1000))
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """How a clock differs from real time, in milliseconds.

    ``frozen_at`` is the instant at which it stands still, or None if it runs ``ahead`` of real
    time, which may be negative.
    """

    ahead: int = 0
    frozen_at: int | None = None


RUNNING = ClockSetting()
"""A clock that shows real time."""


class Clock:
    """A world's clock, which a tester can stop and move.

    In a repeatable world, real time is replaced by steps: the clock moves by one millisecond each
    time it is read.
    """

    def __init__(self, start: int | None = None) -> None:
        """Make a clock that runs; one with a ``start`` moves in steps."""
        self._next = start
        self.setting = RUNNING

    @property
    def is_frozen(self) -> bool:
        return self.setting.frozen_at is not None

    def now(self) -> int:
        """Return the current instant."""
        setting = self.setting
        if setting.frozen_at is not None:
            return setting.frozen_at
        return self._real_time() + setting.ahead

    def freeze(self, at: int | None = None) -> None:
        """Stop, now or at an instant."""
        self.setting = ClockSetting(frozen_at=self.now() if at is None else at)

    def move_to(self, instant: int) -> None:
        """Show another time, and run on from there; a stopped clock stays stopped."""
        if self.is_frozen:
            self.freeze(instant)
        else:
            self.setting = ClockSetting(ahead=instant - self._real_time())

    def advance(self, milliseconds: int) -> None:
        """Move by a time, which may be negative."""
        before = self.setting
        self.setting = (
            ClockSetting(ahead=before.ahead + milliseconds)
            if before.frozen_at is None
            else ClockSetting(frozen_at=before.frozen_at + milliseconds)
        )

    def resume(self) -> None:
        """Run on from the time that it shows."""
        if self.setting.frozen_at is not None:
            self.setting = ClockSetting(ahead=self.setting.frozen_at - self._real_time())

    def copy(self) -> Clock:
        """Return an independent clock that shows the same time."""
        return copy(self)

    def _real_time(self) -> int:
        if self._next is None:
            return time.time_ns() // 1_000_000
        self._next += 1
        return self._next - 1


@lru_cache(maxsize=1024)
def format_instant(instant: int) -> str:
    """Return ``instant`` as the API writes it: ISO 8601, UTC, milliseconds, ``Z``."""
    # Exports write millions of dates, which these tables make three times as fast.
    day, rest = instant // _DAY, instant % _DAY
    minute, second = _MINUTES[rest // _MINUTE], _SECONDS[rest // 1000 % 60]
    return f"{_format_day(day)}{minute}{second}{_THOUSANDTHS[rest % 1000]}"


@lru_cache(maxsize=4096)
def _format_day(day: int) -> str:
    """Return a day, counted from 1970-01-01, with the ``T`` after it."""
    return f"{(_EPOCH + timedelta(days=day)).date().isoformat()}T"


def parse_instant(text: str) -> int | None:
    """Return the instant that an ISO 8601 date or date-time names, or None if it names none.

    A date alone means its midnight, a time without a zone means UTC; digits beyond
    milliseconds are cut off.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _parse_any(text)
    if moment.tzinfo is not UTC or not text.isascii():
        return _parse_any(text)
    # Nearly all dates are in UTC, and documents may have millions of them.
    since = moment - _EPOCH
    return since.days * _DAY + since.seconds * 1000 + since.microseconds // 1000


def _parse_any(text: str) -> int | None:
    short = _YEAR_OR_MONTH.fullmatch(text)
    if short:
        text = f"{short[1]}-{short[2] or '01'}-01"
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None
