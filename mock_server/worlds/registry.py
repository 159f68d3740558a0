"""All worlds of one server: the main world and the sandboxes."""

from __future__ import annotations

import asyncio
import re
import secrets

from mock_server.auth.tokens import Tokens
from mock_server.domain.context import WorldContext
from mock_server.domain.progress import Progress, no_progress
from mock_server.generate import check_locales
from mock_server.seeds.build import load
from mock_server.seeds.records import SeedRecords, insert
from mock_server.settings import Settings
from mock_server.worlds.state import generate, put
from mock_server.worlds.templates import WorldTemplate, WorldTemplates
from mock_server.worlds.world import Snapshot, Start, World

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
"""The pattern of the names of sandboxes and snapshots."""

_REMEMBERED = 100_000
"""How many names of deleted sandboxes are kept."""


class SandboxDeleted(Exception):
    """The sandbox existed and was deleted."""


class SandboxExists(Exception):
    """There is a sandbox of this name."""


class InvalidName(Exception):
    """A sandbox cannot have this name."""


def is_name(name: str) -> bool:
    """Return whether a sandbox or a snapshot can have this name."""
    return re.fullmatch(NAME, name) is not None


class Worlds:
    """Worlds that have the same settings, and nothing else in common."""

    def __init__(self, settings: Settings, progress: Progress = no_progress) -> None:
        """Make the main world; :meth:`ready` adds what the fixtures describe.

        :param progress: called while the fixtures are read, and users are generated
        :raises FixtureError: when the fixtures cannot be loaded
        :raises ValueError: when there is no such locale
        """
        if settings.locales:
            check_locales(settings.locales)
        self._settings = settings
        self._progress = progress
        self._tokens = Tokens(settings.jwt_secret)
        context = WorldContext.of(settings.seed)
        records = load(settings.fixtures, context, progress)
        self._seed: SeedRecords | Snapshot = records
        """The records of the seed until they are inserted: they may be many."""
        self._inserting = asyncio.Lock()
        self.main = self._world(None, Start.of(records), context)
        self._templates = WorldTemplates()
        self._sandboxes: dict[str, World] = {}
        self._deleted: dict[str, None] = {}
        self._named = 0

    async def ready(self) -> None:
        """Add the seed to the main world, the first time this is called."""
        if isinstance(self._seed, SeedRecords):
            await self.seeded()

    async def seeded(self) -> Snapshot:
        """Return the state in which worlds start, unless another is asked for."""
        async with self._inserting:
            if isinstance(self._seed, SeedRecords):
                self._seed = await self._insert(self._seed)
            return self._seed

    async def _insert(self, records: SeedRecords) -> Snapshot:
        """Add the seed, and the generated users of the settings, to the main world."""
        main, settings = self.main, self._settings
        await insert(main.store, records)
        if settings.generate:
            await generate(
                main,
                settings.generate,
                main.application_id,
                seed=settings.seed,
                progress=self._progress,
            )
            main.start = await main.start.counted(main.store)
        seeded = await main.snapshot()
        await main.begin_at(seeded)
        return seeded

    async def beginning(self, template: WorldTemplate) -> Snapshot:
        """Return the state in which a world of this template starts.

        :raises FixtureError: when its fixtures cannot be loaded
        """
        if template.is_usual:
            return await self.seeded()
        return await self._templates.get(template, self._state_of)

    async def _state_of(self, template: WorldTemplate) -> Snapshot:
        """Make a world of a template, and return its state."""
        sources = template.sources()
        seeded = await self.seeded()
        world = self._world(None, seeded.start, seeded.context_of_new_world())
        await world.begin_at(seeded)
        if template.fixtures is not None:
            await put(world, sources)
        if template.generate:
            await generate(world, template.generate, world.application_id)
        return await world.snapshot()

    def sandboxes(self) -> tuple[World, ...]:
        """Return the sandboxes, oldest first."""
        return tuple(self._sandboxes.values())

    def sandbox(self, name: str) -> World | None:
        """Return a sandbox that exists, or None."""
        return self._sandboxes.get(name)

    def new_name(self) -> str:
        """Return a new name for a sandbox; in repeatable worlds, the same in every run."""
        if self._settings.seed is None:
            return f"sandbox-{secrets.token_hex(6)}"
        self._named += 1
        return f"sandbox-{self._named}"

    async def get_or_create(self, name: str) -> World:
        """Return a sandbox; it is created if there never was one of this name.

        :raises SandboxDeleted: when it was deleted
        :raises InvalidName: when a sandbox cannot have this name
        """
        world = self._sandboxes.get(name)
        if world is not None:
            return world
        if name in self._deleted:
            raise SandboxDeleted(name)
        try:
            return await self.create(name, await self.seeded())
        except SandboxExists:  # another request was quicker
            return self._sandboxes[name]

    async def create(self, name: str, seeded: Snapshot) -> World:
        """Create a sandbox that starts in a state; the name of a deleted one can be used again.

        :raises SandboxExists: when there is one of this name
        :raises InvalidName: when a sandbox cannot have this name
        """
        if not is_name(name):
            raise InvalidName(name)
        world = self._world(name, seeded.start, seeded.context_of_new_world())
        await world.begin_at(seeded)
        if name in self._sandboxes:
            raise SandboxExists(name)
        self._deleted.pop(name, None)
        self._sandboxes[name] = world
        return world

    def delete(self, name: str) -> bool:
        """Delete a sandbox, and return whether there was one.

        From then on, requests to it are refused, even if it never existed.
        """
        if is_name(name):
            self._deleted[name] = None
            if len(self._deleted) > _REMEMBERED:
                del self._deleted[next(iter(self._deleted))]
        world = self._sandboxes.pop(name, None)
        if world is not None:
            world.end()
        return world is not None

    def _world(self, name: str | None, start: Start, context: WorldContext) -> World:
        return World(name, self._settings, tokens=self._tokens, start=start, context=context)
