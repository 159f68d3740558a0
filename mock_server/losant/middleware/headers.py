"""The headers of all answers (contract, section 12)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]

_ALWAYS: Headers = [
    (b"cache-control", b"no-cache, no-store, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"origin"),
]
PREFLIGHT = {
    "access-control-allow-methods": "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
    "access-control-allow-headers": (
        "Accept,Content-Type,X-Amz-Date,Authorization,Accept-Version,losantdomain"
    ),
    "access-control-max-age": "86400",
}
"""Additional headers of the answer to OPTIONS."""


class HeadersMiddleware:
    """Adds the headers that all answers have."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"") or b"*"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *_ALWAYS,
                    (b"access-control-allow-origin", origin),
                    *message["headers"],
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
