"""Assertions about the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.domain import redaction
from mock_server.journal import messages
from mock_server.journal.journal import Exchange, Journal, NearMiss, near_misses
from mock_server.schemas.request_pattern import ExpectedRequest, RequestPattern


@dataclass(frozen=True)
class Times:
    """How many requests must match; ``most`` is None for any number."""

    least: int = 1
    most: int | None = None

    def allows(self, count: int) -> bool:
        return count >= self.least and (self.most is None or count <= self.most)


@dataclass(frozen=True)
class Verdict:
    """The result of an assertion; ``message`` is empty if it holds, and otherwise says why not."""

    count: int
    message: str = ""
    near_misses: Sequence[NearMiss] = ()

    @property
    def passed(self) -> bool:
        return not self.message


def verify(journal: Journal, pattern: ExpectedRequest, times: Times) -> Verdict:
    """Return whether the right number of requests match.

    The assertion also fails if the number is unknown, because the journal no longer keeps all
    requests or hides the expected value.
    """
    secrets = _secrets(pattern)
    if secrets:
        return Verdict(0, messages.hidden(pattern, secrets))
    found = list(journal.find(pattern))
    count = len(found) if pattern.needs_contents else journal.count(pattern)
    unknown = _unknown(journal, pattern)
    if times.allows(count):
        doubtful = unknown and times.most is not None
        return Verdict(count, messages.uncertain(pattern, count, unknown) if doubtful else "")
    too_few = count < times.least
    near = near_misses(journal.kept, pattern) if too_few else []
    if found:
        near = [miss for miss in near if not miss.distance]
    message = messages.wrong_number(
        journal,
        pattern,
        (times.least, times.most),
        count,
        found,
        near,
        unknown if too_few else 0,
    )
    return Verdict(count, message, near)


def verify_order(journal: Journal, patterns: Sequence[ExpectedRequest]) -> Verdict:
    """Return whether requests match the patterns in this order.

    There may be other requests in between.
    """
    for pattern in patterns:
        secrets = _secrets(pattern)
        if secrets:
            return Verdict(0, messages.hidden(pattern, secrets))
    rest = journal.kept
    found: list[Exchange] = []
    for pattern in patterns:
        place = next((i for i, exchange in enumerate(rest) if pattern.matches(exchange)), None)
        if place is None:
            near = near_misses(rest, pattern)
            return Verdict(len(found), messages.out_of_order(journal, patterns, found, near), near)
        found.append(rest[place])
        rest = rest[place + 1 :]
    return Verdict(len(found))


def _secrets(pattern: ExpectedRequest) -> list[str]:
    """Return the places where a pattern expects a value that the journal hides."""
    if not pattern.needs_contents:
        return []
    query = pattern.query or {}
    given = {"body": pattern.body} if pattern.has_body else {}
    shown = _Redacted(redaction.document(pattern.body) if pattern.has_body else None, query)
    contents = RequestPattern(query=query, **given)
    secrets = [redaction.text(one.where) for one in contents.differences(shown)]
    if pattern.path is not None and redaction.text(pattern.path) != pattern.path:
        secrets.insert(0, "path")
    return secrets


class _Redacted:
    """A request with exactly the expected contents, and its secrets hidden."""

    action = status = None
    method = path = ""

    def __init__(self, body: Any, query: Mapping[str, str]) -> None:
        self.body = body
        self.query = redaction.parameters(query)


def _unknown(journal: Journal, pattern: ExpectedRequest) -> int:
    """Return how many requests might match, but are no longer kept."""
    if not pattern.needs_contents or journal.total == len(journal.kept):
        return 0
    return journal.count(pattern) - sum(1 for _ in journal.find(pattern.without_contents))
