"""The faults of a world."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mock_server.faults import Injection, Moment

if TYPE_CHECKING:
    from mock_server.faults.kinds import Fault, Request


class ActiveFault:
    """A fault of a world: how many requests it matched, and to how many it was applied."""

    def __init__(self, fault_id: str, fault: Fault, source: random.Random) -> None:
        self.id = fault_id
        self.definition = fault.definition()
        """The properties that were given, with secrets hidden."""
        self.matched = 0
        self.applied = 0
        self._fault = fault
        self._random = source

    def apply(self, request: Request, now: int, injection: Injection) -> None:
        """Add to an injection what this fault does to a request, if it applies to it."""
        if not self._fault.applies_to(request):
            return
        self.matched += 1
        moment = Moment(now, self._random)
        if self._fault.is_due(self.matched, moment):
            self._fault.apply(injection, moment)
            self.applied += 1
            injection.faults.append(self.id)


class Faults:
    """The faults of a world, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: dict[str, ActiveFault] = {}
        self._added = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, fault: Fault, source: random.Random) -> ActiveFault:
        """Add a fault. Its own random source is seeded from ``source``, once."""
        self._added += 1
        own = random.Random(source.getrandbits(64))  # noqa: S311 - test data
        active = ActiveFault(f"fault-{self._added}", fault, own)
        self._faults[active.id] = active
        return active

    def get(self, fault_id: str) -> ActiveFault | None:
        return self._faults.get(fault_id)

    def all(self) -> Sequence[ActiveFault]:
        return tuple(self._faults.values())

    def remove(self, fault_id: str) -> bool:
        """Remove a fault, and return whether there was one."""
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Remove all faults. Their ids are not used again before the world is reset."""
        self._faults.clear()

    def apply(self, request: Request, now: int) -> Injection | None:
        """Return what the faults do to a request; None if no fault applies to it.

        Faults apply in the order in which they were added, up to the first that answers or ends
        the connection. Later faults do not count that request; they apply when this one has run
        out.

        :param now: the world's time in milliseconds
        """
        injection = Injection()
        for fault in self._faults.values():
            fault.apply(request, now, injection)
            if injection.is_final:
                break
        return injection if injection.faults else None
