"""Programs in processes of their own: one core for what is measured, another for what measures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[2]
_PROGRAMS = "tests.benchmarks.programs"
_PATIENCE_SECONDS = 10


class Core(Enum):
    """Which of this process's cores a child runs on; the same one where there is only one."""

    MEASURED = 0
    MEASURING = -1


class ChildFailed(Exception):
    """A program ended before it answered; what it said about that is on stderr."""


class Child:
    """A process that ends with the ``with`` block that it is used in."""

    def __init__(
        self, command: Sequence[str], core: Core, *, silent: bool = False, logging: bool = False
    ) -> None:
        """Start a process.

        :param silent: whether what it writes is thrown away
        :param logging: whether what it writes to stderr is
        """
        self._name = " ".join(command)
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if silent else subprocess.PIPE,
            stderr=subprocess.DEVNULL if silent or logging else None,
            text=True,
        )
        bind(self._process.pid, core)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, job: Mapping[str, Any]) -> Any:
        """Send a job and return the answer; both are one line of JSON.

        :raises ChildFailed: when there is none
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise ChildFailed(f"{self._name} is not to be talked to")
        try:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ChildFailed(f"{self._name} has ended") from None
        line = self._process.stdout.readline()
        if not line:
            raise ChildFailed(f"{self._name} gave no answer")
        return json.loads(line)

    def line(self) -> str:
        """Return the next line of what it writes to stdout.

        :raises ChildFailed: when there is none
        """
        line = "" if self._process.stdout is None else self._process.stdout.readline()
        if not line:
            raise ChildFailed(f"{self._name} wrote nothing")
        return line

    def check(self) -> None:
        """See that the process is still there.

        :raises ChildFailed: when it is not
        """
        if self._process.poll() is not None:
            raise ChildFailed(f"{self._name} ended with {self._process.returncode}")

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def program(name: str, core: Core = Core.MEASURED) -> Child:
    """Return a running program of the folder ``programs``."""
    return Child([sys.executable, "-m", f"{_PROGRAMS}.{name}"], core)


def answer_of(name: str, job: Mapping[str, Any] | None = None) -> Any:
    """Return what a program answers in a process that is used only once."""
    with program(name) as child:
        return child.ask(job or {})


def bind(pid: int, core: Core) -> None:
    """Keep a process on a core, where the system can do that."""
    if sys.platform == "linux":
        cores = sorted(_ALLOWED)
        os.sched_setaffinity(pid, {cores[core.value]})


_ALLOWED = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()
"""As it was at first: this process may bind itself later."""
