"""What stands in a file, before its form is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_server.seeds.mistakes import Mistake, Path

Locate = Callable[[Path], tuple[int | None, Path]]
"""Returns the line of a place in a document, if it has one, and what the place is called there."""


def nowhere(path: Path) -> tuple[int | None, Path]:
    """Locate a place in a document that has no lines."""
    return None, path


@dataclass(frozen=True)
class Content:
    """Decoded values, where they stand, and what could not be decoded."""

    name: str
    value: Any = field(repr=False)
    locate: Locate = nowhere
    mistakes: Sequence[Mistake] = ()

    def mistake(self, path: Path, reason: str) -> Mistake:
        """Return a mistake at a place in this."""
        line, shown = self.locate(path)
        return Mistake(self.name, line, shown, reason)
