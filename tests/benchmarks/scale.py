"""100,000 users beside 1,000: what must not depend on how many there are."""

from __future__ import annotations

from dataclasses import replace

from tests.benchmarks.children import answer_of
from tests.benchmarks.load import compare
from tests.benchmarks.rows import Row, at_most, compared
from tests.benchmarks.targets import (
    Target,
    fetch,
    filtered,
    mock_with,
    with_query,
)

_FEW, _MANY, _PER_PAGE = 1_000, 100_000, 100
_ROUNDS = 10
_PREFIX = "user000012*"
"""Ten users of either world."""


def scale() -> list[Row]:
    """Return the rows for the default page, a prefix with ten matches, and all pages in turn."""
    with mock_with(users=_MANY) as many, mock_with(users=_FEW) as few:
        fetch(many)  # makes the index, which only the first request waits for
        return [
            compare(many, few).as_times("default page, 100,000 users (1,000 users)", at_most(1.3)),
            compare(filtered(many, _PREFIX), filtered(few, _PREFIX)).as_times(
                "prefix with 10 matches, 100,000 users (1,000 users)", at_most(2)
            ),
            compare(_all_pages(many), many).as_times("page after page, 100,000 users (one page)"),
        ]


def prefix() -> list[Row]:
    """Return the row for the same prefix without the HTTP around it."""
    job = {"pattern": _PREFIX, "sizes": [_MANY, _FEW], "rounds": _ROUNDS}
    pairs = [(many, few) for many, few in answer_of("probe_prefix", job)]
    return [compared("same, in the store alone", pairs, "µs", at_most(2))]


def _all_pages(target: Target) -> Target:
    """More users than the server remembers the documents of."""
    return replace(with_query(target, "page={number}"), numbers=_MANY // _PER_PAGE)
