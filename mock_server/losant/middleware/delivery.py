"""Answers on their way to the client, and what faults do to them there."""

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
"""What no JSON has outside of strings, and no string unescaped."""

Headers = list[tuple[bytes, bytes]]


class ConnectionEnded(ConnectionError):
    """A fault ended the connection, but the server that runs the app does not let it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, before anything of it is sent."""

    status: int
    headers: Headers
    body: bytes

    async def send(self, send: Send) -> None:
        """Send it as it is."""
        await send(self.head)
        await send({"type": "http.response.body", "body": self.body})

    @property
    def head(self) -> Message:
        """The ASGI message that begins it."""
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

    def malformed(self) -> Answer:
        """Return the answer with a body that is not JSON; one without a body stays as it is."""
        if not self.body:
            return self
        middle = len(self.body) // 2
        broken = self.body[:middle] + _GARBAGE + self.body[middle:]
        return replace(self.with_headers({"content-length": str(len(broken))}), body=broken)


class Capture:
    """Takes in what an application sends."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Take in a message, in the place of the server's ``send``."""
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body.append(message.get("body", b""))

    @property
    def answer(self) -> Answer:
        """What was sent."""
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        return Answer(self._start["status"], list(self._start["headers"]), body)


async def pause(seconds: float, receive: Receive) -> None:
    """Wait.

    :raises ClientGone: when the client leaves meanwhile
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

    :raises ConnectionEnded: when the server does not give the connection
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
    """Send an answer as the faults that apply to it let it through.

    :raises ClientGone: when the client leaves meanwhile
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
    """Yield a body piece by piece, as fast as ``rate`` (bytes per second) lets it out."""
    if rate is None:
        yield body
        return
    size = max(1, int(rate / _PIECES_PER_SECOND))
    for begin in range(0, len(body), size):
        piece = body[begin : begin + size]
        await pause(len(piece) / rate, receive)
        yield piece
