"""What is wrong with fixture documents, told in one go."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

Path = tuple[str | int, ...]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Mistake:
    """One mistake: the document, the line (from 1, if known), the place in the document, why.

    A document that has no name is the only one.
    """

    source: str
    line: int | None
    path: Path
    reason: str

    def __str__(self) -> str:
        name = written(self.path)
        text = f"{self._origin()}{name + ' ' if name else ''}{self.reason}"
        # What is wrong may be quoted, and not everything that JSON can write can be printed.
        printable = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
        return printable.encode(errors="backslashreplace").decode()

    def _origin(self) -> str:
        if self.line:
            return f"{self.source}:{self.line}: " if self.source else f"line {self.line}: "
        return f"{self.source}: " if self.source else ""


class Text(Protocol):
    """Something that mistakes are made in."""

    def mistake(self, path: Path, reason: str) -> Mistake: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document."""

    source: Text
    path: Path

    def at(self, *path: str | int) -> Place:
        """Return a place inside this one."""
        return Place(self.source, (*self.path, *path))

    def mistake(self, reason: str) -> Mistake:
        """Return a mistake here."""
        return self.source.mistake(self.path, reason)


At = Callable[..., Place]
"""Returns a place inside another one, as :meth:`Place.at` does; made only where it is needed."""


class FixtureError(Exception):
    """Fixture documents that can not be loaded; nothing of them was."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


def written(path: Path) -> str:
    """Return a path as one would write it: ``applications[0].users[3].email``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def unreadable(source: str, line: int | None, reason: str) -> FixtureError:
    """Return the error for a file that is no document at all."""
    return FixtureError([Mistake(source, line, (), reason)])
