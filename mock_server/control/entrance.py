"""The way in to the control plane."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.asgi.body import ClientGone, discard_body
from mock_server.asgi.world import SANDBOX, NoWorld, world_of
from mock_server.control.errors import ControlError, response_of
from mock_server.control.guard import Guard
from mock_server.control.methods import methods_of
from mock_server.control.models import WORLD
from mock_server.worlds.registry import Worlds

_ALWAYS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


class Entrance:
    """Asks the guard, finds the world, and answers what is the same for all paths."""

    def __init__(self, app: FastAPI, worlds: Worlds) -> None:
        self._app = app
        self._worlds = worlds
        self._guard = Guard(worlds.main.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        root_path = scope["root_path"]
        path = scope["path"].removeprefix(root_path) or "/"
        scope = {**scope, "path": root_path + path}
        send = _sender(send, is_head=scope["method"] == "HEAD")
        try:
            self._guard.check(scope, path)
            answering = await self._answering(scope, path)
        except ControlError as error:
            answering = response_of(error)
        if answering is not self._app:
            try:
                await discard_body(scope, receive)
            except ClientGone:
                return
        await answering(scope, receive, send)

    async def _answering(self, scope: Scope, path: str) -> ASGIApp:
        """Return what answers a request that may be answered.

        :raises ControlError: when nothing does
        """
        if path.endswith("\n"):
            # The router would have it that the path ends before.
            raise ControlError(404, "NotFound", f"There is no {path!r}")
        try:
            scope[WORLD] = await world_of(self._worlds, scope[SANDBOX])
        except NoWorld as error:
            raise ControlError(error.status, error.kind, error.message) from None
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        elif scope["method"] == "OPTIONS":
            allowed = methods_of(self._app, scope)
            if allowed:
                return Response(status_code=204, headers={"Allow": ", ".join(allowed)})
        return self._app


def _sender(send: Send, *, is_head: bool) -> Send:
    """Return what sends an answer with the headers that all answers have, or only its head."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: list[Any] = [*message.get("headers", ()), *_ALWAYS]
            message = {**message, "headers": headers}
        elif is_head:
            message = {**message, "body": b""}
        await send(message)

    return sending
