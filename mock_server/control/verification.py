"""Assertions about the journal, told so that one sees at once what was different."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mock_server.control.journal import Exchange, Journal
from mock_server.control.matching import Difference, RequestPattern

_NEAREST = 3


@dataclass(frozen=True)
class Times:
    """How often something must have been; ``most`` is None for any number."""

    least: int = 1
    most: int | None = None

    def allows(self, count: int) -> bool:
        return count >= self.least and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {_counted(self.least, 'time')}"
        if self.most == 0:
            return "never"
        if self.least == self.most:
            return f"exactly {_counted(self.most, 'time')}"
        if self.least == 0:
            return f"at most {_counted(self.most, 'time')}"
        return f"{self.least} to {_counted(self.most, 'time')}"


@dataclass(frozen=True)
class NearMiss:
    """A request that is nearly what was looked for, and in what it differs."""

    exchange: Exchange
    differences: Sequence[Difference]


@dataclass(frozen=True)
class Verdict:
    """Whether an assertion holds; ``message`` says why not, and is empty if it does."""

    count: int
    message: str = ""
    near_misses: Sequence[NearMiss] = ()

    @property
    def passed(self) -> bool:
        return not self.message


def verify(journal: Journal, pattern: RequestPattern, times: Times) -> Verdict:
    """Tell whether as many requests match as should.

    Where that can not be known because the journal no longer keeps all requests, it does not hold.
    """
    found = list(journal.find(pattern))
    count = len(found) if pattern.looks_inside else journal.count(pattern)
    if not times.allows(count):
        near = [] if found else nearest(journal.kept, pattern)
        return Verdict(count, _failure(journal, pattern, times, found, near), near)
    unknown = _unknown(journal, pattern)
    if unknown and times.most is not None:
        message = (
            f"{pattern}: wanted {times}, and {count} were found, but {unknown} older requests that"
            " may match are no longer kept; let the journal keep more (journal-requests,"
            " journal-bytes), or clear it when the test begins"
        )
        return Verdict(count, message)
    return Verdict(count)


def verify_order(journal: Journal, patterns: Sequence[RequestPattern]) -> Verdict:
    """Tell whether there were requests that match the patterns, one after the other.

    Other requests may have come in between.
    """
    rest = journal.kept
    last: Exchange | None = None
    for index, pattern in enumerate(patterns):
        place = next((i for i, exchange in enumerate(rest) if pattern.matches(exchange)), None)
        if place is None:
            near = nearest(rest, pattern)
            return Verdict(index, _out_of_order(journal, patterns, index, last, near), near)
        last, rest = rest[place], rest[place + 1 :]
    return Verdict(len(patterns))


def nearest(exchanges: Sequence[Exchange], pattern: RequestPattern) -> list[NearMiss]:
    """Return the requests that differ least, nearest first; of equals the newest first.

    Requests for something else are only told where there are no others.
    """
    misses = [
        NearMiss(exchange, differences)
        for exchange in reversed(exchanges)
        if (differences := pattern.differences(exchange))
    ]
    ordered = sorted(misses, key=_distance)[:_NEAREST]
    return [miss for miss in ordered if _distance(miss)[0] == _distance(ordered[0])[0]]


def _distance(miss: NearMiss) -> tuple[int, int]:
    """Another action is further away than any number of other properties."""
    coarse = sum(one.where in ("action", "method", "path") for one in miss.differences)
    return coarse, len(miss.differences)


def _unknown(journal: Journal, pattern: RequestPattern) -> int:
    """Return how many requests might match, but can not be looked into any more."""
    if not pattern.looks_inside or journal.total == len(journal.kept):
        return 0
    coarse = RequestPattern(action=pattern.action, method=pattern.method, status=pattern.status)
    return journal.count(pattern) - sum(1 for _ in journal.find(coarse))


def _failure(
    journal: Journal,
    pattern: RequestPattern,
    times: Times,
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
) -> str:
    total = _counted(journal.total, "request")
    lines = [f"{pattern}: wanted {times}, was {len(found) or 'not one'} of {total}"]
    if found:
        lines += ["", "matching:", *map(summary, found)]
    return "\n".join([*lines, *_told(journal, near)])


def _out_of_order(
    journal: Journal,
    patterns: Sequence[RequestPattern],
    index: int,
    last: Exchange | None,
    near: Sequence[NearMiss],
) -> str:
    where = f"after #{last.number}" if last else f"in {_counted(journal.total, 'request')}"
    lines = [f"{patterns[index]}: wanted as number {index + 1} in order, was not found {where}"]
    lines += ["", "in order were wanted:"]
    lines += [f"  {place}. {pattern}" for place, pattern in enumerate(patterns, 1)]
    lines += ["", "requests:", *(map(summary, journal.kept) if journal.total else ["  none"])]
    return "\n".join([*lines, *_told(journal, near)])


def _told(journal: Journal, near: Sequence[NearMiss]) -> Iterator[str]:
    if near:
        yield from ("", "nearest:")
    for miss in near:
        yield summary(miss.exchange)
        yield from (f"      {difference}" for difference in miss.differences)
    dropped = journal.total - len(journal.kept)
    if dropped:
        yield from ("", f"{_counted(dropped, 'older request')} no longer kept")


def summary(exchange: Exchange) -> str:
    """Return an exchange in one line."""
    query = "&".join(f"{name}={_plain(value)}" for name, value in exchange.query.items())
    target = f"{exchange.path}?{query}" if query else exchange.path
    status = "no answer" if exchange.status is None else str(exchange.status)
    error = f" {exchange.error}: {exchange.reason}" if exchange.error else ""
    action = exchange.action or "-"
    return f"  #{exchange.number} {action} {exchange.method} {target} -> {status}{error}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
