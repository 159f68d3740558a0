"""Time: where it comes from, and how it is written.

An instant is a whole number of milliseconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")


class Clock(Protocol):
    """Where a world's time comes from."""

    def now(self) -> int:
        """Return the current instant in milliseconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class SteppingClock:
    """A clock for repeatable runs: it moves one millisecond each time it is read."""

    def __init__(self, start: int) -> None:
        self._next = start

    def now(self) -> int:
        instant = self._next
        self._next += 1
        return instant


def format_instant(instant: int) -> str:
    """Return ``instant`` as the API writes it: ISO 8601, UTC, milliseconds, ``Z``."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> int | None:
    """Return the instant that an ISO 8601 date or date-time names, or None if it names none.

    A date alone means its midnight, a time without a zone means UTC; digits beyond
    milliseconds are cut off.
    """
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
