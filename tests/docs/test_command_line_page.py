"""docs/command-line.md: the commands do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mock_server import MockServer
from mock_server.cli import COMMANDS
from tests.docs.documents import COMMAND_LINE, blocks


def test_the_commands_work(tmp_path: Path) -> None:
    """The commands, one after the other in one shell, all succeed."""
    (script,) = blocks(COMMAND_LINE, "sh")
    with MockServer() as server:
        paths = [str(Path(sys.executable).parent), os.environ["PATH"]]
        environment = {
            **os.environ,
            "MOCK_SERVER_URL": server.url,
            "PATH": os.pathsep.join(paths),
        }
        run = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        assert server.sandboxes() == []
    assert (tmp_path / "demo.json").read_text().startswith("{")


def test_every_command_is_shown() -> None:
    """Every command but those that other pages show is in the script."""
    (script,) = blocks(COMMAND_LINE, "sh")
    shown = {name for name in COMMANDS if f"mock-server {name}" in script}
    assert set(COMMANDS) - shown == {"serve", "token", "health", "pull"}
