"""Decoded JSON → advanced query. Everything that the API's schema refuses is refused here.

::

    query      = { connective: [query, ≤ 100] | field: test, … }
    connective = "$and" | "$or" | "$nor"
    test       = text test | id test | tag test               (by the kind of the field)
    text test  = scalar | null | { operator: operand, … }     (dates too)
    id test    = id | null | { one operator: operand }
    tag test   = tags | {"$eq": tags} | {"$ne": tags}
    tags       = { key: tag value, … } | {"$tagKey": tag value, "$tagValue": tag value}
    tag value  = string | null | {"$in": [string]} | {"$nin": [string]}
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from mock_server.domain import problems
from mock_server.domain.clock import parse_instant
from mock_server.domain.ids import is_object_id
from mock_server.jsonio import is_number
from mock_server.query.advanced import (
    All,
    AllTags,
    AnyId,
    AnyOf,
    AnyTag,
    Compared,
    Condition,
    FieldMatches,
    Folded,
    NoneOf,
    Not,
    OneOf,
)
from mock_server.query.fields import Fields, Kind
from mock_server.text import fold, utf16_length

MAX_ITEMS = 100
MAX_DEPTH = 50
MAX_TAG_LENGTH = 255

_TAG_KEY_START = re.compile(r"[0-9a-zA-Z_-]")

_CONNECTIVES: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {
    "$and": All,
    "$or": AnyOf,
    "$nor": NoneOf,
}

Path = tuple[str | int, ...]
ParseItem = Callable[[object], object]
"""Returns what a value of the field is compared with; refuses what the field's schema refuses."""
Operator = Callable[[object, ParseItem], OneOf | Compared]
"""Makes the condition of an operator from its operand."""
Wrap = Callable[[Any], Condition]
"""Makes a condition on the value of a field of a condition on what it is compared by."""
Compare = Callable[[Any, Any], bool]


