"""Injected trouble: which requests it strikes, when, and what it does to them."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from mock_server.jsonio import decode_leniently
from mock_server.query.request_pattern import RequestPattern

SECOND = 1000
"""Milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A request that may be struck, as a pattern sees it; ``body`` is decoded when it is needed."""

    action: str | None
    method: str
    path: str
    query: Mapping[str, Any]
    content: bytes
    token: str | None
    status: None = None

    @cached_property
    def body(self) -> Any:
        """What was sent: JSON if it is some, else text; None for nothing."""
        return decode_leniently(self.content)


class Corruption(StrEnum):
    """What becomes of an answer's body."""

    MALFORMED = "malformed"
    TRUNCATED = "truncated"


class Ending(StrEnum):
    """How a connection ends without an answer."""

    RESET = "reset"
    CLOSE = "close"


@dataclass(frozen=True)
class Answer:
    """What is answered instead; ``retry_after`` in seconds."""

    status: int
    type: str
    message: str
    retry_after: int | None = None


@dataclass
class Strike:
    """What the faults that struck a request do to it, all together.

    ``delay`` is in seconds. What is answered, or how the connection ends, is decided by the first
    fault that does either; ``carry_out`` says whether the request is carried out all the same.
    """

    faults: list[str] = field(default_factory=list)
    delay: float = 0.0
    answer: Answer | None = None
    ending: Ending | None = None
    carry_out: bool = True
    corruption: Corruption | None = None
    bytes_per_second: float | None = None

    @property
    def is_decided(self) -> bool:
        return self.answer is not None or self.ending is not None


@dataclass(frozen=True)
class Moment:
    """When a fault strikes: the world's time in milliseconds, and the fault's own chance."""

    now: int
    generator: random.Random


class Effect(Protocol):
    """What a fault does."""

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        """Add the effect to a strike; tell whether it did, for some requests may pass."""
        ...


@dataclass(frozen=True)
class RespondWith:
    """Answer an error; with ``carry_out`` after having done what was asked."""

    answer: Answer
    carry_out: bool = False

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        strike.answer, strike.carry_out = self.answer, self.carry_out
        return True


@dataclass(frozen=True)
class Disconnect:
    """End the connection without an answer."""

    ending: Ending
    carry_out: bool = False

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        strike.ending, strike.carry_out = self.ending, self.carry_out
        return True


@dataclass(frozen=True)
class Delay:
    """Wait before doing anything: from ``least`` to ``most`` seconds, evenly."""

    least: float
    most: float

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        strike.delay += moment.generator.uniform(self.least, self.most)
        return True


@dataclass(frozen=True)
class LogNormalDelay:
    """Wait as real networks let one: mostly about ``median`` seconds, and sometimes much longer.

    ``sigma`` is the standard deviation of the delay's logarithm. No delay is longer than ``most``.
    """

    median: float
    sigma: float
    most: float

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        drawn = moment.generator.lognormvariate(math.log(self.median), self.sigma)
        strike.delay += min(drawn, self.most)
        return True


@dataclass(frozen=True)
class Slow:
    """Send the answer's body slowly."""

    bytes_per_second: float

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        before = strike.bytes_per_second
        strike.bytes_per_second = min(before or math.inf, self.bytes_per_second)
        return True


@dataclass(frozen=True)
class Corrupt:
    """Break the answer's body."""

    corruption: Corruption

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        strike.corruption = strike.corruption or self.corruption
        return True


