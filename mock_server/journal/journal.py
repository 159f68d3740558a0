"""The journal: the requests that were received, what was answered, and near misses of a pattern."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote

from mock_server.domain import redaction
from mock_server.jsonio import decode_leniently
from mock_server.schemas.recorded_request import RecordedRequest
from mock_server.schemas.request_pattern import Difference, ExpectedRequest

_OVERHEAD = 1024
"""Bytes that an exchange takes in memory besides its texts, roughly."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NEAREST = 3
"""How many near misses are returned."""


# Not frozen: an exchange is made for every request, and a frozen one takes three times as long.
@dataclass(kw_only=True, eq=False, repr=False)
class Exchange:
    """A request and its answer.

    What begins with ``raw`` is as it was sent, and may hold secrets; the properties hide them.
    ``time`` is an instant of the world's clock; ``action`` is None for a path that names no action.
    ``status`` is None where nothing was answered. ``error`` is the type of an error; ``faults`` are
    the ids of the faults that changed the answer.
    """

    number: int
    time: int
    action: str | None
    method: str
    raw_target: str
    raw_headers: bytes
    """See :func:`joined`."""
    raw_body: bytes
    status: int | None
    raw_response: bytes
    milliseconds: float
    error: str | None = None
    raw_reason: str | None = None
    faults: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path, decoded, without a slash at its end."""
        sent = self.raw_target.partition("?")[0]
        return redaction.text(unquote(sent.removesuffix("/")) or "/")

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        return redaction.target(self.raw_target)

    @property
    def query(self) -> Mapping[str, Any]:
        return redaction.parameters(parameters_of(self.raw_target))

    @property
    def headers(self) -> Mapping[str, str]:
        lines = self.raw_headers.decode("latin-1").split("\n") if self.raw_headers else ()
        pairs = (line.partition(":") for line in lines)
        return {name: redaction.named(name, value) for name, _, value in pairs}

    @property
    def body(self) -> Any:
        """What was sent: the JSON value, else the text; None if the body was empty."""
        return decode_leniently(redaction.body(self.raw_body))

    @property
    def response(self) -> Any:
        """What was answered, in the same form as the body."""
        return decode_leniently(redaction.body(self.raw_response))

    @property
    def reason(self) -> str | None:
        """What was wrong; may say more than the answer."""
        return None if self.raw_reason is None else redaction.text(self.raw_reason)

    @property
    def size(self) -> int:
        """Bytes that the exchange takes in memory, roughly."""
        texts = 3 * len(self.raw_target) + len(self.raw_headers)
        return _OVERHEAD + texts + len(self.raw_body) + len(self.raw_response)

    def recorded(self) -> RecordedRequest:
        """Return the exchange as it is shown, without secrets."""
        return RecordedRequest(
            number=self.number,
            time=_EPOCH + timedelta(milliseconds=self.time),
            action=self.action,
            method=self.method,
            path=self.path,
            query=self.query,
            headers=self.headers,
            json=self.body,
            status=self.status,
            response=self.response,
            milliseconds=round(self.milliseconds, 3),
            error=self.error,
            reason=self.reason,
            faults=self.faults,
        )

    def __repr__(self) -> str:
        return f"<Exchange #{self.number} {self.method} {self.path} -> {self.status}>"


def joined(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return headers as an exchange keeps them: one bytes object instead of many.

    A thousand exchanges are kept, and memory that is freed that late is no longer in the
    processor's cache.
    """
    return b"\n".join([name + b":" + value for name, value in headers])


def parameters_of(target: str) -> dict[str, str | list[str]]:
    """Return the query parameters of a target; a repeated parameter has a list of values."""
    gathered: dict[str, list[str]] = {}
    query = target.partition("?")[2]
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        gathered.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in gathered.items()}


