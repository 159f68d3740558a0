"""Tree → predicate. Missing values and values of different types behave as in MongoDB.

None is a missing value; it equals null and nothing else, and has no order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from mock_server.domain.clock import parse_instant
from mock_server.query.advanced.schema import Kind, Schema
from mock_server.query.advanced.tree import (
    AllTags,
    Comparison,
    Connective,
    FieldTest,
    Group,
    OneTag,
    Operand,
    Query,
    Scalar,
    TagTest,
)
from mock_server.text import fold

R = TypeVar("R")

Predicate = Callable[[R], bool]
Test = Callable[[Any], bool]

_NO_INSTANT = object()
"""What a text that is no date becomes when it is compared with one: equal to nothing."""


def predicate(query: Query, schema: Schema[R]) -> Predicate[R]:
    """Return the function that tells whether a record satisfies ``query``."""
    tests = [_part(part, schema) for part in query.parts]
    return lambda record: all(test(record) for test in tests)


def _part(part: Group | FieldTest | TagTest, schema: Schema[R]) -> Predicate[R]:
    if isinstance(part, Group):
        return _group(part, schema)
    field = schema[part.field]
    read = field.read
    test = _tag_test(part) if isinstance(part, TagTest) else _field_test(part, field.kind)
    return lambda record: test(read(record))


def _group(group: Group, schema: Schema[R]) -> Predicate[R]:
    branches = [predicate(query, schema) for query in group.queries]
    if group.connective is Connective.AND:
        return lambda record: all(branch(record) for branch in branches)
    # By the API's documentation, an empty $or holds for all and an empty $nor for none.
    if group.connective is Connective.OR:
        return lambda record: not branches or any(branch(record) for branch in branches)
    return lambda record: bool(branches) and not any(branch(record) for branch in branches)


def _field_test(test: FieldTest, kind: Kind) -> Test:
    tests = [
        _comparison(comparison, kind, ignore_case=test.ignore_case)
        for comparison in test.comparisons
    ]
    if kind is Kind.TEXT and test.ignore_case:
        return lambda value: all(one(_folded(value)) for one in tests)
    return lambda value: all(one(value) for one in tests)


def _comparison(comparison: Comparison, kind: Kind, *, ignore_case: bool) -> Test:
    operators = _SET_OPERATORS if kind is Kind.IDS else _OPERATORS
    compare = operators[comparison.operator]
    operand = _each(comparison.operand, _OPERAND_FORMS.get(kind, _same))
    if kind is Kind.TEXT and ignore_case:
        operand = _each(operand, _folded)
    if isinstance(operand, tuple):
        operand = frozenset(map(_typed, operand))
    return lambda value: compare(value, operand)


def _tag_test(test: TagTest) -> Test:
    holds = _all_tags(test.test) if isinstance(test.test, AllTags) else _one_tag(test.test)
    return (lambda tags: not holds(tags)) if test.negated else holds


def _all_tags(test: AllTags) -> Test:
    wanted = [(key, _tag_comparison(comparison)) for key, comparison in test.comparisons.items()]
    return lambda tags: all(holds(tags.get(key)) for key, holds in wanted)


def _one_tag(test: OneTag) -> Test:
    key_holds = _tag_comparison(test.key)
    value_holds = _tag_comparison(test.value)
    return lambda tags: any(key_holds(key) and value_holds(value) for key, value in tags.items())


def _tag_comparison(comparison: Comparison | None) -> Test:
    if comparison is None:
        return lambda value: True
    return _comparison(comparison, Kind.TAGS, ignore_case=False)


def _equal(value: object, operand: object) -> bool:
    return _type(value) is _type(operand) and value == operand


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def holds(value: object, operand: object) -> bool:
        return value is not None and _type(value) is _type(operand) and compare(value, operand)

    return holds


def _text(compare: Callable[[str, str], bool]) -> Callable[[object, Any], bool]:
    return lambda value, operand: isinstance(value, str) and compare(value, operand)


def _type(value: object) -> type:
    """Whole and broken numbers are one type in JSON; true and false are not numbers."""
    return float if type(value) is int else type(value)


def _some(compare: Callable[[str, Any], bool]) -> Callable[[Sequence[str], Any], bool]:
    return lambda ids, operand: any(compare(one, operand) for one in ids)


def _holds_id(ids: Sequence[str], operand: object) -> bool:
    return not ids if operand is None else operand in ids


def _holds_any_id(ids: Sequence[str], operand: frozenset[object]) -> bool:
    return not operand.isdisjoint(map(_typed, ids))


def _is_in(value: object, operand: frozenset[object]) -> bool:
    return _typed(value) in operand


def _typed(value: object) -> object:
    """Return what is equal for values that are."""
    return _type(value), value


_ORDERINGS = {"$gt": operator.gt, "$lt": operator.lt, "$gte": operator.ge, "$lte": operator.le}

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": _equal,
    "$ne": lambda value, operand: not _equal(value, operand),
    "$in": _is_in,
    "$nin": lambda value, operand: not _is_in(value, operand),
    "$startsWith": _text(str.startswith),
    "$endsWith": _text(str.endswith),
    "$contains": _text(operator.contains),
    **{name: _ordered(compare) for name, compare in _ORDERINGS.items()},
}

_SET_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": _holds_id,
    "$ne": lambda ids, operand: not _holds_id(ids, operand),
    "$in": _holds_any_id,
    "$nin": lambda ids, operand: not _holds_any_id(ids, operand),
    **{name: _some(_ordered(compare)) for name, compare in _ORDERINGS.items()},
}


def _each(operand: Any, form: Callable[[Any], Any]) -> Any:
    return tuple(map(form, operand)) if isinstance(operand, tuple) else form(operand)


def _same(operand: Operand) -> Operand:
    return operand


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _instant(operand: Scalar) -> object:
    if not isinstance(operand, str):
        return operand
    instant = parse_instant(operand)
    return _NO_INSTANT if instant is None else instant


_OPERAND_FORMS: Mapping[Kind, Callable[[Any], Any]] = {Kind.DATE: _instant}
