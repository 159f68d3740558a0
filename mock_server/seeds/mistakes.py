"""Mistakes in seed documents, and what may be given only once.

Mistakes are collected, so that all of them are reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mock_server.domain.ids import ObjectIds
from mock_server.schemas.error_messages import Path, path_text
from mock_server.text import fold

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Mistake:
    """One mistake: the document, the line (from 1, if known), the place in the document, why.

    ``source`` is the name of the document, empty if there is only one and it has none. ``reason``
    is the rest of a sentence that begins with the place.
    """

    source: str
    line: int | None
    path: Path
    reason: str

    def __str__(self) -> str:
        place = path_text(self.path)
        text = f"{self._origin()}{place + ' ' if place else ''}{self.reason}"
        # Texts of the document may be quoted, with characters that cannot be printed.
        printable = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
        return printable.encode(errors="backslashreplace").decode()

    def _origin(self) -> str:
        if self.line:
            return f"{self.source}:{self.line}: " if self.source else f"line {self.line}: "
        return f"{self.source}: " if self.source else ""


T = TypeVar("T")

Locate = Callable[[Path], tuple[int | None, Path]]
"""Returns the line of a place in a document, if known, and the path of it as the file has it."""


def _nowhere(path: Path) -> tuple[int | None, Path]:
    return None, path


@dataclass(frozen=True)
class Content(Generic[T]):
    """The content of a seed file: its value, where its parts are, and the mistakes found so far."""

    name: str
    value: T = field(repr=False)
    locate: Locate = field(default=_nowhere, repr=False)
    mistakes: Sequence[Mistake] = ()

    def mistake(self, path: Path, reason: str) -> Mistake:
        """Return a mistake at a place in this document."""
        line, shown = self.locate(path)
        return Mistake(self.name, line, shown, reason)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document."""

    source: Content[Any]
    path: Path

    def at(self, *path: str | int) -> Place:
        """Return a place inside this one."""
        return Place(self.source, (*self.path, *path))

    def mistake(self, reason: str) -> Mistake:
        """Return a mistake at this place."""
        return self.source.mistake(self.path, reason)

    def both(self, name: str, other: str) -> Mistake:
        """Return the mistake of giving two properties of which only one is allowed."""
        return self.at(name).mistake(f"cannot be given together with {other}")

    def without(self, name: str, needed: str) -> Mistake:
        """Return the mistake of giving a property that means nothing without another."""
        return self.at(name).mistake(f"is given without {needed}")

    def unknown(self, kind: str, name: str) -> Mistake:
        """Return the mistake of referring to something that does not exist."""
        return self.mistake(f'refers to unknown {kind} "{name}"')


class FixtureError(Exception):
    """Seed documents have mistakes, and nothing of them was loaded; ``mistakes`` has all."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


def unreadable(source: str, line: int | None, reason: str) -> FixtureError:
    """Return the error for a file that cannot be decoded."""
    return FixtureError([Mistake(source, line, (), reason)])


class UniqueEmails:
    """The addresses of one application's users, or of all accounts; case does not matter.

    :param in_use: those in the store, folded
    """

    def __init__(self, in_use: Set[str] = frozenset()) -> None:
        self._in_use = in_use
        self._given: set[str] = set()

    def take(self, email: str) -> str | None:
        """Take an address; return what is wrong if it was taken before."""
        folded = fold(email)
        if folded in self._in_use:
            return f'is already in use: "{email}"'
        if folded in self._given:
            return f'is given twice: "{email}" (case does not matter)'
        self._given.add(folded)
        return None


class UniqueIds:
    """The ids of one application's contents, or of all accounts, or of all applications.

    :param in_use: those in the store
    """

    def __init__(
        self, make: ObjectIds, mistakes: list[Mistake], in_use: Set[str] = frozenset()
    ) -> None:
        self._make = make
        self._mistakes = mistakes
        self._in_use = in_use
        self._given: set[str] = set()

    def take(self, given: str | None, created: int, place: Place, *path: str | int) -> str:
        """Return the id that a document gives, or a new one if it gives none.

        :param created: when the thing was created, in milliseconds; part of a new id
        :param place: where the thing is, or the place from which ``path`` leads there
        """
        if given is None:
            return self._make.at(created)
        if given in self._in_use:
            self._mistakes.append(place.at(*path, "id").mistake(f"is already in use: {given}"))
        elif given in self._given:
            self._mistakes.append(place.at(*path, "id").mistake(f"is given twice: {given}"))
        self._given.add(given)
        return given