@dataclass(frozen=True)
class Kind:
    """What exchanges are counted by. Patterns match it like a request without contents."""

    action: str | None
    method: str
    status: int | None

    path: ClassVar = ""
    query: ClassVar[Mapping[str, Any]] = {}
    body: ClassVar = None


class Journal:
    """The newest exchanges, and counts of all exchanges."""

    def __init__(self, max_requests: int, max_bytes: int) -> None:
        """Keep the newest exchanges.

        :param max_requests: how many to keep at most
        :param max_bytes: how much memory they may take, roughly
        """
        self._max_requests, self._max_bytes = max_requests, max_bytes
        self._kept: deque[Exchange] = deque()
        self._bytes = 0
        self._counts: dict[tuple[str | None, str, int | None], int] = {}
        self.total = 0
        """How many exchanges were recorded, kept or not."""

    @property
    def kept(self) -> tuple[Exchange, ...]:
        """The exchanges that are kept, oldest first."""
        return tuple(self._kept)

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many exchanges of each kind were recorded, kept or not."""
        return {Kind(*kind): count for kind, count in self._counts.items()}

    def record(self, exchange: Exchange) -> None:
        """Add an exchange; its number must be :attr:`total` plus one."""
        self.total += 1
        kind = exchange.action, exchange.method, exchange.status
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._kept.append(exchange)
        self._bytes += exchange.size
        while self._kept and (
            len(self._kept) > self._max_requests or self._bytes > self._max_bytes
        ):
            self._bytes -= self._kept.popleft().size

    def find(self, pattern: ExpectedRequest) -> Iterator[Exchange]:
        """Yield the kept exchanges that match, oldest first."""
        return filter(pattern.matches, self._kept)

    def count(self, pattern: ExpectedRequest) -> int:
        """Return how many exchanges match by action, method and status, kept or not.

        If the pattern needs the contents of a request, fewer exchanges may match.
        """
        reduced = pattern.without_contents
        return sum(n for kind, n in self.counts.items() if reduced.matches(kind))

    def clear(self) -> None:
        """Remove all exchanges, and count from 1 again."""
        self._kept.clear()
        self._counts.clear()
        self._bytes = self.total = 0


@dataclass(frozen=True)
class NearMiss:
    """A request that nearly matches a pattern, and where it differs."""

    exchange: Exchange
    differences: Sequence[Difference]

    @property
    def distance(self) -> int:
        """How many of action, method and path differ."""
        return sum(one.where in ("action", "method", "path") for one in self.differences)


def near_misses(exchanges: Sequence[Exchange], pattern: ExpectedRequest) -> list[NearMiss]:
    """Return the requests that differ least, closest first; among equals the newest first.

    Requests with another action, method or path are returned only if there are no others, and only
    the newest of those with the same differences.
    """
    misses = [
        NearMiss(exchange, differences)
        for exchange in reversed(exchanges)
        if (differences := pattern.differences(exchange))
    ]
    least = min((miss.distance for miss in misses), default=0)
    misses = [miss for miss in misses if miss.distance == least]
    if least:
        misses = list({str(miss.differences): miss for miss in reversed(misses)}.values())[::-1]
    return sorted(misses, key=_rank)[:_NEAREST]


def _rank(miss: NearMiss) -> tuple[int, float]:
    action = next((one for one in miss.differences if one.where == "action"), None)
    dissimilarity = 0.0 if action is None else 1 - _similarity(action.expected, action.found)
    return sum(map(_weight, miss.differences)), dissimilarity


def _weight(difference: Difference) -> int:
    """Return how many values differ; in a body that was not sent, all of them do."""
    return 1 if isinstance(difference.found, Mapping) else _values(difference.expected)


def _values(expected: Any) -> int:
    if isinstance(expected, Mapping):
        return max(1, sum(map(_values, expected.values())))
    return 1


def _similarity(expected: str, found: Any) -> float:
    return SequenceMatcher(None, expected, found).ratio() if isinstance(found, str) else 0.0
