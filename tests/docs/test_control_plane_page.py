"""docs/control-plane.md: every curl line does what it says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from mock_server import MockServer
from mock_server.faults.kinds import KINDS, Fault
from tests.docs.documents import CONTROL_PLANE, command_lines
from tests.tools import needs

SHOWN_URL = "http://127.0.0.1:8080"
REFUSED = "/applications/"
"""What is asked for without a token, to have something in the journal."""

GROUPS = [
    "health",
    "ready",
    "info",
    "tokens",
    "sandboxes",
    "schema",
    "state",
    "generate",
    "users",
    "groups",
    "reset",
    "snapshots",
    "requests",
    "requests/verify",
    "faults",
    "clock",
]


@needs("curl")
def test_curl_lines(tmp_path: Path) -> None:
    """The lines, one after the other against one server, are all answered as they should be."""
    with MockServer(fixtures=["demo"]) as server:
        for line in command_lines(CONTROL_PLANE, "curl"):
            command = line.replace(SHOWN_URL, server.url) + " -sS -w '\\n%{http_code}'"
            answer = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30,
            ).stdout  # fmt: skip
            refused = REFUSED in line
            assert (int(answer.splitlines()[-1]) >= 400) is refused, f"{line}\n{answer}"


def test_every_group_has_a_line() -> None:
    """Every group of operations is shown."""
    text = "\n".join(command_lines(CONTROL_PLANE, "curl"))
    assert [group for group in GROUPS if not re.search(rf"/_mock/{group}\b", text)] == []


def test_kinds_of_faults() -> None:
    """The table has every kind of fault with the properties that it has."""
    text = CONTROL_PLANE.read_text()
    for kind, model in KINDS.items():
        row = re.search(rf"^\| `{kind}` \|.*\|(.*)\|$", text, re.M)
        assert row is not None, kind
        own = set(model.model_fields) - set(Fault.model_fields)
        names = {model.model_fields[name].alias or name for name in own}
        assert set(re.findall(r"`(\w+)`", row[1])) == names
    assert len(re.findall(r"^\| `", text, re.M)) == len(KINDS)


@pytest.mark.parametrize("name", sorted(set(Fault.model_fields) - {"kind"}))
def test_whom_and_when(name: str) -> None:
    """Whom faults strike and when is told with every property."""
    assert f"`{name}`" in CONTROL_PLANE.read_text()
