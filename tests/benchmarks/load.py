"""Servers under load, always one beside another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from tests.benchmarks.children import Child, Core, program
from tests.benchmarks.rows import Goal, Row, compared
from tests.benchmarks.targets import Target
from tests.benchmarks.usage import IS_KNOWN, cpu_seconds

_CONNECTIONS = 16
_ROUNDS = 10
_ROUND_SECONDS = 0.5
"""Many short rounds: what else the machine does meanwhile then hits both sides alike."""

_WARM_UP_SECONDS = 0.3
_APART = 1_000_000


@dataclass(frozen=True)
class Comparison:
    """Pairs of requests per second, and what tells whether to believe them."""

    rates: list[tuple[float, float]]
    cpu_ratio: float | None
    """The ratio as it would be if no server ever waited for a core; by the servers' CPU time."""

    generator_busy: float

    def as_rates(self, what: str, goal: Goal | None = None) -> Row:
        """Return the row in requests per second."""
        row = compared(what, self.rates, "/s", goal)
        return replace(row, cpu_ratio=self.cpu_ratio, remark=self._remark)

    def as_times(self, what: str, goal: Goal | None = None) -> Row:
        """Return the row in time per request."""
        times = [(1e6 / one, 1e6 / other) for one, other in self.rates]
        row = compared(what, times, "µs", goal)
        inverse = None if self.cpu_ratio is None else 1 / self.cpu_ratio
        return replace(row, cpu_ratio=inverse, remark=self._remark)

    @property
    def _remark(self) -> str:
        return f"load generator at most {self.generator_busy:.0%} busy"


def compare(one: Target, other: Target) -> Comparison:
    """Load two servers in turns."""
    firsts = count(0, _APART)
    with program("generate_load", Core.MEASURING) as generator:
        for target in (one, other):
            _Side(target, generator, firsts).measure(_WARM_UP_SECONDS)
        left, right = _Side(one, generator, firsts), _Side(other, generator, firsts)
        for _ in range(_ROUNDS):
            left.measure(_ROUND_SECONDS)
            right.measure(_ROUND_SECONDS)
    return Comparison(
        list(zip(left.rates, right.rates, strict=True)),
        right.cpu_seconds_each / left.cpu_seconds_each if IS_KNOWN else None,
        max(left.busy, right.busy),
    )


class _Side:
    """A target, and what was measured of it so far."""

    def __init__(self, target: Target, generator: Child, firsts: Iterator[int]) -> None:
        self._target, self._generator, self._firsts = target, generator, firsts
        self._answered = self._cpu_seconds = 0.0
        self.rates: list[float] = []
        self.busy = 0.0

    @property
    def cpu_seconds_each(self) -> float:
        return self._cpu_seconds / self._answered

    def measure(self, seconds: float) -> None:
        before = self._cpu_seconds_so_far()
        found = self._generator.ask(
            {
                "port": self._target.port,
                "status": self._target.status,
                "request": self._target.template(),
                "first": next(self._firsts),
                "numbers": self._target.numbers,
                "connections": _CONNECTIONS,
                "seconds": seconds,
            }
        )
        self._cpu_seconds += self._cpu_seconds_so_far() - before
        self._answered += found["answered"]
        self.rates.append(found["rate"])
        self.busy = max(self.busy, found["busy"])

    def _cpu_seconds_so_far(self) -> float:
        return cpu_seconds(self._target.pid) if IS_KNOWN else 0.0
