"""Whether a value is one that JSON has, which is more than YAML or Python promise."""

from __future__ import annotations

import math
from collections.abc import Iterable

from mock_server.domain import problems
from mock_server.jsonio import MAX_DEPTH
from mock_server.seeds.mistakes import Path

NAME_IS_NO_TEXT = "has a name that is not text"

# Python neither reads nor writes whole numbers of more digits.
_BEYOND_NUMBERS = 10**4300


def fault_of(value: object) -> tuple[Path, str] | None:
    """Return the first place inside a value that is not JSON, and why; None if all of it is.

    What is nested too deeply to be answered by the API is no JSON here either.
    """
    level: list[tuple[Path, object]] = [((), value)]
    for _ in range(MAX_DEPTH + 1):
        for path, part in level:
            reason = _fault(part)
            if reason:
                return path, reason
        level = [inner for path, part in level for inner in _parts(path, part)]
        if not level:
            return None
    return (), problems.TOO_DEEP


def has_text_names(value: object) -> bool:
    """Tell whether a value is not an object, or one with names as JSON has them."""
    return not isinstance(value, dict) or all(isinstance(name, str) for name in value)


def _fault(value: object) -> str | None:
    if not has_text_names(value):
        return NAME_IS_NO_TEXT
    if isinstance(value, float):
        return None if math.isfinite(value) else "is no number that JSON has"
    if isinstance(value, int):
        return None if abs(value) < _BEYOND_NUMBERS else "is too large a number"
    return None if value is None or isinstance(value, str | dict | list) else "is not JSON"


def _parts(path: Path, value: object) -> Iterable[tuple[Path, object]]:
    if isinstance(value, dict):
        return [((*path, name), part) for name, part in value.items()]
    if isinstance(value, list):
        return [((*path, index), part) for index, part in enumerate(value)]
    return ()
