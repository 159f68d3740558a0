"""docs/command-line.md: the commands do what they say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_server import MockServer
from mock_server.cli import COMMANDS, main
from tests.docs.documents import COMMAND_LINE, blocks
from tests.tools import needs


def run_line(line: str, environment: dict[str, str]) -> None:
    """Run a line of the script in this process: a command, perhaps with a pipe or a redirection."""
    command, _, path = line.partition(" > ")
    echo, _, command = command.rpartition(" | ")
    stdin = shlex.split(echo)[1] if echo else None
    variable = re.fullmatch(r"export (\w+)=\$\((.*)\)", command)
    _, *arguments = shlex.split(variable[2] if variable else command)
    result = CliRunner().invoke(main, arguments, input=stdin, env=environment)
    assert result.exit_code == 0, f"{line}\n{result.output}"
    if variable:
        environment[variable[1]] = result.stdout.strip()
    if path:
        Path(path).write_text(result.stdout)


def test_the_commands_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands, one after the other, all succeed, and leave no sandbox behind."""
    (script,) = blocks(COMMAND_LINE, "sh")
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    monkeypatch.chdir(tmp_path)
    with MockServer() as server:
        environment = {"MOCK_SERVER_URL": server.url}
        for line in lines:
            if line == "unset MOCK_SERVER_URL":
                assert environment.pop("MOCK_SERVER_URL") != server.url
            else:
                run_line(line, environment)
        assert server.sandboxes() == []
    assert len(lines) > 25
    assert Path("demo.json").read_text().startswith("{")


@pytest.mark.heavy
@needs("bash")
def test_the_script_works(tmp_path: Path) -> None:
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
