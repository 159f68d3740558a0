"""Numbers as JSON has them."""

from __future__ import annotations

import math
from typing import NoReturn


def refuse_constant(name: str) -> NoReturn:
    """Raise ValueError for ``NaN`` and the like, which Python's JSON has and JSON has not."""
    raise ValueError(f"{name} is not JSON")


def is_number(value: object) -> bool:
    """Tell whether a decoded JSON value is a number, and one that JavaScript can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