class RateLimit:
    """Let so many requests pass in each window, which begins with the first of them."""

    def __init__(self, limit: int, window: int) -> None:
        """Count for one fault; ``window`` is in milliseconds."""
        self.limit, self.window = limit, window
        self._begin: int | None = None
        self._passed = 0

    def __call__(self, strike: Strike, moment: Moment) -> bool:
        if self._begin is None or not 0 <= moment.now - self._begin < self.window:
            self._begin, self._passed = moment.now, 0
        if self._passed < self.limit:
            self._passed += 1
            return False
        rest = self._begin + self.window - moment.now
        strike.answer = too_many_requests(-(-rest // SECOND))
        strike.carry_out = False
        return True


def too_many_requests(retry_after: int | None) -> Answer:
    """Return the answer to one request too many; to be tried again after so many seconds."""
    return Answer(429, "TooManyRequests", "Too many requests", retry_after)


EXPIRED_TOKEN = Answer(401, "Unauthorized", "Access token has expired")


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a fault strikes, counting the requests that match it; all that is given must hold.

    ``first`` 2: the first two; ``every`` 3: the third, the sixth and so on; ``nth`` 2: the second
    only; ``probability``: by chance; ``until``: before an instant of the world's clock.
    """

    first: int | None = None
    every: int | None = None
    nth: int | None = None
    probability: float | None = None
    until: int | None = None

    def is_due(self, number: int, moment: Moment) -> bool:
        """Tell whether the request that is the ``number``-th to match is to be struck."""
        return (
            (self.first is None or number <= self.first)
            and (self.every is None or number % self.every == 0)
            and (self.nth is None or number == self.nth)
            and (self.until is None or moment.now < self.until)
            and (self.probability is None or moment.generator.random() < self.probability)
        )


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a fault may strike. Of a token only its digest is kept."""

    pattern: RequestPattern = field(default_factory=RequestPattern)
    token_digest: str | None = None

    def matches(self, incoming: Incoming) -> bool:
        if self.token_digest is not None and (
            incoming.token is None or digest(incoming.token) != self.token_digest
        ):
            return False
        # A browser's preflight is no request of its user: it has to be named to be struck.
        if incoming.method == "OPTIONS" and self.pattern.method is None:
            return False
        return self.pattern.matches(incoming)


def digest(token: str) -> str:
    """Return what is kept of a token, to know it again."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


class Fault:
    """A fault that is set, with how often it matched and struck."""

    def __init__(
        self,
        fault_id: str,
        target: Target,
        schedule: Schedule,
        effect: Effect,
        generator: random.Random,
        definition: Mapping[str, Any],
    ) -> None:
        self.id = fault_id
        self.definition = definition
        """As it was given, for being shown."""
        self.matched = 0
        self.struck = 0
        self._target, self._schedule = target, schedule
        self._apply = effect
        self._generator = generator

    def strike(self, incoming: Incoming, now: int, strike: Strike) -> None:
        """Do to a request what this fault does, if it is its turn."""
        if not self._target.matches(incoming):
            return
        self.matched += 1
        moment = Moment(now, self._generator)
        if self._schedule.is_due(self.matched, moment) and self._apply(strike, moment):
            self.struck += 1
            strike.faults.append(self.id)


class Faults:
    """The faults of a world, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._added = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(
        self,
        target: Target,
        schedule: Schedule,
        effect: Effect,
        generator: random.Random,
        definition: Mapping[str, Any],
    ) -> Fault:
        """Set a fault; its chance is drawn from ``generator``, once and for all."""
        self._added += 1
        own = random.Random(generator.getrandbits(64))  # noqa: S311 - test data
        fault = Fault(f"fault-{self._added}", target, schedule, effect, own, definition)
        self._faults[fault.id] = fault
        return fault

    def get(self, fault_id: str) -> Fault | None:
        return self._faults.get(fault_id)

    def all(self) -> Sequence[Fault]:
        return tuple(self._faults.values())

    def remove(self, fault_id: str) -> bool:
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Remove all. Their ids are not given again: somebody may hold one."""
        self._faults.clear()

    def strike(self, incoming: Incoming, now: int) -> Strike | None:
        """Return what becomes of a request; None if no fault strikes it.

        Faults act in the order in which they were added. One that decides the answer ends that:
        those after it do not see the request, and so take over when it has run out.
        """
        strike = Strike()
        for fault in self._faults.values():
            fault.strike(incoming, now, strike)
            if strike.is_decided:
                break
        return strike if strike.faults else None
