"""Dates in documents: instants, and times from now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from mock_server.domain.clock import format_instant

When = int | timedelta
"""An instant in milliseconds, or how far it is from the time at which a document is loaded."""

TextWhen = str | timedelta
"""The same where the API keeps text: a date as it writes it, or a text that names no instant."""

NOW = "now"
FROM_NOW = "now|[+-][0-9]{1,9}[smhdw]"
"""A regular expression for times from now."""

_FROM_NOW = re.compile("([+-][0-9]{1,9})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FARTHEST = timedelta(days=1000 * 365)
"""From any time that a clock can show, so far from it there is still a date."""

_SECOND = 1000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60 * _MINUTE
_MINUTES = tuple(f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60))
_SECONDS = tuple(f"{second:02}." for second in range(60))
_MILLISECONDS = tuple(f"{millisecond:03}Z" for millisecond in range(1000))


def written(instant: int) -> str:
    """Return what ``format_instant`` returns, in a quarter of the time, for there are many."""
    day, rest = instant // _DAY, instant % _DAY
    minute, second = _MINUTES[rest // _MINUTE], _SECONDS[rest // _SECOND % 60]
    return f"{_written_day(day)}{minute}{second}{_MILLISECONDS[rest % _SECOND]}"


@lru_cache(maxsize=4096)
def _written_day(day: int) -> str:
    """Return a day, in days since 1970-01-01, up to and with the ``T`` after it."""
    return format_instant(day * _DAY)[:11]


def from_now(text: str) -> timedelta | None:
    """Return how far a time such as ``-3d``, ``+12h`` or ``now`` is; None for other texts.

    :raises OverflowError: when it is so far that there may be no date for it
    """
    if text == NOW:
        return timedelta()
    match = _FROM_NOW.fullmatch(text)
    if match is None:
        return None
    distance = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if abs(distance) > _FARTHEST:
        raise OverflowError(text)
    return distance


@dataclass(frozen=True)
class Present:
    """The time at which documents are loaded, in milliseconds."""

    now: int

    def instant(self, when: When | None, otherwise: int) -> int:
        """Return the instant that is meant, or another one where nothing is said."""
        if when is None:
            return otherwise
        return when if isinstance(when, int) else self._from_now(when)

    def text(self, when: TextWhen | None) -> str | None:
        """Return the date that is meant, as the API writes it."""
        return written(self._from_now(when)) if isinstance(when, timedelta) else when

    def _from_now(self, distance: timedelta) -> int:
        return self.now + distance // timedelta(milliseconds=1)
