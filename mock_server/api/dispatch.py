"""From a request's path to the world that it is for, and to what answers it there."""

from __future__ import annotations

from starlette.types import ASGIApp

from mock_server.api.losant import LosantApi
from mock_server.api.reply import Reply, Send, send_reply
from mock_server.api.request import ClientGone, Receive, Scope, read_content
from mock_server.control.worlds import InvalidName, SandboxDeleted, Worlds
from mock_server.wire.encoding import encode

CONTROL_PREFIX = "/_mock"
SANDBOX_PREFIX = "/_sandbox"
WORLD = "losant_mock_server.world"
"""Where the scope of a request to the control plane has its world."""


class Dispatcher:
    """The control plane below ``/_mock``, the mocked API everywhere else.

    Both are there once more for each sandbox, below ``/_sandbox/{name}``.
    """

    def __init__(self, worlds: Worlds, losant: LosantApi, control: ASGIApp) -> None:
        self._worlds = worlds
        self._losant = losant
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._worlds.ready()
        world = self._worlds.main
        path = _path_below(scope)
        if _is_below(path, SANDBOX_PREFIX):
            name, slash, rest = path[len(SANDBOX_PREFIX) + 1 :].partition("/")
            try:
                world = await self._worlds.visit(name)
            except SandboxDeleted:
                await _refuse(410, "Gone", _gone(name), scope, receive, send)
                return
            except InvalidName:
                await _refuse(400, "Validation", _misnamed(name), scope, receive, send)
                return
            scope = _inside(scope, f"{SANDBOX_PREFIX}/{name}")
            path = slash + rest
        if _is_below(path, CONTROL_PREFIX):
            await self._control({**_inside(scope, CONTROL_PREFIX), WORLD: world}, receive, send)
        else:
            await self._losant(world, scope, receive, send)


def _path_below(scope: Scope) -> str:
    """Return the path below the place at which the app is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _is_below(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


def _inside(scope: Scope, prefix: str) -> Scope:
    """Return the scope of an application that is mounted at ``prefix``."""
    return {**scope, "root_path": scope.get("root_path", "") + prefix}


def _gone(name: str) -> str:
    return (
        f'Sandbox "{name}" was deleted; something still uses it.'
        " Make it again with POST /_mock/sandboxes, or take another name"
    )


def _misnamed(name: str) -> str:
    return (
        f'"{name}" can not be the name of a sandbox: up to 128 letters, digits, dots, hyphens'
        " and underscores, the first of them a letter or a digit"
    )


async def _refuse(
    status: int, kind: str, message: str, scope: Scope, receive: Receive, send: Send
) -> None:
    try:
        await read_content(receive)  # clients listen only when they have sent
    except ClientGone:
        return
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    reply = Reply(status, encode({"type": kind, "message": message}))
    await send_reply(send, reply, origin)
