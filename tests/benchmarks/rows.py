"""What a benchmark reports: a line of figures, and whether it meets its goal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

_ENOUGH_DIGITS = 100


@dataclass(frozen=True)
class Goal:
    """A bound: for the ratios, or for what was measured where there is none."""

    limit: float
    at_most: bool

    def met_by(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"


def at_most(limit: float) -> Goal:
    """Return the goal not to be above ``limit``."""
    return Goal(limit, at_most=True)


def at_least(limit: float) -> Goal:
    """Return the goal not to be below ``limit``."""
    return Goal(limit, at_most=False)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    ``spread`` is the least and the greatest of the ratios, or of what was measured where there is
    no ratio. ``cpu_ratio`` is the ratio by the CPU time of the two processes.
    """

    what: str
    measured: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    cpu_ratio: float | None = None
    goal: Goal | None = None
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None if there is none."""
        if self.goal is None:
            return None
        # Both ratios have to meet it. CPU time does not see a server that waits; and on a machine
        # that does other things meanwhile, the clock sees the faster side wait for the one that
        # measures it, so that the slower one looks better than it is.
        ratios = [ratio for ratio in (self.ratio, self.cpu_ratio) if ratio is not None]
        return all(map(self.goal.met_by, ratios or [self.measured]))


def single(
    what: str, figures: Iterable[float], unit: str, goal: Goal | None = None, remark: str = ""
) -> Row:
    """Return the row for the median of repeated measurements of one thing."""
    known = list(figures)
    spread = (min(known), max(known)) if len(known) > 1 else None
    return Row(what, median(known), unit, spread=spread, goal=goal, remark=remark)


def compared(
    what: str, pairs: Iterable[tuple[float, float]], unit: str, goal: Goal | None = None
) -> Row:
    """Return the row for a thing and its reference, measured in turns.

    The ratio is the median of the ratios, so that a machine that is slow for a while is slow for
    both sides of a pair.
    """
    measured, reference = zip(*pairs, strict=True)
    ratios = [one / other for one, other in zip(measured, reference, strict=True)]
    spread = min(ratios), max(ratios)
    return Row(what, median(measured), unit, median(reference), median(ratios), spread, goal=goal)


def readable(value: float) -> str:
    """Return a number as people read it: three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= _ENOUGH_DIGITS else f"{value:.3g}"
