"""From method and path to the action that they name: all actions of the real API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Route:
    """An action, and where in its path the parameters stand: name → index of the segment."""

    action: str
    parameters: Mapping[str, int]

    def values(self, segments: Sequence[str]) -> dict[str, str]:
        """Return the parameters of a path that this route was found for, in their order."""
        return {name: segments[index] for name, index in self.parameters.items()}


@dataclass
class _Node:
    """A place in the tree of paths: what may follow, and the route that ends here."""

    fixed: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    route: Route | None = None

    def after(self, segment: str) -> _Node:
        """Return the place after a segment of a pattern, made if it is new."""
        if segment.startswith("{"):
            self.parameter = self.parameter or _Node()
            return self.parameter
        return self.fixed.setdefault(segment, _Node())

    def find(self, segments: Sequence[str]) -> Route | None:
        """Return the route of a path; a fixed segment wins over a parameter."""
        if not segments:
            return self.route
        first, *rest = segments
        fixed = self.fixed.get(first)
        found = fixed.find(rest) if fixed else None
        if found is None and self.parameter is not None and first:
            return self.parameter.find(rest)
        return found


class Routes:
    """A table of routes."""

    def __init__(self, table: Sequence[Mapping[str, str]]) -> None:
        self._roots: dict[str, _Node] = {}
        self.actions = frozenset(row["action"] for row in table)
        for row in table:
            segments = row["path"].split("/")[1:]
            node = self._roots.setdefault(row["method"], _Node())
            for segment in segments:
                node = node.after(segment)
            places = {s.strip("{}"): i for i, s in enumerate(segments) if s.startswith("{")}
            node.route = Route(row["action"], places)

    def find(self, method: str, segments: Sequence[str]) -> Route | None:
        """Return the route, or None if there is none for this method and path."""
        root = self._roots.get(method)
        return root.find(segments) if root else None


@cache
def real_routes() -> Routes:
    """Return the routes of all actions of the real API, mocked or not."""
    return Routes(json.loads((files("mock_server") / "data" / "routes.json").read_text()))
