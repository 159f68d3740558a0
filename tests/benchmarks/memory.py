"""What a user costs in memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.fixture import fixture_file
from tests.benchmarks.rows import Row, at_most, single
from tests.benchmarks.targets import fetch, filtered, mock_with
from tests.benchmarks.usage import IS_KNOWN, resident_bytes

_USERS = 100_000
_KILOBYTE = 1024


def memory() -> list[Row]:
    """Return the rows for users that came in one by one, and for those of a fixture file."""
    if not IS_KNOWN:
        return []
    with TemporaryDirectory() as folder:
        fixtures = [fixture_file(Path(folder), _USERS)]
        empty = resident()
        per_user = [
            (resident(**job) - empty) / _USERS / _KILOBYTE
            for job in ({"users": _USERS}, {"fixtures": fixtures})
        ]
    return [
        single("memory of a user, of 100,000 added one by one", per_user[:1], "KB", at_most(1.5)),
        single("memory of a user, of 100,000 in a fixture file", per_user[1:], "KB", at_most(1.5)),
    ]


def resident(**job: Any) -> int:
    """Return the bytes that a mock occupies after its users were listed and filtered."""
    with mock_with(**job) as target:
        fetch(target)
        fetch(filtered(target, "*ann*"))
        return resident_bytes(target.pid)
