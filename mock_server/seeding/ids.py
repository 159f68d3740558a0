"""Ids that documents give, and those that they leave to the mock."""

from __future__ import annotations

from collections.abc import Set

from mock_server.domain.ids import ObjectIds
from mock_server.seeding.mistakes import Mistake, Place


class GivenIds:
    """The ids of one application's contents, or of all accounts, or of all applications."""

    def __init__(self, make: ObjectIds, in_use: Set[str] = frozenset()) -> None:
        """Begin with the ids that the world has already."""
        self.mistakes: list[Mistake] = []
        self._make = make
        self._in_use = in_use
        self._given: set[str] = set()

    def take(self, place: Place, given: str | None, created: int) -> str:
        """Return the id that was given, or a new one as if it were made at ``created``."""
        if given is None:
            return self._make.at(created)
        if given in self._in_use:
            self.mistakes.append(place.at("id").mistake(f"is in use already: {given}"))
        elif given in self._given:
            self.mistakes.append(place.at("id").mistake(f"is given twice: {given}"))
        self._given.add(given)
        return given
