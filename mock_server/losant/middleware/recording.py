"""Reads each request, applies faults, answers it, and records it in the journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.asgi.body import ClientGone, discard_body, read_content
from mock_server.asgi.connection import connection_of
from mock_server.asgi.sandbox import SANDBOX, WORLD, NoWorld, world_of, world_of_scope
from mock_server.domain.catalog import catalog, segments_of
from mock_server.faults import Ending, InjectedAnswer, Injection
from mock_server.journal.journal import Exchange, joined
from mock_server.losant.context import CONTEXT, RequestContext, split_target
from mock_server.losant.errors import answer_error
from mock_server.losant.middleware.delivery import Answer, Capture, deliver, end, pause
from mock_server.losant.responses import json_response
from mock_server.worlds.registry import Worlds
from mock_server.worlds.world import World, WorldEnded

_TOO_LARGE = b"[a body that is too large]"

_ABANDONED = "the client closed the connection, or the server stopped, before the answer"

Observer = Callable[[World, Exchange], None]


class _GivenUp(Exception):
    """The world was reset since the request began, so the request must not change it."""


class _Record:
    """An answer, and what the journal records of its error."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.error: str | None = None
        self.reason: str | None = None


class RecordingMiddleware:
    """Finds the world of each request, applies its faults, and records the request."""

    def __init__(self, app: ASGIApp, *, worlds: Worlds, observe: Observer | None = None) -> None:
        """Wrap the application that answers.

        :param observe: called with each request that was recorded
        """
        self._app = app
        self._worlds = worlds
        self._observe: Observer = observe or (lambda world, exchange: None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with suppress(ClientGone):
            try:
                world = await world_of(self._worlds, scope[SANDBOX])
            except NoWorld as error:
                await discard_body(scope, receive)
                await _refusal(error, scope)(scope, receive, send)
                return
            scope[WORLD] = world  # in the copy that the sandbox middleware has made
            try:
                await self._record(world, scope, receive, send)
            except WorldEnded:
                refusal = _refusal(NoWorld.deleted(world.name or ""), scope)
                await refusal(scope, receive, send)
            except _GivenUp:
                await _give_up(scope, receive, send)

    async def _record(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in a world and record it.

        :raises ClientGone: when the client closes the connection before it has sent everything
        :raises WorldEnded: when the world was deleted while the request was on its way
        """
        started, generation = time.perf_counter(), world.generation
        content = await read_content(receive) if _is_awaited(scope) else b""
        _require_same(world, generation)
        context = RequestContext(scope, content, world.clock.now())
        scope[CONTEXT] = context
        injection = world.faults.apply(context, context.time) if world.faults else None
        record = _Record()
        if injection is None:
            await self._carry_out(context, record, scope, receive)
        else:
            await self._with_faults(injection, record, scope, receive)
            _require_same(world, generation)
        if context.method == "HEAD" and record.answer is not None:
            record.answer = record.answer.without_body()
        milliseconds = (time.perf_counter() - started) * 1000
        # Recorded before it is sent, so that a client with the answer finds it in the journal.
        exchange = _exchange(world, context, record, injection, milliseconds)
        world.journal.record(exchange)
        await _send(record.answer, injection, scope, receive, send)
        self._observe(world, exchange)

    async def _carry_out(
        self, context: RequestContext, record: _Record, scope: Scope, receive: Receive
    ) -> None:
        capture = Capture()
        try:
            await self._app(scope, receive, capture.send)
        except Exception as error:
            settings = world_of_scope(scope).settings
            await answer_error(error, context, settings)(scope, receive, capture.send)
        record.answer = capture.answer
        if context.error is not None:
            record.error, record.reason = context.error.type, context.error.reason

    async def _with_faults(
        self, injection: Injection, record: _Record, scope: Scope, receive: Receive
    ) -> None:
        """Answer a request that faults apply to.

        :raises WorldEnded: when the world was deleted meanwhile
        """
        world, context = scope[WORLD], scope[CONTEXT]
        generation = world.generation
        try:
            if injection.delay:
                await pause(injection.delay, receive)
        except ClientGone:
            record.error, record.reason = "ClientGone", _ABANDONED
            return
        _require_same(world, generation)
        if injection.carry_out:
            await self._carry_out(context, record, scope, receive)
        if injection.ending is not None:
            record.answer = record.error = record.reason = None
        elif injection.answer is not None:
            await _inject(injection.answer, record, scope, receive)


def _require_same(world: World, generation: int) -> None:
    """Refuse a request if its world was deleted or reset since it began.

    :raises WorldEnded: when the world was deleted
    """
    if world.deleted:
        raise WorldEnded
    if world.generation != generation:
        raise _GivenUp


def _is_awaited(scope: Scope) -> bool:
    """Return whether to read the body.

    A client that sends ``Expect: 100-continue`` waits before it sends the body. If there is no
    such action, it gets the error at once.
    """
    names = [name for name, _ in scope["headers"]]
    if scope["method"] == "GET" and b"content-length" not in names:
        # With HTTP/1.1, such a request has a body only if it is chunked.
        return b"transfer-encoding" in names or scope.get("http_version", "2") >= "2"
    if b"expect" not in names:
        return True
    path, _ = split_target(scope)
    return catalog().find(scope["method"], segments_of(path)) is not None


def _refusal(error: NoWorld, scope: Scope) -> Response:
    if scope["method"] == "HEAD":
        return Response(status_code=error.status)
    return json_response({"type": error.kind, "message": error.message}, error.status)


async def _give_up(scope: Scope, receive: Receive, send: Send) -> None:
    """Close the connection of a request from before a reset, or say so where that is impossible."""
    if connection_of(scope) is not None:
        await end(Ending.CLOSE, scope, receive)
        return
    message = "The state was reset while this request was waiting, so it was not carried out"
    await json_response({"type": "Gone", "message": message}, 410)(scope, receive, send)


async def _inject(
    injected: InjectedAnswer, record: _Record, scope: Scope, receive: Receive
) -> None:
    """Replace the answer by that of a fault."""
    document = {"type": injected.type, "message": injected.message}
    capture = Capture()
    await json_response(document, injected.status)(scope, receive, capture.send)
    record.answer = capture.answer
    record.error, record.reason = injected.type, "answered by a fault"


async def _send(
    answer: Answer | None, injection: Injection | None, scope: Scope, receive: Receive, send: Send
) -> None:
    if injection is None:
        if answer is not None:
            await answer.send(send)
        return
    # Clients often give up while they wait; faults are there to test that.
    with suppress(ClientGone):
        if answer is not None:
            await deliver(answer, injection, scope, receive, send)
        elif injection.ending is not None:
            await end(injection.ending, scope, receive)


def _exchange(
    world: World,
    context: RequestContext,
    record: _Record,
    injection: Injection | None,
    milliseconds: float,
) -> Exchange:
    answer = record.answer
    return Exchange(
        number=world.journal.total + 1,
        time=context.time,
        action=context.action,
        method=context.method,
        raw_target=context.target,
        raw_headers=joined(context.headers),
        raw_body=_TOO_LARGE if context.content is None else context.content,
        status=None if answer is None else answer.status,
        raw_response=b"" if answer is None else answer.body,
        milliseconds=milliseconds,
        error=record.error,
        raw_reason=record.reason,
        faults=() if injection is None else tuple(injection.faults),
    )
