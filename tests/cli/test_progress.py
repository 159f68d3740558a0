"""How far something is, on a terminal and elsewhere."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

from mock_server.cli.progress import TerminalProgress

WAITING = """
import time
from mock_server.cli.progress import shown_waiting
with shown_waiting("Loading"):
    time.sleep({seconds})
"""


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


class Watch:
    """A time that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_step_that_takes_a_second_has_a_bar() -> None:
    """Nothing is shown before a second has passed; then how much is done, in a line that goes."""
    terminal, watch = Terminal(), Watch()
    progress = TerminalProgress(terminal, watch)
    progress("Reading", 0, 200)
    watch.now += 0.9
    progress("Reading", 50, 200)
    assert terminal.getvalue() == ""
    watch.now += 0.2
    progress("Reading", 100, 200)
    assert "Reading" in terminal.getvalue()
    assert "50%" in terminal.getvalue()
    progress.end()
    assert terminal.getvalue().endswith("\r\033[K\033[?25h")


def test_each_step_has_a_second_of_its_own() -> None:
    """A step that comes after a long one is not shown at once; one of unknown length counts."""
    terminal, watch = Terminal(), Watch()
    progress = TerminalProgress(terminal, watch)
    progress("Reading", 0, 2)
    watch.now += 5
    progress("Reading", 1, 2)
    shown = terminal.getvalue()
    progress("Making", 0, None)
    progress("Making", 10, None)
    assert "Making" not in terminal.getvalue().removeprefix(shown)
    watch.now += 5
    progress("Making", 20, None)
    assert "Making" in terminal.getvalue()
    assert "20" in terminal.getvalue().removeprefix(shown)


def test_nothing_is_shown_elsewhere() -> None:
    """A log or a pipe gets nothing."""
    stream, watch = io.StringIO(), Watch()
    progress = TerminalProgress(stream, watch)
    progress("Reading", 0, 2)
    watch.now += 5
    progress("Reading", 1, 2)
    progress.end()
    assert stream.getvalue() == ""


def test_waiting_is_shown_on_a_terminal_only() -> None:
    """What takes long says so on a terminal after a second, and nothing in a pipe."""
    command = [sys.executable, "-c", WAITING.format(seconds=2)]
    piped = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert piped.stderr == b""
    ours, theirs = pty.openpty()
    try:
        subprocess.run(command, stderr=theirs, check=True, timeout=30)
        assert b"Loading  1 s" in os.read(ours, 10_000)
    finally:
        os.close(ours)
        os.close(theirs)
