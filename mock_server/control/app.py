"""The control plane: an application of its own, which answers below ``/_mock``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, HTTPException
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.asgi.sandbox import SANDBOX, WORLD, NoWorld, world_of
from mock_server.control import (
    clock,
    docs,
    errors,
    faults,
    requests,
    sandboxes,
    server,
    snapshots,
    state,
)
from mock_server.control.security import OPEN, AccessControl
from mock_server.version import __version__
from mock_server.worlds.registry import Worlds

_TAGS = {
    "server": "What is running, and access tokens for it.",
    "sandboxes": "Isolated copies of the server's state, below /_sandbox/{name}.",
    "state": "All records as a seed document; users and groups one by one.",
    "snapshots": "Reset, and saved states.",
    "requests": "The requests that were received, and assertions about them.",
    "faults": "Injected errors, delays and broken connections.",
    "clock": "The time that dates, ids, tokens and rate limits follow.",
}
# Tests call the operations of the first ones most; the router tries routes in this order.
_ROUTERS = (
    server.open_router,
    server.router,
    sandboxes.router,
    requests.router,
    faults.router,
    clock.router,
    snapshots.router,
    state.router,
)
_EVERY_ANSWER = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


def control_plane(worlds: Worlds, mocked_openapi: Callable[[], dict[str, Any]]) -> ASGIApp:
    """Return the control plane.

    :param worlds: the main world and the sandboxes
    :param mocked_openapi: returns the OpenAPI document of the mocked API
    """
    app = FastAPI(
        title="losant-mock-server control plane",
        description="The state of the mock server over HTTP, beside the API that it mocks.",
        version=__version__,
        openapi_url=None,
        openapi_tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        redirect_slashes=False,
        # include_router would make new routes of these, which are found more slowly.
        routes=[route for router in _ROUTERS for route in router.routes],
        middleware=[Middleware(Entrance, worlds)],
        exception_handlers=errors.HANDLERS,
    )
    app.state.worlds = worlds
    needs_token = worlds.main.settings.admin_token is not None
    app.router.routes += docs.routes(lambda: _openapi(app, needs_token=needs_token), mocked_openapi)
    return EveryAnswer(app)


def _openapi(app: FastAPI, *, needs_token: bool) -> dict[str, Any]:
    """Return the OpenAPI document.

    FastAPI takes the security of operations from dependencies. The admin token is checked by
    middleware, before the body is read, so it is added here.
    """
    document = app.openapi()
    if needs_token:
        scheme = {"type": "http", "scheme": "bearer", "description": "The admin token."}
        document["components"]["securitySchemes"] = {"adminToken": scheme}
        for path, methods in document["paths"].items():
            for operation in methods.values():
                operation["security"] = [] if path in OPEN else [{"adminToken": []}]
    return document


class EveryAnswer:
    """Adds headers to all answers, and answers HEAD like GET, without the body.

    It wraps the whole application, so it adds them to status 500 as well.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_EVERY_ANSWER]}
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        root_path = scope["root_path"]
        path = scope["path"].removeprefix(root_path) or "/"
        method = "GET" if is_head else scope["method"]
        changed = {"path": root_path + path, "method": method, "app_root_path": root_path}
        await self._app({**scope, **changed}, receive, sending)


class Entrance:
    """Middleware that checks access, and finds the world of a request: a sandbox or the main one.

    It comes before the router. Without access, a client does not learn which paths exist; a sandbox
    that was deleted answers 410 to any path.
    """

    def __init__(self, app: ASGIApp, worlds: Worlds) -> None:
        self._app = app
        self._worlds = worlds
        self._access = AccessControl(worlds.main.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            path = scope["path"].removeprefix(scope["root_path"])
            self._access.check(path, scope)
            if path.endswith("\n"):  # the router's patterns would ignore it
                raise HTTPException(404, f"There is no {path!r}")
            world = await world_of(self._worlds, scope[SANDBOX])
        except (HTTPException, NoWorld) as error:
            await errors.refuse(error, scope, receive, send)
        else:
            await self._app({**scope, WORLD: world}, receive, send)
