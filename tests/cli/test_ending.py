"""Commands that are stopped while they are at work."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tools import COMMAND, until

TIMEOUT = 30
INTERRUPTED = 130
SHOWN_CURSOR, HIDDEN_CURSOR = b"\033[?25h", b"\033[?25l"
EMPTY_LINE = b"\033[2K"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes many seconds to read."""
    path = tmp_path_factory.mktemp("ending") / "users.jsonl"
    with path.open("w") as file:
        file.writelines(
            f'{{"user":{{"email":"u{number}@example.com"}}}}\n' for number in range(10**6)
        )
    return path


class Terminal:
    """A terminal that shows what a command says."""

    def __init__(self, reading: int, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.shown = b""
        self._reading = reading

    def read_until(self, text: bytes) -> None:
        """Wait until something is shown."""
        while text not in self.shown:
            assert select.select([self._reading], [], [], TIMEOUT)[0]
            self.shown += os.read(self._reading, 10_000)

    def stop(self, sent: signal.Signals) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(sent)
        code = self.process.wait(TIMEOUT)
        os.set_blocking(self._reading, False)
        self.shown += os.read(self._reading, 10_000)
        return code

    def is_as_before(self) -> bool:
        """Return whether the line of the bar is empty, and the cursor is shown again."""
        shows_cursor = self.shown.rindex(SHOWN_CURSOR) > self.shown.rindex(HIDDEN_CURSOR)
        return shows_cursor and self.shown.endswith(EMPTY_LINE)


@contextmanager
def on_terminal(*arguments: str) -> Iterator[Terminal]:
    """Run a command whose stderr is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "300"},
    ) as process:
        try:
            yield Terminal(ours, process)
        finally:
            process.kill()
            os.close(theirs)
            os.close(ours)


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        (["check"], signal.SIGINT),
        pytest.param(
            ["serve", "--port", "0", "--fixtures"], signal.SIGTERM, marks=pytest.mark.heavy
        ),
    ],
)
def test_while_there_is_a_bar(command: list[str], sent: signal.Signals, users: Path) -> None:
    """Nothing is said, and the bar leaves the terminal as it was."""
    with on_terminal(*command, str(users)) as terminal:
        terminal.read_until(b"users.jsonl")
        assert terminal.stop(sent) == INTERRUPTED
        assert b"Aborted" not in terminal.shown
        assert b"Traceback" not in terminal.shown
        assert terminal.is_as_before()


def test_a_server_that_generates_users() -> None:
    """There is a bar while it does, and it ends at once, before it is there."""
    with on_terminal("serve", "--port", "0", "--generate", "1000000") as terminal:
        terminal.read_until(b"Generating users")
        assert terminal.stop(signal.SIGHUP) == INTERRUPTED
        assert terminal.is_as_before()


IGNORED = ["sh", "-c", 'trap "" INT HUP; exec "$@"', "sh"]
"""Starts a command as nohup does, or a script in its background."""


@pytest.mark.heavy
def test_with_all_signals_ignored(tmp_path: Path) -> None:
    """Tests that send signals pass whatever started them: ``nohup``, a script, a terminal."""
    names = ["test_ending.py", "test_generate.py", "test_serve.py"]
    run = subprocess.run(
        [*IGNORED, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"--basetemp={tmp_path / 'inner'}", "-k", "bar or child or interrupted or signal",
         "-m", "not heavy", *(str(Path(__file__).with_name(name)) for name in names)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "failed" not in run.stdout


def test_what_a_child_inherits() -> None:
    """A process that a test starts reacts to SIGINT and SIGHUP as if a terminal had started it."""
    script = (
        "import signal as s\n"
        "print(s.getsignal(s.SIGINT) is s.default_int_handler, s.getsignal(s.SIGHUP) is s.SIG_DFL)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "True"]


def test_what_is_to_be_ignored(tmp_path: Path) -> None:
    """A command that nohup began goes on when its terminal is closed."""
    path = tmp_path / "people.jsonl"
    arguments = ["generate", "1000000000", "-o", str(path)]
    with subprocess.Popen(["nohup", *COMMAND, *arguments], stderr=subprocess.DEVNULL) as process:
        try:
            assert until(lambda: any(one.stat().st_size for one in tmp_path.iterdir()))
            process.send_signal(signal.SIGHUP)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
            process.terminate()
            assert process.wait(TIMEOUT) == INTERRUPTED
        finally:
            process.kill()
