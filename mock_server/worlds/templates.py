"""States that worlds can start with, other than the one of the server's settings."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mock_server.jsonio import canonical
from mock_server.seeds.documents import FixtureDocument
from mock_server.seeds.files import Source, read_inline, read_sources
from mock_server.seeds.formats import shipped_sets
from mock_server.seeds.mistakes import Content, Mistake
from mock_server.worlds.world import Snapshot

_KEPT = 16


@dataclass(frozen=True)
class WorldTemplate:
    """What a world starts with: ``fixtures`` instead of the server's own, and generated users.

    A fixture is the name of a built-in set, or a seed document.
    """

    fixtures: Sequence[str | Mapping[str, Any]] | None = None
    generate: int = 0

    @property
    def is_usual(self) -> bool:
        """Whether this is the server's own start state."""
        return self.fixtures is None and not self.generate

    @cached_property
    def key(self) -> str:
        """The same text for templates that are equal."""
        text = canonical([self.fixtures, self.generate])
        return hashlib.sha256(text.encode()).hexdigest()

    def sources(self) -> list[Source]:
        """Return the documents."""
        fixtures = enumerate(self.fixtures or ())
        return [one for index, name in fixtures for one in _read(f"fixtures[{index}]", name)]


def _read(place: str, fixture: str | Mapping[str, Any]) -> list[Source]:
    if not isinstance(fixture, str):
        return [read_inline(place, fixture)]
    shipped = shipped_sets()
    if fixture not in shipped:
        problem = f'unknown fixture set "{fixture}" (built-in: {", ".join(shipped)})'
        return [Content(place, FixtureDocument(), mistakes=[Mistake(place, None, (), problem)])]
    return read_sources([str(shipped[fixture])])


class WorldTemplates:
    """The states of the last few templates: many tests start with the same one."""

    def __init__(self) -> None:
        self._kept: dict[str, Snapshot] = {}

    async def get(
        self, template: WorldTemplate, make: Callable[[WorldTemplate], Awaitable[Snapshot]]
    ) -> Snapshot:
        """Return the state of a template; made if it is not kept."""
        snapshot = self._kept.pop(template.key, None) or await make(template)
        self._kept[template.key] = snapshot
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return snapshot
