"""From a request's path to the world that it is for, and to what answers it there."""

from __future__ import annotations

from urllib.parse import quote, unquote

from starlette.types import ASGIApp

from mock_server.asgi.body import ClientGone, Receive, Scope, discard_body
from mock_server.asgi.world import CONTROL_PREFIX, SANDBOX, SANDBOX_PREFIX, NoWorld, world_of
from mock_server.jsonio import encode
from mock_server.losant.middleware.recording import LosantApi
from mock_server.losant.reply import Reply, Send, send_reply
from mock_server.worlds.registry import Worlds
from mock_server.worlds.world import WorldEnded


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
            await _reply(NoWorld.deleted(name or ""), scope, send)


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


async def _refuse(refusal: NoWorld, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await discard_body(scope, receive)
    except ClientGone:
        return
    await _reply(refusal, scope, send)


async def _reply(refusal: NoWorld, scope: Scope, send: Send) -> None:
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    reply = Reply(refusal.status, encode({"type": refusal.kind, "message": refusal.message}))
    await send_reply(send, reply, origin)
