"""Errors of the control plane: what an operation raises, and what is answered.

Operations raise FastAPI's :class:`HTTPException` with a message that says what to do; the type in
the answer follows from the status.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette import exceptions, routing
from starlette.types import Receive, Scope, Send

from mock_server.asgi.body import ClientGone, discard_body
from mock_server.asgi.sandbox import NoWorld
from mock_server.jsonio import encode
from mock_server.schemas.error_messages import Path, failure, path_text
from mock_server.schemas.request_pattern import METHODS
from mock_server.seeds.mistakes import FixtureError
from mock_server.worlds.state import NotInWorld

_ERRORS = {
    400: ("Validation", "The request is wrong; nothing has changed."),
    401: ("Unauthorized", "The admin token, which this server requires, is missing or wrong."),
    403: ("Forbidden", "The request comes from a page of another origin, or names another host."),
    404: ("NotFound", "Nothing has this name, or the control plane is switched off."),
    405: ("MethodNotAllowed", "The path has no such method."),
    409: ("AlreadyExists", "The name is taken."),
    410: ("Gone", "The sandbox was deleted."),
    413: ("PayloadTooLarge", "The body is too large."),
    415: ("UnsupportedMediaType", "The body was not sent as JSON."),
    500: ("InternalError", "The mock server failed."),
}
"""Type and meaning of each status."""

_MAX_FAILURES = 5
_MAX_TEXT = 100
"""Characters of a text from the request that a message repeats."""


class Refusal(BaseModel):
    """Why a request was refused."""

    type: str = Field(description="The kind of error, for programs.")
    message: str = Field(description="What is wrong, and what to do about it.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return error responses for OpenAPI: those of some statuses, and that of all others."""
    # By reference: of a model, FastAPI makes a validator for each status of each operation.
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": _ERRORS[status][1], "content": content} for status in statuses
    }
    return found | {"default": {"description": "Any other error.", "content": content}}


OPEN_REFUSALS = responses(400, 403)
"""The error responses of operations that need no admin token."""

BODY_REFUSALS = (413, 415)
"""Statuses of errors that only operations with a body have."""

REFUSALS = responses(400, 401, 403, 404, 410, *BODY_REFUSALS)
"""The error responses of all other operations."""


def not_found(what: str, hint: str = "") -> HTTPException:
    """Return the error for something that does not exist."""
    return HTTPException(404, f"{what} was not found{hint and f'; {hint}'}")


def shown(text: str) -> str:
    """Return text of a request so that a message can repeat it: printable, and not too long."""
    return _shortened(text.encode(errors="backslashreplace").decode(), _MAX_TEXT)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer for an error."""
    content = encode({"type": _ERRORS[status][0], "message": message})
    return Response(content, status, headers, media_type="application/json")


def refusal_of(error: HTTPException | NoWorld) -> Response:
    """Return the answer for an exception that has a status and a message."""
    if isinstance(error, NoWorld):
        return refusal(error.status, error.message)
    return refusal(error.status_code, error.detail, error.headers)


async def refuse(
    error: HTTPException | NoWorld, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer an error before anything has read the body.

    The body is read first, because many clients only look at the answer after sending all of it.
    """
    with suppress(ClientGone):
        await discard_body(scope, receive)
        await refusal_of(error)(scope, receive, send)


Handler = Callable[[Request, Any], Awaitable[Response]]


def _refusing(status: int, message: Callable[[Any], str]) -> Handler:
    """Return what answers a kind of exception with a status, and a message made of it."""

    async def handle(request: Request, error: Any) -> Response:
        return refusal(status, message(error))

    return handle


async def _refused(request: Request, error: HTTPException | NoWorld) -> Response:
    return refusal_of(error)


async def _no_operation(request: Request, error: exceptions.HTTPException) -> Response:
    """Answer a path or a method that the router does not know; nothing has read the body."""
    with suppress(ClientGone):
        await discard_body(request.scope, request.receive)
    path = shown(request.scope["path"])
    methods = _methods(request)
    if not methods:
        docs = f"{request.scope['app_root_path']}/docs"
        return refusal(404, f"There is no {path}; GET {docs} lists all operations")
    allow = {"Allow": ", ".join(methods)}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    message = f"{path} takes {' or '.join(methods)}, not {shown(request.method)}"
    return refusal(405, message, allow)


def _methods(request: Request) -> list[str]:
    """Return the methods of the request's path; none if there is no such path."""
    path = request.scope["path"].removeprefix(request.scope["app_root_path"])
    found = {
        method
        for route in request.app.routes
        if isinstance(route, routing.Route) and route.path_regex.match(path)
        for method in route.methods or ()
    }
    implied = {"OPTIONS", "HEAD"} if "GET" in found else {"OPTIONS"}
    return [method for method in METHODS if method in found | implied] if found else []


def _invalid(error: RequestValidationError) -> str:
    """Return what pydantic found wrong with a request; the first few failures.

    The reasons for one place are joined: a value may be of several types.
    """
    found: dict[Path, str] = {}
    for detail in error.errors():
        path, reason = _failure(detail, error.body)
        before = found.get(path)
        if before is None:
            found[path] = reason
        elif reason not in before:
            found[path] = f"{before} or {reason.removeprefix('must be ')}"
    failures = [f"{_place(path)} {reason}" for path, reason in found.items()]
    more = len(failures) - _MAX_FAILURES
    return "; ".join(failures[:_MAX_FAILURES]) + (f"; and {more} more" if more > 0 else "")


def _failure(detail: Mapping[str, Any], body: Any) -> tuple[Path, str]:
    """Return the place of a failure inside the body or the parameters, and what is wrong."""
    part, *path = detail["loc"]
    if part != "body":
        found = failure({**detail, "loc": ()}, None)
        return (*path, *found.path), found.reason
    if not path and detail["type"] == "missing":
        return (), "must be JSON, sent with Content-Type: application/json"
    if path and isinstance(body, dict) and body.get("kind") == path[0]:
        del path[0]  # pydantic names the kind of a fault, which may also be a property
    found = failure({**detail, "loc": tuple(path)}, body)
    return found.path, found.reason


def _place(path: Path) -> str:
    """Return a place such as ``inOrder[0].action``; parts of it may be any text that was sent."""
    parts = (part if isinstance(part, int) else shown(part) for part in path)
    return path_text(parts) or "the body"


HANDLERS: dict[int | type[Exception], Any] = {
    HTTPException: _refused,
    exceptions.HTTPException: _no_operation,
    NoWorld: _refused,
    RequestValidationError: _refusing(400, _invalid),
    FixtureError: _refusing(400, str),
    NotInWorld: _refusing(404, lambda error: _shortened(str(error), 1000)),
    # The client has left and does not get this answer, but an ASGI server expects one.
    ClientGone: _refusing(400, lambda _: "The request ended before its body was complete"),
    # A bug of the mock server; the ASGI server logs the exception.
    Exception: _refusing(500, lambda _: "The mock server failed; its log says why"),
}
"""What answers each kind of exception."""
