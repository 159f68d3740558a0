"""The mocked API as one ASGI application."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mock_server.api.documents import Documents
from mock_server.api.endpoints import Endpoint
from mock_server.api.errors import error_reply, internal_error
from mock_server.api.reply import Reply, Send, send_reply
from mock_server.api.request import ClientGone, Receive, Request, Scope, loggable_target
from mock_server.api.routing import real_routes
from mock_server.control.world import World
from mock_server.domain.errors import ApiError, MethodNotAllowed, NotImplementedByMock

logger = logging.getLogger("mock_server")


@dataclass(frozen=True)
class Exchange:
    """A request and what came of it. ``action`` is None for a path that names none.

    ``target`` is path and query as they were sent, with tokens made unreadable; ``error`` is the
    type of an error, ``reason`` what was wrong.
    """

    method: str
    target: str
    action: str | None
    status: int
    milliseconds: float
    error: str | None
    reason: str | None


Observer = Callable[[Exchange], None]


class LosantApi:
    """Answers every action of the real API: the mocked ones from a world, the rest by name."""

    def __init__(
        self, world: World, endpoints: Iterable[Endpoint[Any, Any]], observe: Observer | None
    ) -> None:
        self._world = world
        self._endpoints = {endpoint.action: endpoint for endpoint in endpoints}
        self._routes = real_routes()
        self._documents = Documents()
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        await self._world.ready()
        try:
            answer = await self._answer(scope, receive)
        except ClientGone:
            return
        origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
        await send_reply(send, answer.reply, origin)
        if self._observe is not None:
            milliseconds = (time.perf_counter() - started) * 1000
            self._observe(answer.exchange(scope, milliseconds))

    async def _answer(self, scope: Scope, receive: Receive) -> _Answer:
        if scope["method"] == "OPTIONS":
            return _Answer(Reply(204))
        action: str | None = None
        try:
            request = Request.of(scope)
            route = self._routes.find(request.method, request.segments)
            if route is None:
                raise MethodNotAllowed(request.method)
            action = route.action
            endpoint = self._endpoints.get(action)
            if endpoint is None:
                raise NotImplementedByMock(action)
            return _Answer(
                await endpoint.answer(route, request, receive, self._world, self._documents), action
            )
        except ApiError as error:
            reply = error_reply(error, self._world.settings)
            if scope["method"] == "HEAD":
                reply = Reply(reply.status)
            return _Answer(reply, action, error.type, error.reason)
        except ClientGone:
            raise
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            return _Answer(internal_error(), action, "InternalError", "see above")


@dataclass(frozen=True)
class _Answer:
    reply: Reply
    action: str | None = None
    error: str | None = None
    reason: str | None = None

    def exchange(self, scope: Scope, milliseconds: float) -> Exchange:
        return Exchange(
            method=scope["method"],
            target=loggable_target(scope),
            action=self.action,
            status=self.reply.status,
            milliseconds=milliseconds,
            error=self.error,
            reason=self.reason,
        )
