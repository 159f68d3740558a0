"""Which documents a glob or an advanced query chooses, read straight from the contract.

A document is what a query sees of an entity: its texts and dates as they stand in a response, its
tags as an object, and everything that holds ids as a list of them, which is empty when there are
none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
Typed = tuple[str, Any]
"""A value with the name of its type: values of different types are never equal (section 8)."""

TAGS = ("userTags", "groupTags")
DATES = ("creationDate", "lastUpdated", "lastLogin", "passwordLastUpdated")
IDS = (
    "id",
    "experienceGroupId",
    "experienceUserId",
    "experienceEndpointId",
    "parentId",
    "ancestorId",
)
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$lt": operator.lt,
    "$gte": operator.ge,
    "$lte": operator.le,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MISSING: Typed = ("null", None)


def glob_matches(pattern: str, value: str) -> bool:
    """Whether the pattern matches the whole value, without regard to case (section 7)."""
    if not pattern:
        return not value
    head, rest = pattern[0], pattern[1:]
    if head == "*":
        return any(glob_matches(rest, value[start:]) for start in range(len(value) + 1))
    if not value:
        return False
    if head == "?":
        return glob_matches(rest, value[1:])
    if head == "\\" and rest:
        head, rest = rest[0], rest[1:]
    return head.lower() == value[0].lower() and glob_matches(rest, value[1:])


def holds(query: Json, document: Json) -> bool:
    """Whether every entry of an advanced query holds for a document."""
    return all(_entry_holds(name, wanted, document) for name, wanted in query.items())


def _entry_holds(name: str, wanted: Any, document: Json) -> bool:
    if name.startswith("$"):
        return _combination_holds(name, [holds(query, document) for query in wanted])
    if name in TAGS:
        return _tags_hold(wanted, document[name])
    if name in IDS:
        return _ids_hold(wanted, document[name])
    return _scalar_holds(wanted, document.get(name), is_date=name in DATES)


def _combination_holds(name: str, results: list[bool]) -> bool:
    if name == "$and":
        return all(results)
    if name == "$or":
        return any(results) or not results
    # $nor of nothing chooses nothing, unlike what logic says
    return not any(results) and bool(results)


def _scalar_holds(wanted: Any, stored: str | None, *, is_date: bool) -> bool:
    if not isinstance(wanted, dict):
        return _typed(wanted, is_date=is_date) == _typed(stored, is_date=is_date)
    any_case = wanted.get("$ci") is True

    def typed(value: Any) -> Typed:
        return _typed(value, is_date=is_date, any_case=any_case)

    return all(
        _operator_holds(name, typed(stored), operand, typed)
        for name, operand in wanted.items()
        if name != "$ci"
    )


def _operator_holds(name: str, stored: Typed, operand: Any, typed: Callable[[Any], Typed]) -> bool:
    if name in ("$in", "$nin"):
        return (stored in [typed(one) for one in operand]) == (name == "$in")
    wanted = typed(operand)
    if name in ("$eq", "$ne"):
        return (stored == wanted) == (name == "$eq")
    if MISSING in (stored, wanted) or stored[0] != wanted[0]:
        return False
    if name in ORDERINGS:
        return ORDERINGS[name](stored[1], wanted[1])
    return stored[0] == "text" and _text_holds(name, stored[1], wanted[1])


def _text_holds(name: str, stored: str, wanted: str) -> bool:
    if name == "$startsWith":
        return stored.startswith(wanted)
    if name == "$endsWith":
        return stored.endswith(wanted)
    return wanted in stored


def _typed(value: Any, *, is_date: bool, any_case: bool = False) -> Typed:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, str):
        instant = _milliseconds(value) if is_date else None
        if instant is not None:
            return ("instant", instant)
        return ("text", value.lower() if any_case else value)
    return ("instant" if is_date else "number", value)


def _milliseconds(text: str) -> float | None:
    """Return the instant that an ISO 8601 string means, or None when it is no date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) / timedelta(milliseconds=1)


def _ids_hold(wanted: Any, stored: list[str]) -> bool:
    """Whether the only operator holds, as MongoDB reads it for a field with many values."""
    name, operand = next(iter(wanted.items())) if isinstance(wanted, dict) else ("$eq", wanted)
    if name in ("$in", "$nin"):
        return any(one.lower() in stored for one in operand) == (name == "$in")
    if operand is None:
        # every id is of another type than null, and so is not ordered with it
        return (not stored and name == "$eq") or (bool(stored) and name == "$ne")
    if name in ("$eq", "$ne"):
        return (operand.lower() in stored) == (name == "$eq")
    return any(ORDERINGS[name](one, operand.lower()) for one in stored)


def _tags_hold(wanted: Json | None, tags: Mapping[str, str]) -> bool:
    if wanted is None:
        return not tags
    if "$eq" in wanted:
        return _tags_hold(wanted["$eq"], tags)
    if "$ne" in wanted:
        return not _tags_hold(wanted["$ne"], tags)
    if "$tagKey" in wanted or "$tagValue" in wanted:
        return any(_tag_holds(wanted, key, value) for key, value in tags.items())
    return all(_tag_value_holds(value, tags.get(key)) for key, value in wanted.items())


def _tag_holds(wanted: Json, key: str, value: str) -> bool:
    return all(
        _tag_value_holds(wanted[name], stored)
        for name, stored in (("$tagKey", key), ("$tagValue", value))
        if name in wanted
    )


def _tag_value_holds(wanted: Any, stored: str | None) -> bool:
    if isinstance(wanted, dict):
        return stored in wanted["$in"] if "$in" in wanted else stored not in wanted["$nin"]
    return bool(wanted == stored)
