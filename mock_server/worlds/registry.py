"""All worlds of one server: the one that needs no name, and the sandboxes."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from mock_server.auth.tokens import Tokens
from mock_server.domain.context import WorldContext
from mock_server.domain.progress import Progress, no_progress
from mock_server.generate import check_locales
from mock_server.seeds.build import load
from mock_server.seeds.records import SeedRecords, insert
from mock_server.settings import Settings
from mock_server.store.base import Store
from mock_server.worlds.snapshots import Snapshot, Start
from mock_server.worlds.state import generate, put
from mock_server.worlds.templates import WorldTemplate, WorldTemplates
from mock_server.worlds.world import World

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
"""What a sandbox or a snapshot can be called."""

_REMEMBERED = 100_000
"""How many deleted sandboxes are known to have been deleted."""


class SandboxDeleted(Exception):
    """The sandbox existed and was deleted."""


class SandboxExists(Exception):
    """There is a sandbox of this name."""


class InvalidName(Exception):
    """Nothing can be called so."""


def is_name(name: str) -> bool:
    """Tell whether a sandbox or a snapshot can be called so."""
    return re.fullmatch(NAME, name) is not None


@dataclass
class _Deleted:
    """The names of deleted sandboxes, up to a number, the oldest forgotten first."""

    names: dict[str, None] = field(default_factory=dict)

    def add(self, name: str) -> None:
        self.names[name] = None
        if len(self.names) > _REMEMBERED:
            del self.names[next(iter(self.names))]


class Worlds:
    """Worlds of one group of settings, which know nothing of each other."""

    def __init__(
        self,
        settings: Settings,
        make_store: Callable[[], Store],
        progress: Progress = no_progress,
    ) -> None:
        """Make the main world, which will hold what the fixtures describe after :meth:`ready`.

        :param progress: told how far the fixtures are read, and users made up
        :raises FixtureError: when the fixtures can not be loaded
        :raises ValueError: when a locale is none
        """
        if settings.locales:
            check_locales(settings.locales)
        self._settings = settings
        self._make_store = make_store
        self._tokens = Tokens(settings.jwt_secret)
        context = WorldContext.of(settings.seed)
        self._progress = progress
        self._not_inserted: SeedRecords | None = load(settings.fixtures, context, progress)
        self.main = self._world(None, Start.of(self._not_inserted), context)
        self._seeded: Snapshot | None = None
        self._inserting = asyncio.Lock()
        self._sandboxes: dict[str, World] = {}
        self._deleted = _Deleted()
        self._named = 0
        self._beginnings = WorldTemplates()

    async def ready(self) -> None:
        """Put the seed into the main world, the first time this is called."""
        if self._seeded is None:
            await self.seeded()

    async def seeded(self) -> Snapshot:
        """Return the state in which worlds begin, unless another is asked for."""
        async with self._inserting:
            if self._not_inserted is not None:
                await insert(self.main.store, self._not_inserted)
                await self._generate()
                self._seeded = await self.main.snapshot()
                await self.main.begin_at(self._seeded)
                self._not_inserted = None  # it may be large, and the store has all of it
        if self._seeded is None:
            raise RuntimeError("the seed could not be planted")
        return self._seeded

    async def _generate(self) -> None:
        """Add the made-up users that the settings ask for to what is planted."""
        count, main = self._settings.generate, self.main
        if count:
            await generate(
                main,
                count,
                main.application_id,
                seed=self._settings.seed,
                progress=self._progress,
            )
            main.start = await main.start.counted(main.store)

    async def beginning(self, wanted: WorldTemplate) -> Snapshot:
        """Return the state in which a world begins that is to hold this.

        :raises FixtureError: when the fixtures can not be loaded
        """
        return await (
            self.seeded() if wanted.is_usual else self._beginnings.get(wanted, self._made)
        )

    async def _made(self, wanted: WorldTemplate) -> Snapshot:
        """Return the state of a world that was made for nothing else."""
        sources = wanted.sources()
        seeded = await self.seeded()
        world = self._world(None, seeded.start, seeded.context_of_new_world())
        await world.begin_at(seeded)
        if wanted.fixtures is not None:
            await put(world, sources)
        if wanted.generate:
            await generate(world, wanted.generate, world.application_id)
        return await world.snapshot()

    def sandboxes(self) -> tuple[World, ...]:
        """Return the sandboxes, oldest first."""
        return tuple(self._sandboxes.values())

    def sandbox(self, name: str) -> World | None:
        """Return a sandbox that exists, or None."""
        return self._sandboxes.get(name)

    def new_name(self) -> str:
        """Return a name that no sandbox has; in repeatable worlds the same in every run."""
        if self._settings.seed is None:
            return f"sandbox-{secrets.token_hex(6)}"
        self._named += 1
        return f"sandbox-{self._named}"

    async def get_or_create(self, name: str) -> World:
        """Return a sandbox, made if there never was one of this name.

        :raises SandboxDeleted: when there was
        :raises InvalidName: when there can not be one
        """
        world = self._sandboxes.get(name)
        if world is not None:
            return world
        if name in self._deleted.names:
            raise SandboxDeleted(name)
        try:
            return await self.create(name, await self.seeded())
        except SandboxExists:  # somebody else was quicker
            return self._sandboxes[name]

    async def create(self, name: str, seeded: Snapshot) -> World:
        """Make a sandbox that begins in a state; one of this name may have been deleted before.

        :raises SandboxExists: when there is one of this name
        :raises InvalidName: when there can not be one
        """
        if not is_name(name):
            raise InvalidName(name)
        world = self._world(name, seeded.start, seeded.context_of_new_world())
        await world.begin_at(seeded)
        if name in self._sandboxes:
            raise SandboxExists(name)
        self._deleted.names.pop(name, None)
        self._sandboxes[name] = world
        return world

    def delete(self, name: str) -> bool:
        """Delete a sandbox, and tell whether there was one.

        Requests to it are refused from then on, even if the first is still to come.
        """
        if is_name(name):
            self._deleted.add(name)
        world = self._sandboxes.pop(name, None)
        if world is not None:
            world.end()
        return world is not None

    def _world(self, name: str | None, start: Start, context: WorldContext) -> World:
        return World(
            name,
            self._settings,
            tokens=self._tokens,
            store=self._make_store(),
            start=start,
            context=context,
        )
