"""What it costs that every request is written down, and looked at for faults."""

from __future__ import annotations

from dataclasses import replace

from tests.benchmarks.load import compare
from tests.benchmarks.rows import Row, at_least
from tests.benchmarks.targets import Target, mock_with
from tests.benchmarks.throughput import creation

_USERS = 1000


def journal() -> list[Row]:
    """Return the rows for requests that are written down, beside the same that are not."""
    with mock_with(users=_USERS) as target, mock_with(users=_USERS, journal=False) as reference:
        return [
            compare(target, reference).as_rates(
                "page of 100 of 1,000 users, with a journal (without)", at_least(0.9)
            ),
            compare(_of_one(target), _of_one(reference)).as_rates("page of 1 (without)"),
            compare(creation(target), creation(reference)).as_rates("creating a user (without)"),
        ]


def _of_one(target: Target) -> Target:
    return replace(target, path=target.path.replace("?", "?perPage=1&", 1))
