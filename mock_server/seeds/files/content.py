"""The content of a seed file, decoded, and where its parts are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_server.schemas.error_messages import Path
from mock_server.seeds.documents import FixtureDocument
from mock_server.seeds.mistakes import Mistake

Locate = Callable[[Path], tuple[int | None, Path]]
"""Returns the line of a place in a document, if known, and the path of it as the file has it."""


def nowhere(path: Path) -> tuple[int | None, Path]:
    """Locate a place in a document that has no lines."""
    return None, path


@dataclass(frozen=True)
class Content:
    """The decoded value of a file, and the parts that could not be decoded."""

    name: str
    value: Any = field(repr=False)
    locate: Locate = nowhere
    mistakes: Sequence[Mistake] = ()

    def mistake(self, path: Path, reason: str) -> Mistake:
        """Return a mistake at a place in this file."""
        return _mistake(self, path, reason)


@dataclass(frozen=True)
class Source:
    """A document of the right form, and where its parts are."""

    name: str
    locate: Locate = field(repr=False)
    document: FixtureDocument = field(repr=False)

    def mistake(self, path: Path, reason: str) -> Mistake:
        """Return a mistake at a place in this document."""
        return _mistake(self, path, reason)


def _mistake(text: Content | Source, path: Path, reason: str) -> Mistake:
    line, shown = text.locate(path)
    return Mistake(text.name, line, shown, reason)
