"""Python's values and names from and to those of the control plane."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any


def camel(name: str) -> str:
    """Return a name as JSON has it: ``firstName`` for ``first_name``."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that are not None, as JSON has them."""
    return {camel(name): plain(value) for name, value in values.items() if value is not None}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates as text, times in seconds."""
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


def written(moment: datetime | str) -> str:
    """Return a date as text; one without a time zone means UTC."""
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def read(text: str) -> datetime:
    """Return the date that a text names."""
    return datetime.fromisoformat(text)


def read_if(text: str | None) -> datetime | None:
    """Return the date that a text names, if there is one."""
    return None if text is None else read(text)
