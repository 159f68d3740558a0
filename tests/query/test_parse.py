"""Queries that are refused, by what reads them; what they match is tested through the API."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.domain import problems
from mock_server.query.fields import USER_FIELDS
from mock_server.query.parse import Path, QueryError, parse_query

DEEP: dict[str, Any] = {}
for _ in range(51):
    DEEP = {"$or": [DEEP]}


@pytest.mark.parametrize(
    ("document", "path", "problem"),
    [
        ([], (), problems.WRONG_TYPE),
        ({"x": 1}, (), problems.ADDITIONAL_PROPERTIES),
        ({"$and": {}}, ("$and",), problems.WRONG_TYPE),
        ({"$or": [{}, 1]}, ("$or", 1), problems.WRONG_TYPE),
        ({"$nor": [{}] * 101}, ("$nor",), problems.TOO_MANY_ITEMS),
        (DEEP, ("$or", 0) * 51, problems.TOO_DEEP),
        ({"email": []}, ("email",), problems.NO_SINGLE_MATCH),
        ({"$or": [{"id": "x"}]}, ("$or", 0, "id"), problems.NO_SINGLE_MATCH),
    ],
)
def test_refusals(document: object, path: Path, problem: str) -> None:
    """The error has the place and says what is wrong there."""
    with pytest.raises(QueryError) as refused:
        parse_query(document, USER_FIELDS)
    assert (refused.value.path, refused.value.problem) == (path, problem)
    assert str(refused.value) == problem
