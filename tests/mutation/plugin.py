"""The pytest plugin of the mutation run. It is loaded with ``-p`` in the processes of the tool.

It has two modes, chosen by environment variables, which reach the processes of pytest-xdist too:
recording which lines each test runs, and trying a mutant with some tests in a given order.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest

RECORD = "MUTATION_RECORD"  # a folder for what is recorded
SOURCE = "MUTATION_SOURCE"  # the files to record, as JSON
TRIAL = "MUTATION_TRIAL"  # a file: the tests in their order, with their limits in seconds
RESULT = "MUTATION_RESULT"  # a file: the tests that ran and those that failed, as JSON lines

Wrapper = Generator[None, Any, Any]


class Recorder:
    """Records lines, durations, outcomes and shared fixtures of the tests."""

    def __init__(self, folder: Path, files: list[str]) -> None:
        self.folder = folder
        self.tests: dict[str, dict[str, Any]] = {}
        self.context = ""
        self.coverage = coverage.Coverage(
            data_file=str(folder / "lines"),
            data_suffix=str(os.getpid()),
            include=[str(Path(file).absolute()) for file in files],
            config_file=False,
            messages=False,
        )
        self.coverage.set_option("run:relative_files", value=True)
        # The process of pytest-xdist that hands out the tests runs none.
        self.coverage.set_option("run:disable_warnings", ["no-data-collected"])
        # Servers run in threads of this process; this is what concurrency "thread" sees.
        self.coverage.start()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Wrapper:
        fixtures = getattr(item, "fixturenames", [])
        self.tests[item.nodeid] = {"seconds": 0.0, "passed": True, "fixtures": sorted(fixtures)}
        self._switch(item.nodeid)
        try:
            return (yield)
        finally:
            self._switch("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Wrapper:
        """Record a shared fixture by itself: all tests that use it depend on its lines."""
        if fixturedef.scope == "function":
            return (yield)
        before = self.context
        self._switch(f"fixture:{fixturedef.argname}:{request.node.nodeid}")
        try:
            return (yield)
        finally:
            self._switch(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = self.tests.get(report.nodeid)
        if test is not None:
            test["seconds"] += report.duration
            test["passed"] = test["passed"] and report.outcome == "passed"

    def pytest_unconfigure(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        target = self.folder / f"tests-{os.getpid()}.json"
        target.write_text(json.dumps(self.tests), encoding="utf-8")

    def _switch(self, context: str) -> None:
        self.context = context
        self.coverage.switch_context(context)


class Trial:
    """Runs the given tests in the given order, each within its limit."""

    def __init__(self, tests: Path, result: Path) -> None:
        self.limits: dict[str, float] = json.loads(tests.read_text(encoding="utf-8"))
        self.result = result

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        places = {nodeid: place for place, nodeid in enumerate(self.limits)}
        chosen = [item for item in items if item.nodeid in places]
        items[:] = sorted(chosen, key=lambda item: places[item.nodeid])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Wrapper:
        self._tell("running", item.nodeid)
        # Works where a signal would not: in a loop that never gives up the interpreter's lock.
        faulthandler.dump_traceback_later(
            self.limits[item.nodeid], exit=True, file=sys.__stderr__ or sys.stderr
        )
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._tell("failed", report.nodeid)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK:
            self._tell("passed", "")

    def _tell(self, state: str, test: str) -> None:
        with self.result.open("a", encoding="utf-8") as file:
            print(json.dumps([state, test]), file=file)


def _plugin() -> Recorder | Trial | None:
    if folder := os.environ.get(RECORD):
        return Recorder(Path(folder), json.loads(os.environ[SOURCE]))
    if tests := os.environ.get(TRIAL):
        return Trial(Path(tests), Path(os.environ[RESULT]))
    return None


# At import, because pytest imports this before the plugins that are installed, and mock_server is
# one of those: its import is to be recorded too.
_PLUGIN = _plugin()


def pytest_configure(config: pytest.Config) -> None:
    """Add the hooks of the mode."""
    if _PLUGIN is not None:
        config.pluginmanager.register(_PLUGIN, "mutation")
