"""The documents, and the blocks of code in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PYTEST = ROOT / "docs" / "pytest.md"
CONTROL_PLANE = ROOT / "docs" / "control-plane.md"
COMMAND_LINE = ROOT / "docs" / "command-line.md"
CI = ROOT / "docs" / "ci.md"
PULL = ROOT / "docs" / "pull.md"
OPENAPI = ROOT / "docs" / "openapi.json"
SEED_FILE_SCHEMA = ROOT / "docs" / "seed-file.schema.json"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
ALL = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("tests/*/*.md")])
"""All documents, including those for developers."""


def blocks(document: Path, language: str) -> list[str]:
    """Return a document's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(), re.S)


def command_lines(document: Path, program: str) -> list[str]:
    """Return a document's command lines for a program, without comments and line breaks."""
    text = "\n".join(blocks(document, "sh")).replace("\\\n", " ")
    lines = [line.split("  #")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line.startswith(f"{program} ")]
