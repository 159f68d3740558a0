"""The journal: the requests that were received, and what was answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from mock_server.domain import redaction
from mock_server.jsonio import decode_leniently
from mock_server.schemas.recorded_request import RecordedRequest
from mock_server.schemas.request_pattern import ExpectedRequest

_OVERHEAD = 1024
"""Bytes that an exchange takes in memory besides its texts, roughly."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Exchange:
    """A request and its answer. It is kept as it was sent; its properties hide all secrets.

    ``time`` is an instant of the world's clock; ``action`` is None for a path that names no action.
    ``status`` is None where nothing was answered. ``error`` is the type of an error; ``faults`` are
    the ids of the faults that changed the answer.
    """

    __slots__ = (
        "_answer",
        "_content",
        "_headers",
        "_reason",
        "_target",
        "action",
        "error",
        "faults",
        "method",
        "milliseconds",
        "number",
        "status",
        "time",
    )

    # Not a dataclass: an exchange is made for every request, and making a frozen dataclass takes
    # three times as long.
    def __init__(
        self,
        *,
        number: int,
        time: int,
        action: str | None,
        method: str,
        target: str,
        headers: Sequence[tuple[bytes, bytes]],
        content: bytes,
        status: int | None,
        answer: bytes,
        milliseconds: float,
        error: str | None = None,
        reason: str | None = None,
        faults: tuple[str, ...] = (),
    ) -> None:
        self.number, self.time = number, time
        self.action, self.method = action, method
        self._target = target
        # One bytes object instead of many: a thousand exchanges are kept, and memory that is freed
        # that late is no longer in the processor's cache.
        self._headers = b"\n".join([name + b":" + value for name, value in headers])
        self._content = content
        self.status, self._answer = status, answer
        self.milliseconds = milliseconds
        self.error, self._reason, self.faults = error, reason, faults

    @property
    def path(self) -> str:
        """The path, decoded, without a slash at its end."""
        sent = self._target.partition("?")[0]
        return redaction.text(unquote(sent.removesuffix("/")) or "/")

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        return redaction.target(self._target)

    @property
    def query(self) -> Mapping[str, Any]:
        return redaction.parameters(parameters_of(self._target))

    @property
    def headers(self) -> Mapping[str, str]:
        lines = self._headers.decode("latin-1").split("\n") if self._headers else ()
        pairs = (line.partition(":") for line in lines)
        return {name: redaction.named(name, value) for name, _, value in pairs}

    @property
    def body(self) -> Any:
        """What was sent: the JSON value, else the text; None if the body was empty."""
        return decode_leniently(redaction.body(self._content))

    @property
    def response(self) -> Any:
        """What was answered, in the same form as the body."""
        return decode_leniently(redaction.body(self._answer))

    @property
    def reason(self) -> str | None:
        """What was wrong; it may say more than the answer did."""
        return None if self._reason is None else redaction.text(self._reason)

    @property
    def size(self) -> int:
        """Bytes that the exchange takes in memory, roughly."""
        texts = 3 * len(self._target) + len(self._headers)
        return _OVERHEAD + texts + len(self._content) + len(self._answer)

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


def parameters_of(target: str) -> dict[str, str | list[str]]:
    """Return the query parameters of a target; a repeated parameter has a list of values."""
    gathered: dict[str, list[str]] = {}
    query = target.partition("?")[2]
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        gathered.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in gathered.items()}


class Kind(NamedTuple):
    """What exchanges are counted by."""

    action: str | None
    method: str
    status: int | None


class Journal:
    """The newest exchanges, and counts of all exchanges."""

    def __init__(self, max_requests: int, max_bytes: int) -> None:
        """Keep at most so many exchanges, and so many bytes with all their bodies."""
        self._max_requests, self._max_bytes = max_requests, max_bytes
        self._kept: deque[Exchange] = deque()
        self._bytes = 0
        self._counts: dict[tuple[str | None, str, int | None], int] = {}
        self._total = 0

    @property
    def total(self) -> int:
        """How many exchanges were recorded, kept or not."""
        return self._total

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
        self._total += 1
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
        return sum(n for kind, n in self.counts.items() if reduced.matches(_Counted(kind)))

    def clear(self) -> None:
        """Forget all exchanges, and count from 1 again."""
        self._kept.clear()
        self._counts.clear()
        self._bytes = self._total = 0


class _Counted:
    """A kind of exchange, for a pattern to match."""

    path = ""
    query: Mapping[str, Any] = {}
    body = None

    def __init__(self, kind: Kind) -> None:
        self.action, self.method, self.status = kind
