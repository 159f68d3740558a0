"""Assertions about the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.domain import redaction
from mock_server.journal import messages as telling
from mock_server.journal.journal import Exchange, Journal
from mock_server.journal.near_misses import NearMiss, elsewhere, nearest
from mock_server.query.request_pattern import UNSET, RequestPattern


@dataclass(frozen=True)
class Times:
    """How often something must have been; ``most`` is None for any number."""

    least: int = 1
    most: int | None = None

    def allows(self, count: int) -> bool:
        return count >= self.least and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {telling.often(self.least)}"
        if self.least == self.most:
            return f"exactly {telling.often(self.most)}" if self.most else "never"
        if self.least == 0:
            return f"at most {telling.often(self.most)}"
        return f"{self.least} to {self.most} times"


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

    Where that can not be known, it does not hold: because the journal no longer keeps all requests,
    or because it hides what is looked for.
    """
    secrets = _secrets(pattern)
    if secrets:
        return Verdict(0, telling.hidden(pattern, secrets))
    found = list(journal.find(pattern))
    count = len(found) if pattern.looks_inside else journal.count(pattern)
    unknown = _unknown(journal, pattern)
    if times.allows(count):
        doubtful = unknown and times.most is not None
        return Verdict(count, telling.doubt(pattern, count, unknown) if doubtful else "")
    near = nearest(journal.kept, pattern) if count < times.least else []
    if found:
        near = [miss for miss in near if not elsewhere(miss)]
    might = unknown if count < times.least else 0
    message = telling.failure(journal, pattern, str(times), count, found, near, might)
    return Verdict(count, message, near)


def verify_order(journal: Journal, patterns: Sequence[RequestPattern]) -> Verdict:
    """Tell whether there were requests that match the patterns, one after the other.

    Other requests may have come in between.
    """
    for pattern in patterns:
        secrets = _secrets(pattern)
        if secrets:
            return Verdict(0, telling.hidden(pattern, secrets))
    rest = journal.kept
    found: list[Exchange] = []
    for pattern in patterns:
        place = next((i for i, exchange in enumerate(rest) if pattern.matches(exchange)), None)
        if place is None:
            near = nearest(rest, pattern)
            return Verdict(len(found), telling.out_of_order(journal, patterns, found, near), near)
        found.append(rest[place])
        rest = rest[place + 1 :]
    return Verdict(len(found))


def _secrets(pattern: RequestPattern) -> list[str]:
    """Return where a pattern looks for what the journal hides."""
    has_body, query = pattern.body is not UNSET, pattern.query or {}
    shown = _Shown(redaction.document(pattern.body) if has_body else None, query)
    inside = RequestPattern(query=query, body=pattern.body)
    secrets = [redaction.text(one.where) for one in inside.differences(shown)]
    if pattern.path is not None and redaction.text(pattern.path) != pattern.path:
        secrets.insert(0, "path")
    return secrets


class _Shown:
    """A request with nothing secret in it."""

    action = status = None
    method = path = ""

    def __init__(self, body: Any, query: Mapping[str, str]) -> None:
        self.body = body
        self.query = redaction.parameters(query)


def _unknown(journal: Journal, pattern: RequestPattern) -> int:
    """Return how many requests might match, but can not be looked into any more."""
    if not pattern.looks_inside or journal.total == len(journal.kept):
        return 0
    return journal.count(pattern) - sum(1 for _ in journal.find(pattern.outside))
