"""Request bodies, read whole and within limits."""

from __future__ import annotations

from starlette.types import Receive, Scope

MAX_BODY = 4 * 1024 * 1024
"""Bytes. An application with all its globals at their limits fits."""

_DRAINED = 64 * 1024 * 1024


class ClientGone(Exception):
    """The client left before its request was complete, so the request must not be carried out."""


async def read_content(receive: Receive, limit: int = MAX_BODY) -> bytes | None:
    """Return the whole body, or None if it is larger than ``limit`` bytes.

    A body that is too large is read to its end all the same, because many clients do not look at
    the answer before they have sent everything.

    :raises ClientGone: when the connection ends before the body does
    """
    chunks: list[bytes] = []
    size = 0
    more = True
    while more and size <= limit + _DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        more = message.get("more_body", False)
        if size <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
    return None if size > limit else b"".join(chunks)


async def discard_body(scope: Scope, receive: Receive) -> None:
    """Read a body that nobody needs, unless the client waits for ``100 Continue`` to send it.

    :raises ClientGone: when the connection ends before the body does
    """
    if not any(name == b"expect" for name, _ in scope["headers"]):
        await read_content(receive)
