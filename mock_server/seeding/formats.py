"""What seed files can be written as."""

from __future__ import annotations

from pathlib import Path

FORMATS = ("json", "jsonl", "yaml")

_SUFFIXES = {".yml": "yaml", **{f".{name}": name for name in FORMATS}}


def format_of(path: Path) -> str | None:
    """Return what is written to a file of this name; None if that does not say so."""
    return _SUFFIXES.get(path.suffix.lower())