class QueryError(Exception):
    """The query is invalid; ``path`` is the place inside it, ``problem`` the words for it."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem


class _NoMatch(Exception):
    """A test matches none of the forms that its field takes."""


def parse_query(
    document: object, fields: Fields[Any], path: Path = (), depth: int = 0
) -> Condition:
    """Return the query that ``document`` (decoded JSON) contains.

    :raises QueryError: for the first thing that is wrong, in the order of the API's schema
    """
    if not isinstance(document, dict):
        raise QueryError(path, problems.WRONG_TYPE)
    if depth > MAX_DEPTH:
        raise QueryError(path, problems.TOO_DEEP)
    if not document.keys() <= _CONNECTIVES.keys() | fields.keys():
        raise QueryError(path, problems.ADDITIONAL_PROPERTIES)
    groups = [
        connective(_queries(document[name], fields, (*path, name), depth))
        for name, connective in _CONNECTIVES.items()
        if name in document
    ]
    tests = [
        FieldMatches(field.read, _test(field.kind, document[name], (*path, name)))
        for name, field in fields.items()
        if name in document
    ]
    return All((*groups, *tests))


def _queries(items: object, fields: Fields[Any], path: Path, depth: int) -> tuple[Condition, ...]:
    if not isinstance(items, list):
        raise QueryError(path, problems.WRONG_TYPE)
    queries = tuple(
        parse_query(item, fields, (*path, index), depth + 1) for index, item in enumerate(items)
    )
    if len(queries) > MAX_ITEMS:
        raise QueryError(path, problems.TOO_MANY_ITEMS)
    return queries


def _test(kind: Kind, value: object, path: Path) -> Condition:
    try:
        if kind is Kind.TAGS:
            return _tag_test(value)
        if kind in (Kind.ID, Kind.IDS):
            return _single(value, _ID_OPERATORS, _id, AnyId if kind is Kind.IDS else None)
        return _scalar_test(kind, value)
    except _NoMatch:
        raise QueryError(path, problems.NO_SINGLE_MATCH) from None


_INCOMPARABLE = object()
"""What an operand of another type than the field becomes: it equals nothing and has no order."""
_NEVER = OneOf(frozenset())


def _equal(operand: object, item: ParseItem) -> OneOf:
    return OneOf(frozenset((None if operand is None else item(operand),)))


def _one_of(operand: object, item: ParseItem) -> OneOf:
    if not isinstance(operand, list) or len(operand) > MAX_ITEMS:
        raise _NoMatch
    return OneOf(frozenset(map(item, operand)))


def _ordered(compare: Compare, operand: object, item: ParseItem) -> OneOf | Compared:
    if operand is None or (parsed := item(operand)) is _INCOMPARABLE:
        return _NEVER
    return Compared(compare, parsed)


def _part(compare: Compare, operand: object, item: ParseItem) -> OneOf | Compared:
    if not isinstance(operand, str) or not operand:
        raise _NoMatch
    text = item(operand)
    return Compared(compare, text) if isinstance(text, str) else _NEVER


_ID_OPERATORS: Mapping[str, Operator] = {
    "$eq": _equal,
    "$ne": _equal,
    "$gt": partial(_ordered, operator.gt),
    "$lt": partial(_ordered, operator.lt),
    "$gte": partial(_ordered, operator.ge),
    "$lte": partial(_ordered, operator.le),
    "$in": _one_of,
    "$nin": _one_of,
}
_OPERATORS: Mapping[str, Operator] = {
    **_ID_OPERATORS,
    "$startsWith": partial(_part, str.startswith),
    "$endsWith": partial(_part, str.endswith),
    "$contains": partial(_part, operator.contains),
}
_NEGATED = ("$ne", "$nin")
_TAG_OPERATORS = ("$in", "$nin")


def _condition(name: str, operand: object, item: ParseItem, wrap: Wrap | None = None) -> Condition:
    condition: Condition = _OPERATORS[name](operand, item)
    if wrap is not None:
        condition = wrap(condition)
    return Not(condition) if name in _NEGATED else condition


def _scalar_test(kind: Kind, value: object) -> Condition:
    operators = dict(value) if isinstance(value, dict) else {"$eq": value}
    ignore_case = operators.pop("$ci", False)
    if not isinstance(ignore_case, bool) or not operators.keys() <= _OPERATORS.keys():
        raise _NoMatch
    item, wrap = (_date, None) if kind is Kind.DATE else (_plain_text, None)
    if kind is Kind.TEXT and ignore_case:
        item, wrap = _folded_text, Folded
    tests = [_condition(name, operand, item, wrap) for name, operand in operators.items()]
    return tests[0] if len(tests) == 1 else All(tuple(tests))


def _tag_test(value: object) -> Condition:
    if isinstance(value, dict) and len(value) == 1:
        ((name, tags),) = value.items()
        if name in ("$eq", "$ne"):
            return _tags(tags) if name == "$eq" else Not(_tags(tags))
    return _tags(value)


def _tags(value: object) -> Condition:
    if not isinstance(value, dict):
        raise _NoMatch
    if value and value.keys() <= {"$tagKey", "$tagValue"}:
        key, text = (
            _tag_value(value[name]) if name in value else All() for name in ("$tagKey", "$tagValue")
        )
        return AnyTag(key, text)
    if not all(map(_TAG_KEY_START.match, value)):
        raise _NoMatch
    return AllTags({key: _tag_value(expected) for key, expected in value.items()})


def _tag_value(value: object) -> Condition:
    return _single(value, _TAG_OPERATORS, _tag_text)


def _single(
    value: object, operators: Collection[str], item: ParseItem, wrap: Wrap | None = None
) -> Condition:
    """Return the test of one operator, or of a value alone, which must be equal."""
    name, operand = "$eq", value
    if isinstance(value, dict):
        if len(value) != 1 or not value.keys() <= set(operators):
            raise _NoMatch
        ((name, operand),) = value.items()
    return _condition(name, operand, item, wrap)


def _scalar(value: object) -> str | float:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float) and is_number(value):
        return value
    raise _NoMatch


def _plain_text(value: object) -> object:
    return value if isinstance(_scalar(value), str) else _INCOMPARABLE


def _folded_text(value: object) -> object:
    return fold(value) if isinstance(value, str) else _plain_text(value)


def _date(value: object) -> object:
    scalar = _scalar(value)
    instant = parse_instant(scalar) if isinstance(scalar, str) else scalar
    return _INCOMPARABLE if instant is None or isinstance(instant, bool) else instant


def _id(value: object) -> str:
    if isinstance(value, str) and is_object_id(value):
        return value.lower()
    raise _NoMatch


def _tag_text(value: object) -> str:
    if isinstance(value, str) and utf16_length(value) <= MAX_TAG_LENGTH:
        return value
    raise _NoMatch
