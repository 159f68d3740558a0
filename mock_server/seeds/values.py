"""Values in seed documents: dates, which may be relative, and JSON of any shape."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from mock_server.domain import problems
from mock_server.domain.clock import format_instant
from mock_server.jsonio import MAX_DEPTH, is_deeper
from mock_server.schemas.error_messages import NAME_IS_NO_TEXT, Path

When = int | timedelta
"""An instant in milliseconds, or an offset from the time at which a document is loaded."""

TextWhen = str | timedelta
"""The same where the API keeps text: a date as it writes it, or a text that names no instant."""

NOW = "now"
FROM_NOW = "now|[+-][0-9]{1,9}[smhdw]"
"""A regular expression for relative dates."""

_FROM_NOW = re.compile("([+-][0-9]{1,9})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FARTHEST = timedelta(days=1000 * 365)
"""A clock can show any time at this distance from which there still is a date."""

# Python neither reads nor writes integers of more digits.
_TOO_LARGE = 10**4300


def from_now(text: str) -> timedelta | None:
    """Return the offset that ``-3d``, ``+12h`` or ``now`` stands for; None for other texts.

    :raises OverflowError: when it is so large that there may be no such date
    """
    if text == NOW:
        return timedelta()
    match = _FROM_NOW.fullmatch(text)
    if match is None:
        return None
    offset = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if abs(offset) > _FARTHEST:
        raise OverflowError(text)
    return offset


@dataclass(frozen=True)
class Present:
    """The time at which documents are loaded, in milliseconds."""

    now: int

    def instant(self, when: When | None, default: int) -> int:
        """Return the instant that a document gives, or the default if it gives none."""
        if isinstance(when, int):
            return when
        return default if when is None else self._from_now(when)

    def text(self, when: TextWhen | None) -> str | None:
        """Return a date as the API writes it."""
        return format_instant(self._from_now(when)) if isinstance(when, timedelta) else when

    def _from_now(self, offset: timedelta) -> int:
        return self.now + offset // timedelta(milliseconds=1)


def json_problem(value: object) -> tuple[Path, str] | None:
    """Return the first place in a value that JSON cannot express, and why; None if there is none.

    YAML and Python have more kinds of values than JSON. What is nested more deeply than the API
    answers is no JSON here either.
    """
    if is_deeper(value, MAX_DEPTH):
        return (), problems.TOO_DEEP
    level: list[tuple[Path, object]] = [((), value)]
    while level:
        for path, part in level:
            reason = _problem(part)
            if reason:
                return path, reason
        level = [inner for path, part in level for inner in _parts(path, part)]
    return None


def has_text_names(value: object) -> bool:
    """Tell whether all properties of a value have text for a name, as JSON requires."""
    return not isinstance(value, dict) or all(isinstance(name, str) for name in value)


def _problem(value: object) -> str | None:
    if not has_text_names(value):
        return NAME_IS_NO_TEXT
    if isinstance(value, float):
        return None if math.isfinite(value) else "is not a number in JSON"
    if isinstance(value, int):
        return None if abs(value) < _TOO_LARGE else "is too large a number"
    return None if value is None or isinstance(value, str | dict | list) else "is not JSON"


def _parts(path: Path, value: object) -> Iterable[tuple[Path, object]]:
    if isinstance(value, dict):
        return [((*path, name), part) for name, part in value.items()]
    if isinstance(value, list):
        return [((*path, index), part) for index, part in enumerate(value)]
    return ()
