"""Servers in other processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_COMMAND = [sys.executable, "-m", "mock_server", "serve", "--log-format", "json"]


@dataclass(frozen=True)
class Served:
    """A server that runs in a process of its own."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serve(*arguments: str, port: int = 0) -> Iterator[Served]:
    """Run ``mock-server serve`` until the end of the block."""
    process = subprocess.Popen(
        [*_COMMAND, "--port", str(port), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the server did not start"
        yield Served(json.loads(line)["url"], process)
    finally:
        process.kill()
        process.communicate()
