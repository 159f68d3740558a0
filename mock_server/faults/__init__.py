"""Faults: errors, delays and broken connections that are injected into the mocked API.

This module says what faults do to a request, all together.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum


class Corruption(StrEnum):
    """How an answer's body is broken."""

    MALFORMED = "malformed"
    TRUNCATED = "truncated"


class Ending(StrEnum):
    """How a connection ends without an answer."""

    RESET = "reset"
    CLOSE = "close"


@dataclass(frozen=True)
class InjectedAnswer:
    """An error that is answered instead of what the request would get."""

    status: int
    type: str
    message: str


@dataclass
class Injection:
    """What the faults that apply to a request do to it, all together.

    ``faults`` are their ids, ``delay`` is in seconds. ``answer`` or ``ending`` is set by the first
    fault that answers or ends the connection; ``carry_out`` says whether the request is carried
    out all the same. ``headers`` replace those of the answer; their names are in lower case.
    """

    faults: list[str] = field(default_factory=list)
    delay: float = 0.0
    answer: InjectedAnswer | None = None
    ending: Ending | None = None
    carry_out: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    corruption: Corruption | None = None
    bytes_per_second: float | None = None

    @property
    def is_final(self) -> bool:
        """Whether a fault has answered the request or ended the connection."""
        return self.answer is not None or self.ending is not None


@dataclass(frozen=True, slots=True)
class Moment:
    """When a fault may apply: the world's time in milliseconds, and the fault's random source."""

    now: int
    random: random.Random
