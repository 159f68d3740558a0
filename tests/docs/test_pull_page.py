"""docs/pull.md: its commands work, and its tables are complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from mock_server import MockServer
from mock_server.cli.pull import pull
from mock_server.pull.anonymiser import KEEPABLE
from tests.docs.documents import PULL, blocks

SHOWN_URL = "http://127.0.0.1:8080"


def test_the_commands_work(tmp_path: Path) -> None:
    """The commands succeed one after the other in one shell and write files that can be loaded."""
    (script,) = blocks(PULL, "sh")
    with MockServer(fixtures=["demo"]) as server:
        paths = [str(Path(sys.executable).parent), os.environ["PATH"]]
        run = subprocess.run(
            ["bash", "-e", "-c", script.replace(SHOWN_URL, server.url)],
            cwd=tmp_path, env={**os.environ, "PATH": os.pathsep.join(paths)},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert run.stderr.startswith("No mistakes: ")
        assert run.stderr.count("\n") == 1
        users, groups = list(server.users), [group.name for group in server.groups]
        files = ["one.jsonl", "two.jsonl", "users.jsonl", "users.yaml"]
        assert sorted(path.name for path in tmp_path.iterdir()) == files
        for name in files:
            server.load(tmp_path / name)
            assert len(server.users) == len(users)
            assert not {user.email for user in server.users} & {user.email for user in users}
        assert [group.name for group in server.groups] == groups


def test_every_option_is_documented() -> None:
    """The table has each option with its environment variable."""
    rows = re.findall(r"^\| `(--[a-z-]+)`.*? \| (?:`(\w+)`)? ?\|", PULL.read_text(), re.M)
    options = {max(one.opts, key=len): one.envvar or "" for one in pull.params}
    assert dict(rows) == options


def test_all_names_for_keep_are_documented() -> None:
    """The table has each name that --keep accepts."""
    kept = re.findall(r"^\| [^`|]+ \|.*\| (`[^|]+) \|$", PULL.read_text(), re.M)
    names = re.findall(r"`([A-Za-z.]+)`", " ".join(kept))
    assert set(names) >= set(KEEPABLE)
