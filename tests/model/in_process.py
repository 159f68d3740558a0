"""Requests to an application of this process, without a socket."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote

import httpx2 as httpx
from fastapi import FastAPI

SANDBOXES = "/_sandbox/"


class InProcess(httpx.BaseTransport):
    """Carries requests to an application, and counts those for the mocked API by their world."""

    def __init__(self, app: FastAPI) -> None:
        self.sent: Counter[str] = Counter()
        """How many requests each world was sent, by the path at which it begins."""
        self._app = app
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raw_path, _, query = request.url.raw_path.partition(b"?")
        path = unquote(raw_path.decode())
        self._count(path)
        scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
        }
        incoming = [{"type": "http.request", "body": request.read()}]
        outgoing: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return incoming.pop() if incoming else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            outgoing.append(message)

        self._loop.run_until_complete(self._app(scope, receive, send))
        start, *rest = outgoing
        content = b"".join(message.get("body", b"") for message in rest)
        return httpx.Response(start["status"], headers=start["headers"], content=content)

    def _count(self, path: str) -> None:
        world, rest = "", path
        if path.startswith(SANDBOXES):
            name, _, rest = path[len(SANDBOXES) :].partition("/")
            world, rest = f"{SANDBOXES}{name}", f"/{rest}"
        if not rest.startswith("/_mock/"):
            self.sent[world] += 1

    def close(self) -> None:
        self._loop.close()
