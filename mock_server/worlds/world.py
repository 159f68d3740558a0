"""A world: all state of one universe, and the way back to where it began."""

from __future__ import annotations

import random
from datetime import timedelta

from mock_server.auth.principal import Principal
from mock_server.auth.tokens import Tokens, invalid_token
from mock_server.domain.clock import AdjustableClock
from mock_server.domain.context import WorldContext
from mock_server.domain.ids import ObjectIds
from mock_server.faults.faults import Faults
from mock_server.journal.journal import Journal
from mock_server.settings import Settings
from mock_server.store.base import Store
from mock_server.worlds.snapshots import Snapshot, Snapshots, Start


class WorldEnded(Exception):
    """The world was deleted while a request in it waited."""


class World:
    """Records, time, ids and chance, under one group of settings; its requests and its faults."""

    def __init__(
        self,
        name: str | None,
        settings: Settings,
        *,
        tokens: Tokens,
        store: Store,
        start: Start,
        context: WorldContext,
    ) -> None:
        """Make a world of what is in the store; :meth:`begin_at` says where it goes back to.

        :param name: that of its sandbox; None for the world that needs no name
        """
        self.name = name
        self.settings = settings
        self.tokens = tokens
        self.store = store
        self.start = start
        self.journal = Journal(settings.journal_requests, settings.journal_bytes)
        self.faults = Faults()
        self.snapshots = Snapshots()
        self.generation = 0
        """Changes with every reset: a request that waited while it did is one of another time."""
        self.deleted = False
        """Whether it was deleted."""
        self._seeded: Snapshot | None = None
        self._context = context

    @property
    def clock(self) -> AdjustableClock:
        return self._context.clock

    @property
    def generator(self) -> random.Random:
        return self._context.generator

    @property
    def ids(self) -> ObjectIds:
        return self._context.ids

    @property
    def context(self) -> WorldContext:
        return self._context

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
        """Return the present state, to go back to with :meth:`restore`, any number of times."""
        return Snapshot(
            records=await self.store.save(),
            start=self.start,
            clock=self.clock.setting,
            context=self._context.copy() if self._is_repeatable else None,
        )

    async def restore(self, snapshot: Snapshot) -> None:
        """Go back to a state: to its records and to its time. Journal and faults stay.

        In a repeatable world ids and chance go back too; else they go on, so that no id is made
        twice.
        """
        await self.store.restore(snapshot.records)
        self.start = snapshot.start
        if snapshot.context is not None:
            self._context = snapshot.context.copy()
        self.clock.setting = snapshot.clock

    async def begin_at(self, seeded: Snapshot) -> None:
        """Begin in a state, and go back to it with every reset."""
        self._seeded = seeded
        await self.reset()

    async def reset(self) -> None:
        """Go back to the state when seeding ended, with no faults and an empty journal.

        Snapshots stay.
        """
        if self._seeded is not None:
            await self.restore(self._seeded)
        self.journal.clear()
        self.faults = Faults()
        self.generation += 1

    def end(self) -> None:
        """Say that this world is no more: it was deleted."""
        self.deleted = True
        self.generation += 1

    @property
    def _is_repeatable(self) -> bool:
        return self.settings.seed is not None
