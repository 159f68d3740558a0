"""Python values from and to the JSON of the control plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic.alias_generators import to_camel

R = TypeVar("R")


def to_document(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as a JSON object with camelCase names, without those that are None."""
    return {to_camel(name): to_json(value) for name, value in values.items() if value is not None}


def to_json(value: Any) -> Any:
    """Return a value as JSON has it: dates as text, durations in seconds, tuples as lists."""
    if isinstance(value, datetime):
        return format_date(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


class Reader(Generic[R]):
    """Reads records of one type, which is a dataclass, from JSON objects with camelCase names.

    Properties that the dataclass does not have are left out, and those that are missing have its
    defaults.
    """

    def __init__(self, record: type[R]) -> None:
        hints = get_type_hints(record)
        self._record = record
        self._fields = [(name, to_camel(name), _parser(hint)) for name, hint in hints.items()]

    def read(self, document: Mapping[str, Any]) -> R:
        """Return the record that a JSON object describes."""
        values = {
            name: parse(document[json_name])
            for name, json_name, parse in self._fields
            if document.get(json_name) is not None
        }
        return self._record(**values)


def _parser(hint: Any) -> Callable[[Any], Any]:
    if hint in (datetime, datetime | None):
        return parse_date
    return tuple if hint == tuple[str, ...] else _same


def _same(value: Any) -> Any:
    return value


def format_date(moment: datetime | str) -> str:
    """Return a date as text; a date without a time zone is UTC."""
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_date(text: str) -> datetime:
    """Return the date that a text of the control plane stands for."""
    return datetime.fromisoformat(text)


def check_keywords(values: Mapping[str, Any], known: type[Any]) -> None:
    """Check keywords against those of a TypedDict.

    :raises TypeError: for an unknown one; Python itself would accept it
    """
    names = known.__annotations__
    for name in sorted(set(values) - set(names)):
        hint = " (json is the body)" if name == "body" else ""
        raise TypeError(f"unknown keyword {name!r}; there are: {', '.join(names)}{hint}")
