"""The mocked API: a request is read, may get faults, is answered, and written down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mock_server.asgi.body import ClientGone, Receive, Scope, read_content
from mock_server.domain import redaction
from mock_server.domain.catalog import real_routes
from mock_server.domain.errors import ApiError, MethodNotAllowed, NotImplementedByMock
from mock_server.faults import Ending, Injection
from mock_server.journal.journal import Exchange
from mock_server.losant.errors import error_reply, injected_reply, internal_error
from mock_server.losant.hypermedia import Documents
from mock_server.losant.middleware.delivery import deliver, end, pause
from mock_server.losant.reply import Reply, Send, send_reply
from mock_server.losant.request import Request
from mock_server.losant.routing import Endpoint
from mock_server.losant.visit import Visit
from mock_server.worlds.world import World, WorldEnded

logger = logging.getLogger("mock_server")

_TOO_LARGE = b"[a body that is too large]"

_NOT_AWAITED = "the client left, or the server stopped, before it was answered"

Observer = Callable[[World, Exchange], None]


@dataclass(slots=True)
class _Answer:
    """What is answered, None for nothing; ``error`` and ``reason`` are for the journal."""

    reply: Reply | None
    error: str | None = None
    reason: str | None = None


class LosantApi:
    """Answers every action of the real API: the mocked ones from a world, the rest by name."""

    def __init__(
        self, endpoints: Iterable[Endpoint[Any, Any]], observe: Observer | None = None
    ) -> None:
        self._endpoints = {endpoint.action: endpoint for endpoint in endpoints}
        self._routes = real_routes()
        self._documents = Documents()
        self._observe = observe

    async def __call__(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in a world.

        :raises WorldEnded: when the world was deleted while the request was still on its way
        """
        started, generation = time.perf_counter(), world.generation
        try:
            content = await read_content(receive) if self._is_awaited(scope) else b""
        except ClientGone:
            return
        if world.deleted:
            raise WorldEnded
        visit = Visit.of(scope, content, self._routes, world.clock.now())
        injection = world.faults.apply(visit, visit.time) if world.faults else None
        if injection is None:
            answer = await self._answer(world, visit)
        else:
            answer = await self._answer_with_faults(world, visit, injection, receive)
            if world.generation != generation:
                # It belongs to what was before the reset, and must not touch what is now.
                await end(Ending.CLOSE, scope, receive)
                return
        milliseconds = (time.perf_counter() - started) * 1000
        # Written down before it is sent: who has the answer finds the request in the journal.
        exchange = _exchange(world, visit, answer, injection, milliseconds)
        world.journal.record(exchange)
        if injection is None and answer.reply is not None:
            await send_reply(send, answer.reply, visit.origin)
        elif injection is not None:
            await _send(answer.reply, injection, visit, scope, receive, send)
        if self._observe is not None:
            self._observe(world, exchange)

    def _is_awaited(self, scope: Scope) -> bool:
        """Tell whether to read the body.

        Some clients wait to be told that it is wanted (``Expect: 100-continue``); those that ask
        for what there is not are told so instead.
        """
        names = [name for name, _ in scope["headers"]]
        if scope["method"] == "GET" and b"content-length" not in names:
            # With HTTP/1.1, that is to say no body unless it comes in pieces.
            return b"transfer-encoding" in names or scope.get("http_version", "2") >= "2"
        if b"expect" not in names:
            return True
        with suppress(ApiError):
            request = Request.of(scope)
            return self._routes.find(request.method, request.segments) is not None
        return False

    async def _answer_with_faults(
        self, world: World, visit: Visit, injection: Injection, receive: Receive
    ) -> _Answer:
        """Answer a request to which faults apply; it is not carried out after a reset.

        :raises WorldEnded: when the world was deleted meanwhile
        """
        generation = world.generation
        try:
            if injection.delay:
                await pause(injection.delay, receive)
        except ClientGone:
            return _Answer(None, "ClientGone", _NOT_AWAITED)
        if world.deleted:
            raise WorldEnded
        is_due = injection.carry_out and world.generation == generation
        answer = await self._answer(world, visit) if is_due else _Answer(None)
        if injection.ending is not None:
            return _Answer(None)
        if injection.answer is not None:
            injected = injection.answer
            return _Answer(injected_reply(injected), injected.type, "answered by a fault")
        return answer

    async def _answer(self, world: World, visit: Visit) -> _Answer:
        if visit.method == "OPTIONS":
            return _Answer(Reply(204))
        try:
            return _Answer(await self._acted(world, visit))
        except ApiError as error:
            reply = error_reply(error, world.settings)
            if visit.method == "HEAD":
                reply = Reply(reply.status)
            return _Answer(reply, error.type, error.reason)
        except Exception:
            logger.exception("%s %s failed", visit.method, redaction.text(visit.path))
            return _Answer(internal_error(), "InternalError", "see the log")

    async def _acted(self, world: World, visit: Visit) -> Reply:
        """Do what was asked.

        :raises ApiError: when that is refused
        """
        if visit.error is not None:
            raise visit.error
        if visit.request is None or visit.route is None:
            raise MethodNotAllowed(visit.method)
        endpoint = self._endpoints.get(visit.route.action)
        if endpoint is None:
            raise NotImplementedByMock(visit.route.action)
        return await endpoint.answer(
            visit.route,
            visit.request,
            visit.content,
            world,
            self._documents,
        )


async def _send(
    reply: Reply | None,
    injection: Injection,
    visit: Visit,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    # A client that leaves while it waits is what such faults are for.
    with suppress(ClientGone):
        if reply is not None:
            await deliver(reply, injection, visit.origin, scope, receive, send)
        elif injection.ending is not None:
            await end(injection.ending, scope, receive)


def _exchange(
    world: World,
    visit: Visit,
    answer: _Answer,
    injection: Injection | None,
    milliseconds: float,
) -> Exchange:
    reply = answer.reply
    return Exchange(
        number=world.journal.total + 1,
        time=visit.time,
        action=visit.action,
        method=visit.method,
        target=visit.target,
        headers=visit.scope["headers"],
        content=_TOO_LARGE if visit.content is None else visit.content,
        status=None if reply is None else reply.status,
        answer=b"" if reply is None else reply.body,
        milliseconds=milliseconds,
        error=answer.error,
        reason=answer.reason,
        faults=() if injection is None else tuple(injection.faults),
    )
