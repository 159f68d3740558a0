"""Globs that take some regular expressions for ever."""

from __future__ import annotations

from timeit import repeat

from mock_server.query.glob import Glob
from tests.benchmarks.rows import Row, at_most, single

_TIMES = 200
_PATTERN = "*a*a*a*a*a*a*b"


def globs() -> list[Row]:
    """Return the rows for a name of 1,000 characters that does not match, and one that does."""
    return [
        _row("without a match", "a" * 1000),
        _row("with a match", "a" * 999 + "b"),
    ]


def _row(case: str, name: str) -> Row:
    glob = Glob.parse(_PATTERN)
    times = [
        seconds / _TIMES * 1e6 for seconds in repeat(lambda: glob.matches(name), number=_TIMES)
    ]
    return single(f"{_PATTERN} on 1,000 characters, {case}", times, "µs", at_most(1000))
