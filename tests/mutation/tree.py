"""Copies of the repository, in which mutants are written and tests run."""

from __future__ import annotations

import compileall
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation import plugin
from tests.mutation.config import Config
from tests.mutation.mutants import Mutant

PYTEST = (sys.executable, "-m", "pytest", "-p", "tests.mutation.plugin", "-p", "no:cacheprovider")


def repository_files(root: Path) -> list[str]:
    """Return the files that git tracks, and new ones that it does not ignore."""
    git = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(git, cwd=root, capture_output=True, check=True, text=True).stdout
    return sorted(name for name in set(listed.split("\0")) if name and (root / name).is_file())


def fingerprint(root: Path, config: Config) -> str:
    """Return a hash of all that decides which lines the tests run."""
    total = hashlib.sha256(repr((config.packages, config.ignored_tests)).encode())
    for name in repository_files(root):
        if name.startswith("tests/mutation/"):
            continue
        total.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return total.hexdigest()


@dataclass(frozen=True)
class Run:
    """How a run of tests ended."""

    code: int | None  # None: stopped, because it took too long
    running: str = ""
    passed: bool = False
    failed: list[str] = field(default_factory=list)


class Tree:
    """One copy. Only one run at a time uses it."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        self.scratch = folder.with_name(f"{folder.name}-files")
        self.scratch.mkdir(parents=True)
        for name in repository_files(root):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)
        compileall.compile_dir(folder, quiet=2)  # once, instead of in every run of tests

    def record(self, target: Path, files: list[str], ignored: list[str], workers: int) -> None:
        """Run all tests once and record which lines they run. Failing tests are left out later."""
        options = [f"--ignore={path}" for path in ignored]
        variables = {plugin.RECORD: str(target), plugin.SOURCE: json.dumps(files)}
        command = (*PYTEST, "-q", "-n", str(workers), "--dist", "worksteal", *options)
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment(variables), check=False
        )
        # 1: some tests failed, which is said in the output; they are left out.
        if done.returncode not in (0, 1) or not list(target.glob("tests-*.json")):
            raise RuntimeError(f"the tests were not recorded: pytest ended with {done.returncode}")

    def run(self, limits: dict[str, float], *, seconds: float, go_on: bool = False) -> Run:
        """Run tests in the given order, up to the first that fails unless told to go on."""
        tests, result, output = (self.scratch / name for name in ("tests", "result", "output"))
        tests.write_text(json.dumps(limits), encoding="utf-8")
        result.write_text("", encoding="utf-8")
        files = sorted({nodeid.partition("::")[0] for nodeid in limits})
        command = (*PYTEST, "-q", "--tb=short", *(() if go_on else ("-x",)), *files)
        # Compiled files are those of the original, so that none is of a mutant.
        variables = {
            plugin.TRIAL: str(tests),
            plugin.RESULT: str(result),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with output.open("wb") as file:
            code = _call(command, self.folder, self._environment(variables), file.fileno(), seconds)
        if code == 5:
            raise RuntimeError(f"none of the chosen tests was found in {', '.join(files)}")
        rows = [json.loads(row) for row in result.read_text(encoding="utf-8").splitlines()]
        return Run(
            code=code,
            running=next((test for state, test in reversed(rows) if state == "running"), ""),
            passed=any(state == "passed" for state, _ in rows),
            failed=[test for state, test in rows if state == "failed"],
        )

    def write(self, mutant: Mutant) -> None:
        """Put a mutant in place of its file."""
        (self.folder / mutant.file).write_text(mutant.code, encoding="utf-8")

    def restore(self, root: Path, mutant: Mutant) -> None:
        """Put the original back, with the old date, for which there is a compiled file."""
        shutil.copy2(root / mutant.file, self.folder / mutant.file)

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        # Before the package that is installed, which is the repository itself.
        return {**os.environ, "PYTHONPATH": str(self.folder), **variables}


def _call(
    command: tuple[str, ...], folder: Path, environment: dict[str, str], output: int, seconds: float
) -> int | None:
    """Run a command and return its exit code. End it, and what it started, after some seconds."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        # Also what the tests started and left, when a limit ended them.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
