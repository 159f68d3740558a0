"""The official JavaScript client, in Node.js, against the same server.

All cases run in one process of Node; each is reported here as a test of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from mock_server import MockServer

NODE_FOLDER = Path(__file__).parent / "node"
OLDEST_NODE = (18, 15)
INSTALL_SECONDS = 300
RUN_SECONDS = 60

CASES = [
    name
    for path in sorted((NODE_FOLDER / "cases").glob("*.js"))
    for name in re.findall(r"^check\('(.+?)',", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@dataclass(frozen=True)
class Run:
    """What became of the cases: by name, the error or None."""

    output: str
    errors: Mapping[str, str | None]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of Node, with the official client installed beside the cases."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _unavailable("needs Node.js and npm")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    found = re.match(r"v(\d+)\.(\d+)", version.stdout)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_NODE:
        _unavailable(f"needs Node.js 18.15 or later, and found {version.stdout.strip()}")
    if not _is_installed():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        log = tmp_path_factory.mktemp("npm") / "output.txt"
        code = _run(command, INSTALL_SECONDS, log, os.environ)
        if code != 0:
            pytest.fail(f"npm ci failed:\n{log.read_text()}", pytrace=False)
    return node


@pytest.fixture(scope="module")
def run(node: str, world_server: MockServer, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All cases, run once."""
    folder = tmp_path_factory.mktemp("node")
    log, results = folder / "output.txt", folder / "results.jsonl"
    command = [
        node,
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=./reporter.js",
        f"--test-reporter-destination={results}",
        "run.js",
    ]
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "LOSANT_URL": world_server.url,
        "LOSANT_TOKEN": world_server.token("all.User"),
        "LOSANT_APPLICATION_ID": world_server.application_id,
    }
    code = _run(command, RUN_SECONDS, log, environment)
    output = log.read_text(encoding="utf-8", errors="replace")
    if code is None:
        output += f"\nNode was stopped after {RUN_SECONDS} seconds."
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    reports = map(json.loads, lines)
    return Run(output, {report["name"]: report["error"] for report in reports})


def test_cases_are_those_that_ran(run: Run) -> None:
    """Node ran the cases that are listed here, each with a name of its own."""
    assert len(set(CASES)) == len(CASES)
    assert set(run.errors) == set(CASES), run.output


@pytest.mark.parametrize("case", CASES)
def test_case(run: Run, case: str) -> None:
    """The official JavaScript client gets what it must."""
    if case not in run.errors:
        pytest.fail(f"The case did not run. Node said:\n{run.output}", pytrace=False)
    error = run.errors[case]
    if error is not None:
        pytest.fail(error, pytrace=False)


def _unavailable(reason: str) -> NoReturn:
    """Skip; but not where everything must be tested."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _is_installed() -> bool:
    """Return whether an installation was finished, and since the last change of its list."""
    installed = NODE_FOLDER / "node_modules" / ".package-lock.json"
    wanted = NODE_FOLDER / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime


def _run(
    command: Sequence[str], seconds: float, log: Path, environment: Mapping[str, str]
) -> int | None:
    """Return the exit code, or None if the command had to be stopped; the output is in ``log``."""
    with log.open("wb") as output:
        try:
            return subprocess.run(
                command,
                cwd=NODE_FOLDER,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return None
