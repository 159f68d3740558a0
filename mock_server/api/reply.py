"""An answer, and the headers that every answer has (contract, section 12)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
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


async def send_reply(send: Send, reply: Reply, origin: bytes | None) -> None:
    """Send an answer to a request from ``origin``."""
    headers = [*_ALWAYS, (b"access-control-allow-origin", origin or b"*")]
    if reply.status == 204:
        headers += _PREFLIGHT
    else:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    if reply.body:
        headers += _JSON
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
