"""What seed files can be written as."""

from __future__ import annotations

from pathlib import Path

FORMATS = ("json", "jsonl", "yaml")

SUFFIXES = {**{f".{name}": name for name in FORMATS}, ".yml": "yaml"}
"""What is written to a file, by the end of its name."""


def format_of(path: Path) -> str | None:
    """Return what is written to a file of this name; None if that does not say so."""
    return SUFFIXES.get(path.suffix.lower())
