"""Saved states of a world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mock_server.domain.clock import RUNNING, ClockSetting
from mock_server.domain.context import WorldContext
from mock_server.domain.records import Account, ApiToken, Application, Counts
from mock_server.seeds.records import SeedRecords
from mock_server.store.base import Store


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
        """Return where to begin in a seed; where it has nothing, it is as ``before``."""
        applications = [
            (
                planted.application,
                Counts(len(planted.users), len(planted.groups), len(planted.tokens)),
            )
            for planted in seed.applications
        ]
        if before is not None and not applications:
            return before
        account = seed.accounts[0] if before is None or seed.accounts else before.account
        return cls(account, applications, seed.applications[0].tokens)

    async def counted(self, store: Store) -> Start:
        """Return the same with how much there is of everything by now."""
        applications = [
            (application, await store.counts(application.id))
            for application, _ in self.applications
        ]
        return replace(self, applications=applications)


@dataclass(frozen=True)
class Snapshot:
    """A world as it was. It shares what it holds; nobody changes that.

    ``context`` is that of a repeatable world; others have none, because they go on.
    """

    records: Any
    start: Start
    clock: ClockSetting = RUNNING
    context: WorldContext | None = None

    def context_of_new_world(self) -> WorldContext:
        """Return where the time, chance and ids of a world come from that begins here."""
        return WorldContext.of(None) if self.context is None else self.context.copy()


class Snapshots:
    """Snapshots by name, in the order in which they were saved."""

    def __init__(self) -> None:
        self._saved: dict[str, Snapshot] = {}

    def names(self) -> tuple[str, ...]:
        return tuple(self._saved)

    def get(self, name: str) -> Snapshot | None:
        return self._saved.get(name)

    def put(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot, in place of another of the same name."""
        self._saved.pop(name, None)
        self._saved[name] = snapshot

    def remove(self, name: str) -> bool:
        return self._saved.pop(name, None) is not None
