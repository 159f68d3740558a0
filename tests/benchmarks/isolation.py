"""What it costs to give every test a world of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.children import answer_of
from tests.benchmarks.fixture import fixture_file
from tests.benchmarks.rows import Goal, Row, at_most, single

_GOALS = {1_000: at_most(1), 100_000: at_most(30)}
"""Milliseconds for a new world, by the number of users in the seed."""

_ROUNDS = 30
_STEPS = (
    "first listing",
    "second listing",
    "first write",
    "second write",
    "snapshot",
    "reset",
    "restore",
)


def isolation() -> list[Row]:
    """Return the rows for sandboxes of a few and of many users."""
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        for users, goal in _GOALS.items():
            job = {"fixtures": fixture_file(Path(folder), users), "rounds": _ROUNDS}
            rows += _rows(f"{users:,} users", answer_of("probe_isolation", job), goal)
    return rows


def _rows(seed: str, times: Mapping[str, Sequence[float]], goal: Goal) -> list[Row]:
    return [
        single(f"new world of {seed}, in the process", times["world"], "ms", goal),
        single(f"new sandbox of {seed}, over HTTP", times["made"], "ms"),
        *(single(f"    {step}", times[step], "ms") for step in _STEPS),
    ]
