"""Users that are all different and always the same."""

from __future__ import annotations

from typing import Any

_FIRST_NAMES = (
    "Hannah",
    "Joanna",
    "Peter",
    "Maria",
    "Omar",
    "Li",
    "Fatima",
    "Jonas",
    "Elena",
    "Kofi",
)
"""Two in ten have ``ann`` in them."""


def person(number: int) -> dict[str, Any]:
    """Return a user as it stands in a request or in a fixture file."""
    first_name = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    return {
        "email": f"user{number:07d}.{first_name.lower()}@example.com",
        "firstName": first_name,
        "lastName": f"Miller-{number}",
        "userTags": {"department": f"department-{number % 50}", "badge": f"B{number:07d}"},
    }
