"""The journal: which requests came, and what was answered."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from mock_server.control import redaction
from mock_server.control.matching import RequestPattern
from mock_server.wire.encoding import decode_leniently

_OVERHEAD = 1024
"""Bytes that a request takes in memory besides its texts, roughly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and what came of it, with nothing secret in it.

    ``time`` is an instant of the world's clock; ``action`` is None for a path that names none;
    ``target`` is path and query as they were sent.
    ``status`` is None where nothing was answered. ``error`` is the type of an error and ``reason``
    what was wrong. ``faults`` are the ids of those that struck.
    """

    number: int
    time: int
    action: str | None
    method: str
    path: str
    target: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    status: int | None
    answer: bytes = field(repr=False)
    milliseconds: float
    error: str | None = None
    reason: str | None = None
    faults: tuple[str, ...] = ()

    @property
    def body(self) -> Any:
        """What was sent: JSON if it is some, else text; None for nothing."""
        return decode_leniently(self.content)

    @property
    def response(self) -> Any:
        """What was answered, in the same way."""
        return decode_leniently(redaction.body(self.answer))

    @property
    def size(self) -> int:
        """Bytes that this takes in memory, roughly."""
        headers = sum(map(len, self.headers.values()))
        return _OVERHEAD + 3 * len(self.target) + headers + len(self.content) + len(self.answer)


class Kind(NamedTuple):
    """What exchanges are counted by."""

    action: str | None
    method: str
    status: int | None


class Journal:
    """The newest exchanges, and counts of all there ever were."""

    def __init__(self, max_requests: int, max_bytes: int) -> None:
        """Keep no more than so many exchanges and, with all their bodies, so many bytes."""
        self._max_requests, self._max_bytes = max_requests, max_bytes
        self._kept: deque[Exchange] = deque()
        self._bytes = 0
        self._counts: Counter[Kind] = Counter()
        self._total = 0

    @property
    def total(self) -> int:
        """How many exchanges there were, kept or not."""
        return self._total

    @property
    def kept(self) -> tuple[Exchange, ...]:
        """The exchanges that are kept, oldest first."""
        return tuple(self._kept)

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many exchanges of each kind there were, kept or not."""
        return self._counts

    def record(self, exchange: Exchange) -> None:
        """Take in an exchange; its number is one more than :attr:`total`."""
        if exchange.method == "POST":  # a login, or a new API token; nothing else tells secrets
            exchange = replace(exchange, answer=redaction.body(exchange.answer))
        self._total += 1
        self._counts[Kind(exchange.action, exchange.method, exchange.status)] += 1
        self._kept.append(exchange)
        self._bytes += exchange.size
        while self._kept and (
            len(self._kept) > self._max_requests or self._bytes > self._max_bytes
        ):
            self._bytes -= self._kept.popleft().size

    def find(self, pattern: RequestPattern) -> Iterator[Exchange]:
        """Yield the kept exchanges that match, oldest first."""
        return filter(pattern.matches, self._kept)

    def count(self, pattern: RequestPattern) -> int:
        """Return how many exchanges of matching kinds there were, kept or not.

        That is the exact number unless the pattern looks inside; else there may be fewer.
        """
        coarse = RequestPattern(action=pattern.action, method=pattern.method, status=pattern.status)
        return sum(n for kind, n in self._counts.items() if coarse.matches(_Counted(kind)))

    def clear(self) -> None:
        """Forget everything, and count from 1 again."""
        self._kept.clear()
        self._counts.clear()
        self._bytes = self._total = 0


class _Counted:
    """A kind of exchanges, for a pattern to look at."""

    path = ""
    query: Mapping[str, Any] = {}
    body = None

    def __init__(self, kind: Kind) -> None:
        self.action, self.method, self.status = kind
