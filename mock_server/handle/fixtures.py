"""Fixtures as the control plane takes them: names of shipped sets, and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Fixtures = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]
"""A shipped set by name, a file or directory by path, a document; or several of them."""


def documents(fixtures: Fixtures) -> list[str | Mapping[str, Any]]:
    """Return the fixtures as the control plane takes them."""
    several = [fixtures] if isinstance(fixtures, str | Mapping) else list(fixtures)
    return several
