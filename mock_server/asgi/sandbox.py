"""From a request's path to the world that it is for, and to what answers it there."""

from __future__ import annotations

from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.asgi.world import CONTROL_PREFIX, SANDBOX, SANDBOX_PREFIX
from mock_server.worlds.registry import Worlds


class SandboxMiddleware:
    """Sends requests below ``/_mock`` to the control plane, and all others to the mocked API.

    Both are there once more for each sandbox, below ``/_sandbox/{name}``, which the first request
    makes: clients of the mocked API know no more of it than a URL.
    """

    def __init__(self, losant: ASGIApp, *, control: ASGIApp, worlds: Worlds) -> None:
        self._losant = losant
        self._control = control
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._losant(scope, receive, send)
            return
        await self._worlds.ready()
        path, name = _path_below(scope), None
        if _is_below(path, SANDBOX_PREFIX):
            name, slash, rest = path[len(SANDBOX_PREFIX) + 1 :].partition("/")
            if not _was_sent(scope, name):
                name = path[len(SANDBOX_PREFIX) :]  # with the slashes, which no name has
            scope = _inside(scope, f"{SANDBOX_PREFIX}/{name}")
            path = slash + rest
        # Each looks for the world itself: who may not use the control plane can not make a sandbox.
        if _is_below(path, CONTROL_PREFIX):
            await self._control({**_inside(scope, CONTROL_PREFIX), SANDBOX: name}, receive, send)
        else:
            await self._losant({**scope, SANDBOX: name}, receive, send)


def _path_below(scope: Scope) -> str:
    """Return the path below the place at which the app is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _is_below(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


def _was_sent(scope: Scope, name: str) -> bool:
    """Tell whether a sandbox's name stands between literal slashes, not ``%2F``."""
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
        # The prefix was sent in another spelling, so that it can not be removed from the path.
        return {**scope, "root_path": root_path, "raw_path": None}
    return {**scope, "root_path": root_path}
