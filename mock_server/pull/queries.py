"""Queries that groups keep as JSON text: their values change, their names and spaces do not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_PART = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?[0-9][0-9.eE+-]*)'
)
_DIGITS = re.compile("[0-9]+")


def anonymous_query(text: str, change: Callable[[str], str]) -> str:
    """Return a query with other values; a text that is no JSON changes as any other does.

    :param change: returns what stands in a value's place
    """
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return change(text)
    return _PART.sub(lambda found: _changed(found, change), text)


def _changed(found: re.Match[str], change: Callable[[str], str]) -> str:
    if found["name"]:
        return found["name"]
    if found["number"]:
        return _DIGITS.sub(lambda digits: _number(digits[0], change), found[0])
    value = change(json.loads(found[0], strict=False))
    return json.dumps(value, ensure_ascii="\\u" in found[0])


def _number(digits: str, change: Callable[[str], str]) -> str:
    """Return other digits, which do not begin with a zero if there are several."""
    made = change(digits)
    first = "2" if digits[0] == "1" else "1"
    return f"{first}{made[1:]}" if made[0] == "0" and len(made) > 1 else made
