"""Errors of the control plane: what an operation raises, and what is answered.

Operations raise FastAPI's :class:`HTTPException` with a message that says what to do; the type in
the answer follows from the status.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette import exceptions, routing
from starlette.types import Receive, Scope, Send

from mock_server.asgi.body import ClientGone, discard_body
from mock_server.asgi.world import NoWorld
from mock_server.control import wording
from mock_server.jsonio import encode
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
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


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


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as it is answered."""
    content = encode({"type": _ERRORS[status][0], "message": message})
    return Response(content, status, headers, media_type="application/json")


async def refuse(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer an error before anything has read the body.

    Many clients only look at the answer when they have sent all of the body.
    """
    with suppress(ClientGone):
        await discard_body(scope, receive)
        await refusal(error.status_code, error.detail, error.headers)(scope, receive, send)


async def _refused(request: Request, error: HTTPException) -> Response:
    return refusal(error.status_code, error.detail, error.headers)


async def _no_operation(request: Request, error: exceptions.HTTPException) -> Response:
    """Answer a path or a method that the router does not know; nothing has read the body."""
    with suppress(ClientGone):
        await discard_body(request.scope, request.receive)
    path = wording.shown(request.scope["path"])
    methods = _methods(request)
    if not methods:
        docs = f"{request.scope['app_root_path']}/docs"
        return refusal(404, f"There is no {path}; GET {docs} tells what there is")
    allow = {"Allow": ", ".join(methods)}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    message = f"{path} takes {' or '.join(methods)}, not {wording.shown(request.method)}"
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
    return [method for method in _METHODS if method in found | implied] if found else []


async def _no_world(request: Request, error: NoWorld) -> Response:
    return refusal(error.status, error.message)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return refusal(400, wording.message(error.errors(), error.body))


async def _invalid_document(request: Request, error: FixtureError) -> Response:
    return refusal(400, str(error))


async def _not_in_world(request: Request, error: NotInWorld) -> Response:
    return refusal(404, wording.shortened(str(error), 1000))


async def _client_gone(request: Request, error: ClientGone) -> Response:
    """Answer a client that has left: it does not hear it, but an ASGI server expects an answer."""
    return refusal(400, "The request ended before its body was complete")


async def _failed(request: Request, error: Exception) -> Response:
    """Answer a bug of the mock server; the ASGI server logs the exception."""
    return refusal(500, "The mock server failed; its log says why")


HANDLERS: dict[int | type[Exception], Any] = {
    HTTPException: _refused,
    exceptions.HTTPException: _no_operation,
    RequestValidationError: _invalid,
    FixtureError: _invalid_document,
    NotInWorld: _not_in_world,
    NoWorld: _no_world,
    ClientGone: _client_gone,
    Exception: _failed,
}
"""What answers each kind of exception."""
