"""A world: all state that a sandbox has of its own, and its saved states."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mock_server.auth.scopes import Principal
from mock_server.auth.tokens import Tokens, invalid_token
from mock_server.domain.clock import RUNNING, Clock, ClockSetting
from mock_server.domain.context import WorldContext
from mock_server.domain.ids import ObjectIds
from mock_server.domain.records import Account, ApiToken, Application, Counts
from mock_server.faults.faults import Faults
from mock_server.journal.journal import Journal
from mock_server.seeds.records import SeedRecords
from mock_server.settings import Settings
from mock_server.store import Store


class WorldEnded(Exception):
    """The world was deleted while a request in it waited."""


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
    def of(cls, seed: SeedRecords, before: Start | None = None) -> Start:
        """Return where to begin in a seed; what it does not have is taken from ``before``."""
        applications = [
            (
                seeded.application,
                Counts(len(seeded.users), len(seeded.groups), len(seeded.tokens)),
            )
            for seeded in seed.applications
        ]
        if before is not None and not applications:
            return before
        account = seed.accounts[0] if before is None or seed.accounts else before.account
        return cls(account, applications, seed.applications[0].tokens)

    async def counted(self, store: Store) -> Start:
        """Return the same with the present numbers of records."""
        applications = [
            (application, await store.counts(application.id))
            for application, _ in self.applications
        ]
        return replace(self, applications=applications)


@dataclass(frozen=True)
class Snapshot:
    """A saved state of a world. It shares its records with the world.

    ``context`` is None unless the world is repeatable: in other worlds, ids and chance go on.
    """

    records: Any
    start: Start
    clock: ClockSetting = RUNNING
    context: WorldContext | None = None

    def context_of_new_world(self) -> WorldContext:
        """Return the context of a new world that starts in this state."""
        return WorldContext.of(None) if self.context is None else self.context.copy()


class World:
    """Records, time, ids and chance, under one group of settings; its requests and its faults."""

    def __init__(
        self,
        name: str | None,
        settings: Settings,
        *,
        tokens: Tokens,
        start: Start,
        context: WorldContext,
    ) -> None:
        """Make a world without records; :meth:`begin_at` adds those that it starts with.

        :param name: that of its sandbox; None for the main world
        """
        self.name = name
        self.settings = settings
        self.tokens = tokens
        self.start = start
        self.context = context
        self.store = Store()
        self.journal = Journal(settings.journal_requests, settings.journal_bytes)
        self.faults = Faults()
        self.snapshots: dict[str, Snapshot] = {}
        """Saved states by name, the oldest first."""
        self.generation = 0
        """Changes with every reset, so that a request that waited can see that there was one."""
        self.deleted = False
        self._seeded: Snapshot | None = None

    @property
    def clock(self) -> Clock:
        return self.context.clock

    @property
    def generator(self) -> random.Random:
        return self.context.generator

    @property
    def ids(self) -> ObjectIds:
        return self.context.ids

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
        :param lifetime: how long it is valid, which may be negative; by default forever
        """
        now = self.clock.now()
        return self.tokens.sign(
            scopes,
            now,
            application_id=application_id and application_id.lower(),
            expires=None if lifetime is None else now + lifetime // timedelta(milliseconds=1),
        )

    async def principal_of(self, token: str) -> Principal:
        """Return whose token this is.

        :raises Unauthorized: when the token is not valid now, or was revoked
        """
        principal = self.tokens.read(token, self.clock.now())
        if principal.api_token_id is not None:
            application_id = principal.application_id or ""
            record = await self.store.api_token(application_id, principal.api_token_id)
            if record is None or record.status != "active":
                raise invalid_token()
        return principal

    async def snapshot(self) -> Snapshot:
        """Return the present state, for :meth:`restore`."""
        return Snapshot(
            records=await self.store.save(),
            start=self.start,
            clock=self.clock.setting,
            context=self.context.copy() if self.settings.seed is not None else None,
        )

    async def restore(self, snapshot: Snapshot) -> None:
        """Go back to the records and the clock of a state, any number of times.

        Journal and faults stay. In a repeatable world, ids and chance go back too; otherwise they
        go on, so that no id is used twice.
        """
        await self.store.restore(snapshot.records)
        self.start = snapshot.start
        if snapshot.context is not None:
            self.context = snapshot.context.copy()
        self.clock.setting = snapshot.clock
        self.generation += 1

    async def begin_at(self, seeded: Snapshot) -> None:
        """Start in a state, and go back to it with every reset."""
        self._seeded = seeded
        await self.reset()

    async def reset(self) -> None:
        """Go back to the state when seeding ended, with no faults and an empty journal.

        Snapshots stay.
        """
        if self._seeded is not None:
            await self.restore(self._seeded)
        self.generation += 1
        self.journal.clear()
        self.faults = Faults()

    def end(self) -> None:
        """Mark this world as deleted."""
        self.deleted = True
        self.generation += 1
