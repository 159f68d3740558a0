"""What worlds can begin with, besides the seed of the server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mock_server.seeds.files import Source, read_inline, read_sources, shipped_sets
from mock_server.seeds.mistakes import Mistake
from mock_server.worlds.snapshots import Snapshot

_KEPT = 16


@dataclass(frozen=True)
class WorldTemplate:
    """What a world is to hold: ``fixtures`` instead of the server's seed, and made-up users.

    A fixture is the name of a shipped set, or a seed document.
    """

    fixtures: Sequence[str | Mapping[str, Any]] | None = None
    generate: int = 0

    @property
    def is_usual(self) -> bool:
        """Whether this is the server's seed and nothing else."""
        return self.fixtures is None and not self.generate

    @cached_property
    def key(self) -> str:
        """What beginnings that are alike have in common."""
        text = json.dumps([self.fixtures, self.generate], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def sources(self) -> tuple[list[Source], list[Mistake]]:
        """Return the documents, and what is wrong with them."""
        sources: list[Source] = []
        mistakes: list[Mistake] = []
        for index, fixture in enumerate(self.fixtures or ()):
            found, wrong = _read(f"fixtures[{index}]", fixture)
            sources += found
            mistakes += wrong
        return sources, mistakes


def _read(place: str, fixture: str | Mapping[str, Any]) -> tuple[list[Source], list[Mistake]]:
    if not isinstance(fixture, str):
        source, mistakes = read_inline(place, fixture)
        return [source], mistakes
    shipped = shipped_sets()
    if fixture not in shipped:
        problem = f'names no shipped set ({", ".join(shipped)}): "{fixture}"'
        return [], [Mistake(place, None, (), problem)]
    return read_sources([str(shipped[fixture])])


class WorldTemplates:
    """The last few states that were made to begin with: many tests begin alike."""

    def __init__(self) -> None:
        self._kept: dict[str, Snapshot] = {}

    async def get(
        self, wanted: WorldTemplate, make: Callable[[WorldTemplate], Awaitable[Snapshot]]
    ) -> Snapshot:
        """Return the state for a beginning, made if it is not kept."""
        snapshot = self._kept.pop(wanted.key, None) or await make(wanted)
        self._kept[wanted.key] = snapshot
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return snapshot
