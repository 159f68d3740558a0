"""All actions of the real API, mocked or not: their names, methods and paths."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import unquote

Form = tuple[str, ...]
"""The segments of a path; an empty one stands for a parameter."""


@dataclass(frozen=True)
class Action:
    """An action of the API, such as ``experienceUsers.get``; its path has ``{parameters}``."""

    name: str
    method: str
    path: str
    places: Mapping[str, int]
    """The parameters of the path, each with the index of its segment."""

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Action:
        """Return the action of a row of the table."""
        parts = enumerate(row["path"].split("/")[1:])
        places = {part.strip("{}"): index for index, part in parts if part.startswith("{")}
        return cls(row["action"], row["method"], row["path"], places)

    @property
    def resource(self) -> str:
        """The first part of the name, such as ``experienceUsers``."""
        return self.name.partition(".")[0]

    @property
    def form(self) -> Form:
        """The segments of the path, with nothing in the place of parameters."""
        segments = self.path.split("/")[1:]
        return tuple("" if segment.startswith("{") else segment for segment in segments)


class Catalog:
    """Finds actions by method and path."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self.actions: Mapping[str, Action] = {action.name: action for action in actions}
        self._found: dict[tuple[str, Form], Action] = {}
        self._places: dict[int, set[tuple[int, ...]]] = defaultdict(set)
        for action in self.actions.values():
            self._found[action.method, action.form] = action
            self._places[len(action.form)].add(tuple(action.places.values()))
        # Where several forms fit a path, the one with fixed segments further left wins.
        self._tried: Mapping[int, Sequence[tuple[int, ...]]] = {
            length: sorted(places, key=lambda one: [index in one for index in range(length)])
            for length, places in self._places.items()
        }

    def find(self, method: str, segments: Sequence[str]) -> Action | None:
        """Return the action of a request, or None if there is none for this method and path.

        :param segments: as :func:`segments_of` returns them
        """
        for places in self._tried.get(len(segments), ()):
            form = list(segments)
            for index in places:
                form[index] = ""
            action = self._found.get((method, tuple(form)))
            if action is not None:
                return action
        return None

    def methods(self, segments: Sequence[str]) -> list[str]:
        """Return the methods that a path has, in alphabetical order."""
        methods = sorted({action.method for action in self.actions.values()})
        return [method for method in methods if self.find(method, segments)]


def segments_of(path: str) -> tuple[str, ...]:
    """Return the segments of a path as it was sent, decoded; a slash at its end does not count.

    A slash that was sent as ``%2F`` belongs to its segment.
    """
    segments = path.removesuffix("/").split("/")[1:]
    return tuple(map(unquote, segments) if "%" in path else segments)


@cache
def catalog() -> Catalog:
    """Return the catalogue of the real API."""
    rows = json.loads((files("mock_server") / "data" / "routes.json").read_text())
    return Catalog(map(Action.of, rows))
