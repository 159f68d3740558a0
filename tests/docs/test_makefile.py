"""The Makefile says what is missing, before it leaves anything half-done behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.documents import README, ROOT, blocks
from tests.tools import needs

VENV = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
FAKES = {
    "broken": "exit 127",
    "old": 'case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac',
    "bare": f'case "$*" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"',
}
"""Shell scripts that stand in for Python."""


@pytest.mark.parametrize(
    ("python", "told"),
    [
        ("", ["Python 3.11 or later is needed.", "apt-get install python3 python3-venv"]),
        ("/nowhere/python", ["/nowhere/python cannot be run", "apt-get install python3"]),
        ("./broken", ["./broken cannot be run", "apt-get install python3 python3-venv"]),
        ("./old", ["./old is Python 3.9.2.", "make PYTHON=python3.12"]),
        ("./bare", ["./bare does not have it", f"apt-get install {VENV}"]),
    ],
)
@needs("make")
def test_what_is_missing(python: str, told: list[str], tmp_path: Path) -> None:
    """``make`` names it and how to get it, and writes nothing."""
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for name, script in FAKES.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    before = sorted(tmp_path.iterdir())
    run = subprocess.run(
        ["make", "serve", f"PYTHON={python}"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert run.returncode != 0
    assert [text for text in told if text not in run.stderr] == []
    assert "Installing" not in run.stdout
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_needed_is_documented() -> None:
    """The README names the packages of Debian that the first command needs."""
    (line,) = [line for line in blocks(README, "sh")[0].splitlines() if "apt-get" in line]
    assert set(line.split()) >= {"git", "make", "python3", "python3-venv", "curl"}
