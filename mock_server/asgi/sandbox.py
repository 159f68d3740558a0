"""Sandboxes in paths: which world a request is for, and whether the control plane answers it."""

from __future__ import annotations

from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from mock_server.worlds.registry import InvalidName, SandboxDeleted, Worlds
from mock_server.worlds.world import World

CONTROL_PREFIX = "/_mock"
SANDBOX_PREFIX = "/_sandbox"
WORLD = "losant_mock_server.world"
"""The key of an ASGI scope that holds the request's world."""
SANDBOX = "losant_mock_server.sandbox"
"""The key of an ASGI scope that holds the name of the request's sandbox, or None."""

_SHOWN = 100
"""Characters of a name that an error message repeats."""


class NoWorld(Exception):
    """The path names a sandbox that does not exist and cannot be created."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message

    @classmethod
    def deleted(cls, name: str) -> NoWorld:
        """Return the error for a sandbox that was deleted."""
        return cls(
            410,
            "Gone",
            f'Sandbox "{name}" was deleted, but this request still uses it.'
            " Create it again with POST /_mock/sandboxes, or use another name",
        )

    @classmethod
    def misnamed(cls, name: str) -> NoWorld:
        """Return the error for a name that a sandbox cannot have."""
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        return cls(
            400,
            "Validation",
            f'"{shown}" cannot be the name of a sandbox. A name has up to 128 letters, digits,'
            " dots, hyphens and underscores, and starts with a letter or a digit",
        )


async def world_of(worlds: Worlds, name: str | None) -> World:
    """Return the main world, or that of a sandbox, which is created if it is new.

    :raises NoWorld: when the sandbox was deleted, or cannot have this name
    """
    if name is None:
        return worlds.main
    try:
        return await worlds.get_or_create(name)
    except SandboxDeleted:
        raise NoWorld.deleted(name) from None
    except InvalidName:
        raise NoWorld.misnamed(name) from None


def world_of_scope(scope: Scope) -> World:
    """Return the world of a request, once it was looked up."""
    world: World = scope[WORLD]
    return world


class SandboxMiddleware:
    """Sends requests below ``/_mock`` to the control plane, and all others to the mocked API.

    Each sandbox has both below ``/_sandbox/{name}``. The first request to that path creates the
    sandbox, because a client of the mocked API knows only a URL.
    """

    def __init__(self, losant: ASGIApp, *, control: ASGIApp, worlds: Worlds) -> None:
        self._losant = losant
        self._control = control
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._losant(scope, receive, send)
            return
        await self._worlds.ready()
        path, name = _path_below(scope), None
        if _is_below(path, SANDBOX_PREFIX):
            name, slash, rest = path[len(SANDBOX_PREFIX) + 1 :].partition("/")
            if not _was_sent(scope, name):
                name = path[len(SANDBOX_PREFIX) :]  # a name with a slash, which is refused
            scope = _inside(scope, f"{SANDBOX_PREFIX}/{name}")
            path = slash + rest
        # The world is looked up later: a request that the control plane refuses creates no sandbox.
        if _is_below(path, CONTROL_PREFIX):
            await self._control({**_inside(scope, CONTROL_PREFIX), SANDBOX: name}, receive, send)
        else:
            await self._losant({**scope, SANDBOX: name}, receive, send)


def _path_below(scope: Scope) -> str:
    """Return the path below the prefix that the app is mounted at."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _is_below(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


def _was_sent(scope: Scope, name: str) -> bool:
    """Return whether the name of the sandbox was sent between literal slashes, not ``%2F``."""
    raw_path = scope.get("raw_path")
    if raw_path is None:
        return True
    before = scope.get("root_path", "").count("/") + SANDBOX_PREFIX.count("/") + 1
    sent = raw_path.decode("latin-1").partition("?")[0].split("/")
    return len(sent) > before and unquote(sent[before]) == name


def _inside(scope: Scope, prefix: str) -> Scope:
    """Return the scope of an application that is mounted at ``prefix``."""
    root_path = scope.get("root_path", "") + prefix
    raw_path = scope.get("raw_path")
    if raw_path is not None and not raw_path.startswith(quote(root_path).encode()):
        # The prefix was sent in another spelling, so that it cannot be removed from the path.
        return {**scope, "root_path": root_path, "raw_path": None}
    return {**scope, "root_path": root_path}
