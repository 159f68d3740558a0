"""Answers on their way to the client, and what faults do to them there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from mock_server.asgi.body import ClientGone, Receive, Scope
from mock_server.asgi.connection import connection_of
from mock_server.faults import Corruption, Ending, Injection
from mock_server.losant.reply import Reply, Send, head_of, send_reply

_PIECES_PER_SECOND = 20
_GARBAGE = b"\x1f<"
"""What no JSON has outside of strings, and no string unescaped."""


class ConnectionEnded(ConnectionError):
    """A fault ended the connection, but the server that runs the app does not let it."""


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
    reply: Reply,
    injection: Injection,
    origin: bytes | None,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send an answer, changed as the faults say.

    :raises ClientGone: when the client leaves meanwhile
    """
    if injection.headers:
        send = replacing(injection.headers, send)
    if injection.corruption is Corruption.MALFORMED:
        reply = malformed(reply)
    if injection.corruption is not Corruption.TRUNCATED and injection.bytes_per_second is None:
        await send_reply(send, reply, origin)
        return
    await send(head_of(reply, origin))
    whole = reply.body
    sent = whole[: len(whole) // 2] if injection.corruption is Corruption.TRUNCATED else whole
    async for piece in _pieces(sent, injection.bytes_per_second, receive):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if sent == whole:
        await send({"type": "http.response.body", "body": b""})
    else:
        await end(Ending.CLOSE, scope, receive)


def replacing(headers: Mapping[str, str], send: Send) -> Send:
    """Return what sends an answer with some of its headers replaced."""
    replaced = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def send_replaced(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [one for one in message["headers"] if one[0].decode() not in headers]
            message = {**message, "headers": [*kept, *replaced]}
        await send(message)

    return send_replaced


def malformed(reply: Reply) -> Reply:
    """Return an answer whose body is whole but is not JSON; one without a body stays as it is."""
    middle = len(reply.body) // 2
    broken = reply.body and reply.body[:middle] + _GARBAGE + reply.body[middle:]
    return Reply(reply.status, broken, reply.headers)


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
