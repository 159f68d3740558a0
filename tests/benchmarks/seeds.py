"""Made-up users into a seed file, and a seed file into a server: on one core, from end to end."""

from __future__ import annotations

import subprocess
import sysconfig
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.children import ChildFailed, Core, answer_of, bind
from tests.benchmarks.rows import Row, at_least, at_most, single
from tests.benchmarks.usage import IS_KNOWN, peak_bytes

_ROUNDS = 3
_USERS = 1_000_000
_FEW_USERS = 20_000
_SEED = 7
_POLL_SECONDS = 0.01
_MEGABYTE = 1 << 20
_COMMAND = str(Path(sysconfig.get_path("scripts")) / "mock-server")
_RATE = at_least(50_000)


def seeds(users: int = _USERS, rounds: int = _ROUNDS) -> list[Row]:
    """Return the rows for rates, and for the memory that more users take while they are made up.

    The references are what the standard library's ``json`` takes for the same lines.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        few = generate(_FEW_USERS, folder / "few.jsonl")
        runs = [_run(users, folder) for _ in range(rounds)]
    rows = [
        _beside(
            f"generate → JSON Lines, {users:,} users (json.dumps)",
            [run.generated.rate for run in runs],
            [run.written for run in runs],
        ),
        _beside(
            f"JSON Lines → server, {users:,} users (json.loads)",
            [run.loaded for run in runs],
            [run.read for run in runs],
        ),
    ]
    if not IS_KNOWN:
        return rows
    peaks = [run.generated.peak / _MEGABYTE for run in runs]
    growth = [peak - few.peak / _MEGABYTE for peak in peaks]
    loading = [run.loading_peak / _MEGABYTE for run in runs]
    what = f"{users:,} instead of {_FEW_USERS:,} users"
    return [
        *rows,
        single(f"peak memory of generate, {users:,} users", peaks, "MB", at_most(100)),
        single(f"peak memory of generate, more for {what}", growth, "MB", at_most(5)),
        single(f"peak memory of a server that loads {users:,} users", loading, "MB"),
    ]


@dataclass(frozen=True)
class Generated:
    """Users a second, from the start of the command to its end, and bytes."""

    rate: float
    peak: int


@dataclass(frozen=True)
class _Run:
    """One file that was made and loaded; rates are in users a second."""

    generated: Generated
    loaded: float
    loading_peak: int
    written: float
    read: float


def generate(users: int, file: Path) -> Generated:
    """Run the command, and return what it took.

    :raises ChildFailed: when it fails
    """
    command = [_COMMAND, "generate", str(users), "--seed", str(_SEED), "--output", str(file)]
    started = time.perf_counter()
    peak = 0
    with subprocess.Popen(command) as process:
        bind(process.pid, Core.MEASURED)
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(_POLL_SECONDS)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise ChildFailed(f"{' '.join(command)} ended with {process.returncode}")
    return Generated(users / seconds, peak)


def _peak(pid: int) -> int:
    # Just before it ends, a process has no memory any more.
    with suppress(OSError, ValueError):
        return peak_bytes(pid) if IS_KNOWN else 0
    return 0


def _run(users: int, folder: Path) -> _Run:
    file = folder / "people.jsonl"
    generated = generate(users, file)
    loaded = answer_of("probe_seed", {"file": str(file)})
    if loaded["users"] != users:
        raise ChildFailed(f"of {users} users, {loaded['users']} were loaded")
    json = answer_of("probe_json", {"file": str(file), "copy": str(folder / "copy.jsonl")})
    rate = users / loaded["seconds"]
    return _Run(generated, rate, loaded["peak"], json["written"], json["read"])


def _beside(what: str, measured: list[float], reference: list[float]) -> Row:
    """Return the row for a rate that has a goal itself, whatever its reference does."""
    spread = min(measured), max(measured)
    return Row(what, median(measured), "users/s", median(reference), spread=spread, goal=_RATE)
