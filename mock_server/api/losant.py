"""The mocked API: a request is read, may be struck by faults, is answered, and written down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mock_server.api.delivery import deliver, end, pause
from mock_server.api.documents import Documents
from mock_server.api.endpoints import Endpoint
from mock_server.api.errors import error_reply, injected_reply, internal_error
from mock_server.api.reply import Reply, Send, send_reply
from mock_server.api.request import ClientGone, Receive, Request, Scope, read_content
from mock_server.api.routing import real_routes
from mock_server.api.visit import Visit
from mock_server.control import redaction
from mock_server.control.faults import Ending, Strike
from mock_server.control.journal import Exchange
from mock_server.control.world import World, WorldEnded
from mock_server.domain.errors import ApiError, MethodNotAllowed, NotImplementedByMock

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
        self._observe: Observer = observe or (lambda world, exchange: None)

    async def __call__(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in a world.

        :raises WorldEnded: when the world was deleted while the request was still on its way
        """
        started, age = time.perf_counter(), world.age
        try:
            content = await read_content(receive) if self._is_awaited(scope) else b""
        except ClientGone:
            return
        if world.has_ended:
            raise WorldEnded
        if world.age != age:
            await _leave(scope, receive)
            return
        visit = Visit.of(scope, content, self._routes, world.clock.now())
        strike = world.faults.strike(visit.incoming(), visit.time) if world.faults else None
        if strike is None:
            answer = await self._answer(world, visit)
        else:
            answer = await self._struck(world, visit, strike, receive)
            if world.age != age:
                await _leave(scope, receive)
                return
        milliseconds = (time.perf_counter() - started) * 1000
        # Written down before it is sent: who has the answer finds the request in the journal.
        exchange = _exchange(world, visit, answer, strike, milliseconds)
        world.journal.record(exchange)
        if strike is None and answer.reply is not None:
            await send_reply(send, answer.reply, visit.origin)
        elif strike is not None:
            await _send(answer.reply, strike, visit, scope, receive, send)
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

    async def _struck(
        self, world: World, visit: Visit, strike: Strike, receive: Receive
    ) -> _Answer:
        """Answer a request that faults have struck; it is not carried out after a reset.

        :raises WorldEnded: when the world was deleted meanwhile
        """
        age = world.age
        try:
            if strike.delay:
                await pause(strike.delay, receive)
        except ClientGone:
            return _Answer(None, "ClientGone", _NOT_AWAITED)
        if world.has_ended:
            raise WorldEnded
        is_due = strike.carry_out and world.age == age
        answer = await self._answer(world, visit) if is_due else _Answer(None)
        if strike.ending is not None:
            return _Answer(None)
        if strike.answer is not None:
            injected = strike.answer
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
            visit.route, visit.request, visit.content, world, self._documents
        )


async def _leave(scope: Scope, receive: Receive) -> None:
    """Give up a request from before a reset: it must not touch the state after it."""
    await end(Ending.CLOSE, scope, receive)


async def _send(
    reply: Reply | None, strike: Strike, visit: Visit, scope: Scope, receive: Receive, send: Send
) -> None:
    # A client that leaves while it waits is what such faults are for.
    with suppress(ClientGone):
        if reply is not None:
            await deliver(reply, strike, visit.origin, scope, receive, send)
        elif strike.ending is not None:
            await end(strike.ending, scope, receive)


def _exchange(
    world: World, visit: Visit, answer: _Answer, strike: Strike | None, milliseconds: float
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
        faults=() if strike is None else tuple(strike.faults),
    )
