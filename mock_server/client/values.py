"""Python values from and to the JSON of the control plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, get_type_hints

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


def from_document(record: type[R], document: Mapping[str, Any]) -> R:
    """Return a record, which is a dataclass, from a JSON object with camelCase names.

    Properties that the dataclass does not have are left out, and those that are missing have its
    defaults.
    """
    kind: type[Any] = record
    return record(
        **{
            name: parse(document[json_name])
            for name, json_name, parse in _fields(kind)
            if document.get(json_name) is not None
        }
    )


@cache
def _fields(record: type[Any]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """Return name, JSON name and conversion of a dataclass's fields."""
    hints = get_type_hints(record)
    return [(one.name, to_camel(one.name), _parser(hints[one.name])) for one in fields(record)]


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
