"""Numbers as JSON has them."""

from __future__ import annotations

import math


def is_number(value: object) -> bool:
    """Tell whether a decoded JSON value is a number, and one that JavaScript can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
