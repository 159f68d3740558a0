"""What a test session waits for when it uses the mock as a fixture, and when it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.children import answer_of
from tests.benchmarks.people import person
from tests.benchmarks.rows import Goal, Row, at_most, single

_PROCESSES = 5
_SERVERS = 6
_TESTS = 500
_USERS = 1000
_HEAVY = {"faker", "fastapi", "pydantic", "pydantic_core", "pydantic_settings", "starlette"}


def fixture() -> list[Row]:
    """Return the rows for starting, stopping and resetting."""
    with TemporaryDirectory() as folder:
        job = {"servers": _SERVERS, "fixtures": fixture_file(Path(folder), _USERS)}
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
        *per_test(),
    ]


def per_test() -> list[Row]:
    """Return the rows for what one test pays for the fixture: set-up and tear-down.

    That is the median of many tests, less that of the same tests without the fixture.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        seed = fixture_file(folder, _USERS)
        kinds = [
            _Kind("", at_most(2)),
            _Kind(", 1,000 users in the seed", at_most(2), f"--losant-fixtures={seed}"),
            _Kind(", generate=50", at_most(5), marker="generate=50"),
            _Kind(", a file of 1,000 users", at_most(50), marker=f"fixtures={seed!r}"),
        ]
        rounds = []
        for _ in range(_PROCESSES):
            without = milliseconds_of_a_test(folder, "")
            rounds.append(
                [milliseconds_of_a_test(folder, "losant", kind) - without for kind in kinds]
            )
        return [
            single(f"losant fixture of a test{kind.what}", figures, "ms", kind.goal)
            for kind, figures in zip(kinds, zip(*rounds, strict=True), strict=True)
        ]


@dataclass(frozen=True)
class _Kind:
    """What the worlds of tests hold."""

    what: str
    goal: Goal
    option: str = "-q"
    marker: str = ""


def milliseconds_of_a_test(folder: Path, argument: str, kind: _Kind | None = None) -> float:
    """Return what a test takes that does nothing."""
    times = folder / "times.json"
    for name, text in _sample(argument, kind.marker if kind else "", times).items():
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider"]
    subprocess.run(
        [*command, *([kind.option] if kind else [])],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds: list[float] = json.loads(times.read_text())
    return median(seconds) * 1000


def _sample(argument: str, marker: str, times: Path) -> Mapping[str, str]:
    """Return the files of a suite that writes down the seconds of each of its tests."""
    return {
        "pytest.ini": "[pytest]\n",
        "conftest.py": f"""
import json, pathlib, time
import pytest

seconds = []

@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    started = time.perf_counter()
    try:
        return (yield)
    finally:
        seconds.append(time.perf_counter() - started)

def pytest_sessionfinish():
    pathlib.Path({str(times)!r}).write_text(json.dumps(seconds))
""",
        "test_nothing.py": f"""
import pytest

@pytest.mark.losant({marker})
@pytest.mark.parametrize("number", range({_TESTS}))
def test_nothing({", ".join(filter(None, ["number", argument]))}):
    pass
""",
    }


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
