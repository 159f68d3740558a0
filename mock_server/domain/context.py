"""Where a world's time, chance and ids come from."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mock_server.domain.clock import Clock
from mock_server.domain.ids import ObjectIds

SEEDED_RUN_BEGINS = 1_704_067_200_000
"""2024-01-01T00:00:00Z: when the clock of a repeatable run starts."""


@dataclass
class WorldContext:
    """Time, chance and ids of one world."""

    clock: Clock
    generator: random.Random
    ids: ObjectIds

    @classmethod
    def of(cls, seed: int | None) -> WorldContext:
        """Return the context of a new world; two with the same seed give the same values."""
        clock = Clock(None if seed is None else SEEDED_RUN_BEGINS)
        generator = random.Random(seed)  # noqa: S311 - test data
        return cls(clock, generator, ObjectIds(clock, generator))

    def copy(self) -> WorldContext:
        """Return a context that gives the same values from here on."""
        clock = self.clock.copy()
        generator = random.Random(0)  # noqa: S311 - test data
        generator.setstate(self.generator.getstate())
        return WorldContext(clock, generator, self.ids.copy(clock))
