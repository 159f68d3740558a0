"""Sends answers, with the delays and damage that faults inject."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from starlette.types import Message, Receive, Scope, Send

from mock_server.asgi.body import ClientGone
from mock_server.asgi.connection import connection_of
from mock_server.faults import Corruption, Ending, Injection

_PIECES_PER_SECOND = 20
_GARBAGE = b"\x1f<"
"""Bytes that make any JSON invalid, inside of strings and outside."""

Headers = list[tuple[bytes, bytes]]


class ConnectionEnded(ConnectionError):
    """A fault should end the connection, but the ASGI server does not support it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer that has not been sent yet."""

    status: int
    headers: Headers
    body: bytes

    async def send(self, send: Send) -> None:
        """Send the answer unchanged."""
        await send(self.head)
        await send({"type": "http.response.body", "body": self.body})

    @property
    def head(self) -> Message:
        """The ASGI message that starts the answer."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": self.headers,
        }

    def with_headers(self, headers: Mapping[str, str]) -> Answer:
        """Return the answer with some headers replaced; their names are in lower case."""
        replaced = [(name.encode(), value.encode()) for name, value in headers.items()]
        kept = [header for header in self.headers if header[0].decode() not in headers]
        return replace(self, headers=[*kept, *replaced])

    def without_body(self) -> Answer:
        """Return the answer to HEAD, which has no body."""
        left_out = (b"content-type", b"content-length")
        headers = [header for header in self.headers if header[0] not in left_out]
        return replace(self, headers=[*headers, (b"content-length", b"0")], body=b"")

    def malformed(self) -> Answer:
        """Return the answer with invalid JSON in its body; an empty body stays empty."""
        if not self.body:
            return self
        middle = len(self.body) // 2
        broken = self.body[:middle] + _GARBAGE + self.body[middle:]
        return replace(self.with_headers({"content-length": str(len(broken))}), body=broken)


class Capture:
    """Collects the answer that an application sends."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Collect a message. This replaces the ``send`` of the server."""
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body.append(message.get("body", b""))

    @property
    def answer(self) -> Answer:
        """The collected answer."""
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        return Answer(self._start["status"], list(self._start["headers"]), body)


async def pause(seconds: float, receive: Receive) -> None:
    """Wait for a number of seconds.

    :raises ClientGone: when the client closes the connection meanwhile
    """
    leaving = asyncio.ensure_future(_gone(receive))
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(leaving, seconds)
            raise ClientGone
    finally:
        leaving.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def end(ending: Ending, scope: Scope, receive: Receive) -> None:
    """End the connection without an answer.

    :raises ConnectionEnded: when the ASGI server does not support this
    """
    connection = connection_of(scope)
    if connection is None:
        raise ConnectionEnded(f"a fault ended the connection ({ending.value})")
    if ending is Ending.RESET:
        connection.reset()
    else:
        connection.close()
    await _gone(receive)


async def deliver(
    answer: Answer, injection: Injection, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send an answer, slowed down or damaged as the injected faults say.

    :raises ClientGone: when the client closes the connection meanwhile
    """
    answer = answer.with_headers(injection.headers)
    if injection.corruption is Corruption.MALFORMED:
        answer = answer.malformed()
    is_truncated = injection.corruption is Corruption.TRUNCATED
    if not is_truncated and injection.bytes_per_second is None:
        await answer.send(send)
        return
    await send(answer.head)
    whole = answer.body
    sent = whole[: len(whole) // 2] if is_truncated else whole
    async for piece in _pieces(sent, injection.bytes_per_second, receive):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if sent == whole:
        await send({"type": "http.response.body", "body": b""})
    else:
        await end(Ending.CLOSE, scope, receive)


async def _pieces(body: bytes, rate: float | None, receive: Receive) -> AsyncIterator[bytes]:
    """Yield a body in pieces, no faster than ``rate`` (bytes per second)."""
    if rate is None:
        yield body
        return
    size = max(1, int(rate / _PIECES_PER_SECOND))
    for begin in range(0, len(body), size):
        piece = body[begin : begin + size]
        await pause(len(piece) / rate, receive)
        yield piece
