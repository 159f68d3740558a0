"""From the command to the first answer, beside the least that a FastAPI server needs."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from statistics import median

from tests.benchmarks.children import ROOT, Child, Core
from tests.benchmarks.rows import Row, at_most, compared
from tests.benchmarks.targets import COMMAND
from tests.benchmarks.usage import IS_KNOWN, cpu_seconds

_ROUNDS = 9
_POLL_SECONDS = 0.001
_HELLO_FOLDER = str(ROOT / "tests" / "benchmarks" / "programs")

MOCK = (COMMAND, "serve")
HELLO = (sys.executable, "-m", "uvicorn", "--app-dir", _HELLO_FOLDER, "hello:app")


def start_up() -> list[Row]:
    """Return the row; the first start of either is not counted, because it fills caches."""
    starts = [(first_answer(MOCK), first_answer(HELLO)) for _ in range(_ROUNDS + 1)][1:]
    times = [(mock.milliseconds, hello.milliseconds) for mock, hello in starts]
    row = compared("start-up, to the first answer (bare FastAPI)", times, "ms", at_most(1.3))
    if not IS_KNOWN:
        return [row]
    cpu_ratio = median(mock.cpu_seconds / hello.cpu_seconds for mock, hello in starts)
    return [replace(row, cpu_ratio=cpu_ratio)]


@dataclass(frozen=True)
class Start:
    """How long one start took, and how much of that on a core."""

    milliseconds: float
    cpu_seconds: float


def first_answer(command: Sequence[str]) -> Start:
    """Return what it takes from spawning a server to its first answer, whatever that says."""
    port = _free_port()
    started = time.perf_counter()
    with Child([*command, "--port", str(port)], Core.MEASURED, silent=True) as child:
        while not _answers(port):
            child.check()
            time.sleep(_POLL_SECONDS)
        milliseconds = (time.perf_counter() - started) * 1000
        return Start(milliseconds, cpu_seconds(child.pid) if IS_KNOWN else 0.0)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
    return True


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
