"""What a test session waits for when it uses the mock as a fixture, and when it does not."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.children import answer_of
from tests.benchmarks.people import person
from tests.benchmarks.rows import Row, at_most, single

_PROCESSES = 5
_SERVERS = 6
_HEAVY = {"faker", "fastapi", "pydantic", "pydantic_core", "pydantic_settings", "starlette"}


def fixture() -> list[Row]:
    """Return the rows for starting, stopping and resetting."""
    with TemporaryDirectory() as folder:
        job = {"servers": _SERVERS, "fixtures": fixture_file(Path(folder), 1000)}
        runs = [answer_of("probe_fixture", job) for _ in range(_PROCESSES)]
    first_starts, first_stops = zip(*(run["first"] for run in runs), strict=True)
    later_starts, later_stops = zip(*chain.from_iterable(r["later"] for r in runs), strict=True)
    resets = chain.from_iterable(run["resets"] for run in runs)
    return [
        single("MockServer made and started, first in a process", first_starts, "ms", at_most(150)),
        single("MockServer made and started, later ones", later_starts, "ms", at_most(150)),
        single("MockServer stopped, first in a process", first_stops, "ms", at_most(50)),
        single("MockServer stopped, later ones", later_stops, "ms", at_most(50)),
        single("reset() with 1,000 users", resets, "ms", at_most(1)),
    ]


def plugin() -> list[Row]:
    """Return the rows for a test run that has the plugin installed and does not use it."""
    runs = [answer_of("probe_import") for _ in range(_PROCESSES)]
    packages = set(chain.from_iterable(run["packages"] for run in runs))
    times = [run["milliseconds"] for run in runs]
    remark = f"imports outside the standard library: {', '.join(sorted(packages))}"
    heavy = float(len(packages & _HEAVY))
    return [
        single("import of mock_server.pytest_plugin", times, "ms", at_most(20)),
        single("heavy packages that it imports", [heavy], "packages", at_most(0), remark),
    ]


def fixture_file(folder: Path, users: int) -> str:
    """Write a fixture file and return its path."""
    path = folder / f"{users}.json"
    path.write_text(json.dumps({"users": [person(number) for number in range(users)]}))
    return str(path)
