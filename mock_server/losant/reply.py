"""An answer, and the headers that every answer has (contract, section 12)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_ALWAYS: Headers = [
    (b"cache-control", b"no-cache, no-store, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"origin"),
]
_JSON: Headers = [(b"content-type", b"application/json")]
_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"),
    (
        b"access-control-allow-headers",
        b"Accept,Content-Type,X-Amz-Date,Authorization,Accept-Version,losantdomain",
    ),
    (b"access-control-max-age", b"86400"),
]


@dataclass(frozen=True)
class Reply:
    """A status and, unless it is empty, a JSON body."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)
    """What this answer has besides the headers of every answer."""


async def send_reply(send: Send, reply: Reply, origin: bytes | None) -> None:
    """Send an answer to a request from ``origin``."""
    await send(head_of(reply, origin))
    await send({"type": "http.response.body", "body": reply.body})


def head_of(reply: Reply, origin: bytes | None) -> dict[str, Any]:
    """Return the ASGI message that begins an answer."""
    headers = [*_ALWAYS, (b"access-control-allow-origin", origin or b"*"), *reply.headers]
    if reply.status == 204:
        headers += _PREFLIGHT
    else:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    if reply.body:
        headers += _JSON
    return {"type": "http.response.start", "status": reply.status, "headers": headers}
