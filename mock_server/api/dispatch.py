"""From a request's path to the world that it is for, and to what answers it there."""

from __future__ import annotations

from urllib.parse import quote, unquote

from starlette.types import ASGIApp

from mock_server.api.losant import LosantApi
from mock_server.api.reply import Reply, Send, send_reply
from mock_server.api.request import ClientGone, Receive, Scope, read_content
from mock_server.control.world import World, WorldEnded
from mock_server.control.worlds import InvalidName, SandboxDeleted, Worlds
from mock_server.wire.encoding import encode

CONTROL_PREFIX = "/_mock"
SANDBOX_PREFIX = "/_sandbox"
SANDBOX = "losant_mock_server.sandbox"
"""Where the scope of a request to the control plane has the name of its sandbox, or None."""

_SHOWN = 100
"""How many characters of a name are repeated to who sent it."""


class NoWorld(Exception):
    """There is no world of this name, and none can be made."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


class Dispatcher:
    """The control plane below ``/_mock``, the mocked API everywhere else.

    Both are there once more for each sandbox, below ``/_sandbox/{name}``, which the first request
    makes: clients of the mocked API know no more of it than a URL.
    """

    def __init__(self, worlds: Worlds, losant: LosantApi, control: ASGIApp) -> None:
        self._worlds = worlds
        self._losant = losant
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._worlds.ready()
        path, name = _path_below(scope), None
        if _is_below(path, SANDBOX_PREFIX):
            name, slash, rest = path[len(SANDBOX_PREFIX) + 1 :].partition("/")
            if not _was_sent(scope, name):
                name = path[len(SANDBOX_PREFIX) :]  # with the slashes, which no name has
            scope = _inside(scope, f"{SANDBOX_PREFIX}/{name}")
            path = slash + rest
        if _is_below(path, CONTROL_PREFIX):
            # It looks for the world itself: who may not drive it can not make one either.
            await self._control({**_inside(scope, CONTROL_PREFIX), SANDBOX: name}, receive, send)
            return
        try:
            world = await world_of(self._worlds, name)
        except NoWorld as refusal:
            await _refuse(refusal, scope, receive, send)
            return
        try:
            await self._losant(world, scope, receive, send)
        except WorldEnded:
            await _reply(NoWorld(410, "Gone", gone(name or "")), scope, send)


async def world_of(worlds: Worlds, name: str | None) -> World:
    """Return the world that a path names: a sandbox, which is made if it is new, or the main one.

    :raises NoWorld: when there is none, and none can be made
    """
    if name is None:
        return worlds.main
    try:
        return await worlds.visit(name)
    except SandboxDeleted:
        raise NoWorld(410, "Gone", gone(name)) from None
    except InvalidName:
        raise NoWorld(400, "Validation", misnamed(name)) from None


async def hear_out(scope: Scope, receive: Receive) -> None:
    """Read a body that is not wanted: clients listen only when they have sent.

    :raises ClientGone: when it ends before its end
    """
    if not any(name == b"expect" for name, _ in scope["headers"]):
        await read_content(receive)


def misnamed(name: str) -> str:
    """Return what is said about a name that a sandbox can not have."""
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return (
        f'"{shown}" can not be the name of a sandbox: up to 128 letters, digits, dots, hyphens'
        " and underscores, the first of them a letter or a digit"
    )


def _path_below(scope: Scope) -> str:
    """Return the path below the place at which the app is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _is_below(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


def _was_sent(scope: Scope, name: str) -> bool:
    """Tell whether a sandbox's name stands between slashes that are some, not encoded ones."""
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
        # The prefix was sent in another spelling, which is nothing to look for in the path.
        return {**scope, "root_path": root_path, "raw_path": None}
    return {**scope, "root_path": root_path}


def gone(name: str) -> str:
    """Return what is said about a sandbox that was deleted."""
    return (
        f'Sandbox "{name}" was deleted; something still uses it.'
        " Make it again with POST /_mock/sandboxes, or take another name"
    )


async def _refuse(refusal: NoWorld, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await hear_out(scope, receive)
    except ClientGone:
        return
    await _reply(refusal, scope, send)


async def _reply(refusal: NoWorld, scope: Scope, send: Send) -> None:
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    reply = Reply(refusal.status, encode({"type": refusal.kind, "message": refusal.message}))
    await send_reply(send, reply, origin)
