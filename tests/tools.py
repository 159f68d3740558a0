"""What several tests need: programs, processes, and waiting."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable

import pytest

COMMAND = [sys.executable, "-m", "mock_server"]
"""The command ``mock-server`` of this checkout."""

_PATIENCE = 30.0
"""Seconds."""


def needs(program: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs a program: skipped without it, but not in CI."""
    return pytest.mark.skipif(
        shutil.which(program) is None and not os.environ.get("CI"), reason=f"needs {program}"
    )


def until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, and tell whether it does."""
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def give_children_default_signals() -> None:
    """Let processes that tests start react to SIGINT and SIGHUP, however the tests were started.

    Under ``nohup``, or in the background of a script, these signals are ignored, and a process that
    is started inherits that. It does not inherit a handler, so this replaces ``ignored`` by a
    handler that does nothing: the tests still ignore the signals, and their children do not.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def path_of(program: str) -> str:
    """Return the path of a program that a test needs.

    :raises FileNotFoundError: when there is none
    """
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(program)
    return path
