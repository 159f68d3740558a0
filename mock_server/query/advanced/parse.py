"""Decoded JSON → tree. Everything that the API's schema refuses is refused here.

::

    query      = { connective: [query, ≤ 100] | field: test, … }
    connective = "$and" | "$or" | "$nor"
    test       = scalar test | id test | tag test             (by the kind of the field)
    scalar test= scalar | { operator: operand, … }
    id test    = id | null | { one operator: operand }
    tag test   = tags | {"$eq": tags} | {"$ne": tags}
    tags       = { key: tag value, … } | {"$tagKey": tag value, "$tagValue": tag value}
    tag value  = string | null | {"$in": [string]} | {"$nin": [string]}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mock_server.domain import problems
from mock_server.domain.ids import is_object_id
from mock_server.domain.numbers import is_number
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
from mock_server.text import utf16_length

MAX_ITEMS = 100
MAX_DEPTH = 50
MAX_TAG_LENGTH = 255

_TAG_KEY_START = re.compile(r"[0-9a-zA-Z_-]")

Path = tuple[str | int, ...]


class QueryError(Exception):
    """The query is not one; ``path`` is the place inside it, ``problem`` the words for it."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem


class _NoMatch(Exception):
    """A test fits none of the forms that its field takes."""


def parse_query(document: object, schema: Schema[Any], path: Path = (), depth: int = 0) -> Query:
    """Return the query that ``document`` (decoded JSON) spells.

    :raises QueryError: for the first thing that is wrong, in the order of the API's schema
    """
    if not isinstance(document, dict):
        raise QueryError(path, problems.WRONG_TYPE)
    if depth > MAX_DEPTH:
        raise QueryError(path, problems.TOO_DEEP)
    connectives = [connective for connective in Connective if connective.value in document]
    if len(document) > len(connectives) + sum(field in document for field in schema):
        raise QueryError(path, problems.ADDITIONAL_PROPERTIES)
    groups = [
        Group(
            connective,
            _queries(document[connective.value], schema, (*path, connective.value), depth),
        )
        for connective in connectives
    ]
    tests = [
        _test(name, field.kind, document[name], (*path, name))
        for name, field in schema.items()
        if name in document
    ]
    return Query((*groups, *tests))


def _queries(items: object, schema: Schema[Any], path: Path, depth: int) -> tuple[Query, ...]:
    if not isinstance(items, list):
        raise QueryError(path, problems.WRONG_TYPE)
    queries = tuple(
        parse_query(item, schema, (*path, index), depth + 1) for index, item in enumerate(items)
    )
    if len(queries) > MAX_ITEMS:
        raise QueryError(path, problems.TOO_MANY_ITEMS)
    return queries


def _test(name: str, kind: Kind, value: object, path: Path) -> FieldTest | TagTest:
    try:
        return _TEST_PARSERS[kind](name, value)
    except _NoMatch:
        raise QueryError(path, problems.NO_SINGLE_MATCH) from None


def _scalar_test(name: str, value: object) -> FieldTest:
    if not isinstance(value, dict):
        return FieldTest(name, (Comparison("$eq", _scalar_or_null(value)),))
    operators = dict(value)
    ignore_case = operators.pop("$ci", False)
    if not isinstance(ignore_case, bool):
        raise _NoMatch
    return FieldTest(name, _comparisons(operators, _SCALAR_OPERANDS), ignore_case)


def _id_test(name: str, value: object) -> FieldTest:
    if not isinstance(value, dict):
        return FieldTest(name, (Comparison("$eq", _id_or_null(value)),))
    if len(value) != 1:
        raise _NoMatch
    return FieldTest(name, _comparisons(value, _ID_OPERANDS))


def _tag_test(name: str, value: object) -> TagTest:
    if isinstance(value, dict) and len(value) == 1:
        operator, operand = next(iter(value.items()))
        if operator in ("$eq", "$ne"):
            return TagTest(name, _tags(operand), negated=operator == "$ne")
    return TagTest(name, _tags(value))


def _tags(value: object) -> AllTags | OneTag:
    if not isinstance(value, dict):
        raise _NoMatch
    if value and value.keys() <= {"$tagKey", "$tagValue"}:
        return OneTag(
            _tag_value(value["$tagKey"]) if "$tagKey" in value else None,
            _tag_value(value["$tagValue"]) if "$tagValue" in value else None,
        )
    if not all(map(_TAG_KEY_START.match, value)):
        raise _NoMatch
    return AllTags({key: _tag_value(wanted) for key, wanted in value.items()})


def _tag_value(value: object) -> Comparison:
    if not isinstance(value, dict):
        return Comparison("$eq", None if value is None else _tag_text(value))
    if len(value) != 1:
        raise _NoMatch
    return _comparisons(value, {"$in": _list_of(_tag_text), "$nin": _list_of(_tag_text)})[0]


def _comparisons(
    operators: Mapping[str, object], operands: Mapping[str, Callable[[object], Operand]]
) -> tuple[Comparison, ...]:
    if not operators.keys() <= operands.keys():
        raise _NoMatch
    return tuple(
        Comparison(operator, operands[operator](value)) for operator, value in operators.items()
    )


def _scalar(value: object) -> Scalar:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float) and is_number(value):
        return value
    raise _NoMatch


def _scalar_or_null(value: object) -> Scalar:
    return None if value is None else _scalar(value)


def _id(value: object) -> str:
    if isinstance(value, str) and is_object_id(value):
        return value.lower()
    raise _NoMatch


def _id_or_null(value: object) -> Scalar:
    return None if value is None else _id(value)


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise _NoMatch


def _tag_text(value: object) -> str:
    if isinstance(value, str) and utf16_length(value) <= MAX_TAG_LENGTH:
        return value
    raise _NoMatch


def _list_of(item: Callable[[object], Scalar]) -> Callable[[object], tuple[Scalar, ...]]:
    def parse(value: object) -> tuple[Scalar, ...]:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise _NoMatch
        return tuple(map(item, value))

    return parse


_COMPARING = ("$eq", "$ne", "$gt", "$lt", "$gte", "$lte")
_SCALAR_OPERANDS: Mapping[str, Callable[[object], Operand]] = {
    **dict.fromkeys(_COMPARING, _scalar_or_null),
    **dict.fromkeys(("$startsWith", "$endsWith", "$contains"), _text),
    **dict.fromkeys(("$in", "$nin"), _list_of(_scalar)),
}
_ID_OPERANDS: Mapping[str, Callable[[object], Operand]] = {
    **dict.fromkeys(_COMPARING, _id_or_null),
    **dict.fromkeys(("$in", "$nin"), _list_of(_id)),
}
_TEST_PARSERS: Mapping[Kind, Callable[[str, object], FieldTest | TagTest]] = {
    Kind.TEXT: _scalar_test,
    Kind.DATE: _scalar_test,
    Kind.ID: _id_test,
    Kind.IDS: _id_test,
    Kind.TAGS: _tag_test,
}
