"""Progress bars on a terminal, and nothing elsewhere."""

from __future__ import annotations

import io
import time

import pytest

from mock_server.cli.output import TerminalProgress, shown_waiting
from tests.tools import until

SHOWN_CURSOR = "\033[?25h"
HIDDEN_CURSOR = "\033[?25l"
EMPTY_LINE = "\033[2K"
PATIENCE = 0.1
"""Seconds."""


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True

    def shows(self, text: str) -> bool:
        """Wait until a text has been written, and tell whether it was."""
        return until(lambda: text in self.getvalue())


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Rich know what kind of terminal this is."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


def test_a_step_has_a_bar_after_a_while() -> None:
    """Nothing is shown at first; then how much is done, and in the end the line is empty again."""
    terminal = Terminal()
    progress = TerminalProgress(terminal, PATIENCE)
    progress("Reading [users].jsonl", 0, 200)
    assert terminal.getvalue() == ""
    progress("Reading [users].jsonl", 50, 200)
    assert terminal.shows("Reading [users].jsonl")
    assert terminal.shows("25%")
    progress("Reading [users].jsonl", 100, 200)
    assert terminal.shows("50%")
    progress.end()
    shown = terminal.getvalue()
    assert shown.rindex(SHOWN_CURSOR) > shown.rindex(HIDDEN_CURSOR)
    assert shown.endswith(EMPTY_LINE)


def test_a_step_that_ends_soon_has_no_bar() -> None:
    """Each step has a while of its own, also after a long one."""
    terminal = Terminal()
    progress = TerminalProgress(terminal, PATIENCE)
    progress("Reading", 0, 2)
    assert terminal.shows("Reading")
    progress("Checking", 0, 2)
    progress("Writing", 0, 2)
    assert terminal.shows("Writing")
    progress.end()
    assert "Checking" not in terminal.getvalue()


def test_a_step_of_unknown_length() -> None:
    """The bar shows how much is done, without a percentage."""
    terminal = Terminal()
    progress = TerminalProgress(terminal, PATIENCE)
    progress("Pulling", 0, None)
    progress("Pulling", 12_345, None)
    assert terminal.shows("12,345")
    progress.end()
    assert "%" not in terminal.getvalue()


def test_a_step_that_reports_nothing() -> None:
    """The seconds go on while nothing happens, and count from the beginning of the step."""
    terminal = Terminal()
    progress = TerminalProgress(terminal, PATIENCE)
    progress("Waiting", 0, None)
    assert terminal.shows("0:00:01")
    progress.end()


def test_nothing_is_shown_elsewhere() -> None:
    """A log or a pipe gets nothing."""
    stream = io.StringIO()
    progress = TerminalProgress(stream, 0.01)
    progress("Reading", 0, 2)
    time.sleep(0.1)
    progress("Reading", 1, 2)
    progress.end()
    assert stream.getvalue() == ""


def test_a_closed_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without stderr there is no progress, and no error."""
    monkeypatch.setattr("sys.stderr", None)
    progress = TerminalProgress()
    progress("Reading", 0, 2)
    progress.end()


def test_waiting_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long says so on a terminal after a second, and nothing in a pipe."""
    terminal, pipe = Terminal(), io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with shown_waiting("Saving"):
        monkeypatch.setattr("sys.stderr", terminal)
        with shown_waiting("Loading"):
            assert terminal.shows("Loading")
            assert terminal.shows("0:00:01")
    assert pipe.getvalue() == ""
    assert "Saving" not in terminal.getvalue()
    assert terminal.getvalue().endswith(EMPTY_LINE)
