"""Commands that are stopped while they are at work."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "mock_server"]
TIMEOUT = 30
INTERRUPTED = 130
SHOWN_CURSOR = b"\033[?25h"


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
        self.shown = b""
        self.process.send_signal(sent)
        code = self.process.wait(TIMEOUT)
        os.set_blocking(self._reading, False)
        self.shown += os.read(self._reading, 10_000)
        return code


@contextmanager
def on_terminal(*arguments: str) -> Iterator[Terminal]:
    """Run a command whose stderr is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=theirs
    ) as process:
        try:
            yield Terminal(ours, process)
        finally:
            process.kill()
            os.close(theirs)
            os.close(ours)


@pytest.mark.parametrize(
    ("command", "sent"),
    [(["check"], signal.SIGINT), (["serve", "--port", "0", "--fixtures"], signal.SIGTERM)],
)
def test_while_there_is_a_bar(command: list[str], sent: signal.Signals, users: Path) -> None:
    """Nothing is said, and the bar leaves the cursor as it was."""
    with on_terminal(*command, str(users)) as terminal:
        terminal.read_until(b"users.jsonl")
        assert terminal.stop(sent) == INTERRUPTED
        assert b"Aborted" not in terminal.shown
        assert b"Traceback" not in terminal.shown
        assert terminal.shown.endswith(SHOWN_CURSOR)


def test_a_server_that_makes_up_users() -> None:
    """There is a bar while it does, and it ends at once, before it is there."""
    with on_terminal("serve", "--port", "0", "--generate", "1000000") as terminal:
        terminal.read_until(b"Making up users")
        assert terminal.stop(signal.SIGHUP) == INTERRUPTED
        assert terminal.shown.endswith(SHOWN_CURSOR)


def test_what_is_to_be_ignored(tmp_path: Path) -> None:
    """A command that nohup began goes on when its terminal is closed."""
    path = tmp_path / "people.jsonl"
    arguments = ["generate", "1000000000", "-o", str(path)]
    with subprocess.Popen(["nohup", *COMMAND, *arguments], stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + TIMEOUT
            while not any(one.stat().st_size for one in tmp_path.iterdir()):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGHUP)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
            process.terminate()
            assert process.wait(TIMEOUT) == INTERRUPTED
        finally:
            process.kill()
