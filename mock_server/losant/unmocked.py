"""What is answered to requests that no path operation is for."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from mock_server.domain.errors import MethodNotAllowed, NotImplementedByMock
from mock_server.losant.context import context_of
from mock_server.losant.middleware.headers import PREFLIGHT


async def answer_unmocked(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a preflight, and refuse everything else (contract, section 1).

    :raises ApiError: 501 for an action of the real API that the mock does not have, 405 for what
        is no action, or why the request could not be read
    """
    if scope["type"] == "websocket":
        await WebSocketClose()(scope, receive, send)
        return
    context = context_of(scope)
    if context.method == "OPTIONS":
        await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
        return
    if context.error is not None:
        raise context.error
    if context.action is None:
        raise MethodNotAllowed(context.method)
    raise NotImplementedByMock(context.action)
