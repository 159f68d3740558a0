"""A world: all state of one universe, and the way back to where it began."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mock_server.auth.tokens import Tokens
from mock_server.domain.clock import Clock
from mock_server.domain.ids import ObjectIds
from mock_server.domain.records import Account, ApiToken, Application, Counts
from mock_server.domain.sources import Sources
from mock_server.seeding.build import Seed, load
from mock_server.settings import Settings
from mock_server.store.base import Membership, Store


@dataclass(frozen=True)
class Snapshot:
    """A world as it was; ``sources`` only of a repeatable one."""

    records: Any
    sources: Sources | None


@dataclass(frozen=True)
class Start:
    """Where to begin in a world: the first account, the applications, the first one's tokens."""

    account: Account
    applications: Sequence[tuple[Application, Counts]]
    api_tokens: Sequence[ApiToken]

    @property
    def application(self) -> Application:
        return self.applications[0][0]

    @classmethod
    def of(cls, seed: Seed) -> Start:
        applications = [
            (
                planted.application,
                Counts(len(planted.users), len(planted.groups), len(planted.tokens)),
            )
            for planted in seed.applications
        ]
        return cls(seed.accounts[0], applications, seed.applications[0].tokens)


class World:
    """Records, time, ids and chance, under one group of settings."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Make a world that will hold what the fixtures describe; :meth:`ready` puts it there.

        :raises FixtureError: when the fixtures can not be loaded
        """
        self.settings = settings
        self.store = store
        self.tokens = Tokens(settings.jwt_secret)
        self._sources = Sources.of(settings.seed)
        self._seed: Seed | None = load(settings.fixtures, self._sources)
        self.start = Start.of(self._seed)
        self._seeded: Snapshot | None = None
        self._planting = asyncio.Lock()

    @property
    def clock(self) -> Clock:
        return self._sources.clock

    @property
    def generator(self) -> random.Random:
        return self._sources.generator

    @property
    def ids(self) -> ObjectIds:
        return self._sources.ids

    @property
    def application_id(self) -> str:
        """The id of the first application of the seed."""
        return self.start.application.id

    def token(
        self,
        scopes: tuple[str, ...],
        *,
        application_id: str | None = None,
        lifetime: timedelta | None = None,
    ) -> str:
        """Return a token that grants ``scopes``.

        :param application_id: the only application that it works in; by default it works in all
        :param lifetime: how long it is valid, which may be negative; by default for ever
        """
        now = self.clock.now()
        return self.tokens.sign(
            scopes,
            now,
            application_id=application_id and application_id.lower(),
            expires=None if lifetime is None else now + lifetime // timedelta(milliseconds=1),
        )

    async def ready(self) -> None:
        """Put the seed into the store, the first time this is called."""
        if self._seeded is not None:
            return
        async with self._planting:
            if self._seed is not None:
                await self._plant(self._seed)
                self._seeded = await self.snapshot()
                self._seed = None  # it may be large, and the store has all of it

    async def _plant(self, seed: Seed) -> None:
        for account in seed.accounts:
            await self.store.add_account(account)
        for planted in seed.applications:
            await self.store.add_application(planted.application)
            for group in planted.groups:
                await self.store.add_group(group, Membership(()))
            for user, group_ids in planted.users:
                await self.store.add_user(user, Membership(group_ids))
            for token in planted.tokens:
                await self.store.add_api_token(token)

    async def snapshot(self) -> Snapshot:
        """Return the present state, to go back to with :meth:`restore`, any number of times."""
        repeatable = self.settings.seed is not None
        return Snapshot(
            await self.store.save(), copy.deepcopy(self._sources) if repeatable else None
        )

    async def restore(self, snapshot: Snapshot) -> None:
        """Go back to a state. In a repeatable world ids and time go back too; else they go on."""
        await self.store.restore(snapshot.records)
        if snapshot.sources is not None:
            self._sources = copy.deepcopy(snapshot.sources)

    async def reset(self) -> None:
        """Go back to the state when seeding ended."""
        await self.ready()
        if self._seeded is not None:
            await self.restore(self._seeded)
