"""Ids that look like MongoDB object ids: 24 hexadecimal digits."""

from __future__ import annotations

import random
import re
from copy import copy

from mock_server.domain.clock import Clock

_OBJECT_ID = re.compile("[A-Fa-f0-9]{24}")

# The ids in Losant's documents, so that examples copied from there work.
DEFAULT_APPLICATION_ID = "575ec8687ae143cd83dc4a97"
DEFAULT_OWNER_ID = "575ed70c7ae143cd83dc4aa9"


def is_object_id(text: str) -> bool:
    """Return whether ``text`` is 24 hexadecimal digits, in either case."""
    return _OBJECT_ID.fullmatch(text) is not None


class ObjectIds:
    """Makes ids: 4 bytes of seconds, 5 bytes of this generator's own, 3 bytes of a counter.

    Ids of one generator are unique and, within 16 million of each other, sort by age.
    """

    def __init__(self, clock: Clock, generator: random.Random) -> None:
        self._clock = clock
        self._process = f"{generator.getrandbits(40):010x}"
        self._counter = generator.getrandbits(16)

    def copy(self, clock: Clock) -> ObjectIds:
        """Return a generator that makes the same ids from here on, by another clock."""
        twin = copy(self)
        twin._clock = clock
        return twin

    def next(self) -> str:
        """Return a new id, in lower case."""
        return self.at(self._clock.now())

    def at(self, instant: int) -> str:
        """Return a new id as if it were made at ``instant`` (milliseconds)."""
        self._counter = (self._counter + 1) & 0xFFFFFF
        seconds = (instant // 1000) & 0xFFFFFFFF
        return f"{seconds:08x}{self._process}{self._counter:06x}"
