"""Results that cannot be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mock_server import LosantMock

COMMAND = [sys.executable, "-m", "mock_server"]
FULL = Path("/dev/full")
TIMEOUT = 30

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="nothing is full here")


def said(*arguments: str, unbuffered: str = "") -> tuple[int, str]:
    """Return the exit code of a command whose stdout is full, and what it says."""
    with FULL.open("w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=TIMEOUT,
            check=False,
            env={"PYTHONUNBUFFERED": unbuffered},
        )
    return result.returncode, result.stderr


@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [
        ("schema", ""),
        ("check nowhere", "1"),
        ("serve --port 0", ""),
        pytest.param("schema", "1", marks=pytest.mark.heavy),
        pytest.param("token", "", marks=pytest.mark.heavy),
        pytest.param("generate 1", "", marks=pytest.mark.heavy),
        pytest.param("generate 1000", "1", marks=pytest.mark.heavy),
    ],
)
def test_a_full_stdout(command: str, unbuffered: str) -> None:
    """It is told in one line by each command, at once or when it ends."""
    told = "Error: stdout cannot be written: No space left on device\n"
    assert said(*command.split(), unbuffered=unbuffered) == (1, told)


def test_a_full_stdout_of_a_command_for_servers(losant: LosantMock) -> None:
    """These tell it as well, for text and for files."""
    for command in ("export", "clock"):
        code, told = said(command, "--url", losant.url)
        assert (code, told.count("\n")) == (1, 1)
        assert "stdout cannot be written" in told


def test_a_closed_stdout() -> None:
    """It is told in one line as well, for nothing was printed."""
    result = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *COMMAND, "schema"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    told = "Error: stdout cannot be written: Bad file descriptor\n"
    assert (result.returncode, result.stderr) == (1, told)
