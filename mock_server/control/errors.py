"""Errors of the control plane, in the form of the API's: a type, and what to do about it."""

from contextlib import suppress

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from mock_server.asgi.body import ClientGone, discard_body
from mock_server.control import wording
from mock_server.control.methods import methods_of
from mock_server.jsonio import encode
from mock_server.seeds.mistakes import FixtureError
from mock_server.worlds.state import NotInWorld


class Refusal(BaseModel):
    """Why a request was refused."""

    type: str = Field(description="What kind of error it is, for programs.")
    message: str = Field(description="What is wrong, and what to do about it.")


class ControlError(Exception):
    """A refusal, with its status."""

    def __init__(
        self, status: int, kind: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message
        self.headers = headers


def not_found(what: str, hint: str = "") -> ControlError:
    """Return the refusal for something that does not exist."""
    return ControlError(404, "NotFound", f"{what} was not found{hint and f'; {hint}'}")


def invalid(message: str) -> ControlError:
    """Return the refusal for a request that is wrong."""
    return ControlError(400, "Validation", message)


def install(app: FastAPI) -> None:
    """Let an application answer its errors in this form."""
    app.add_exception_handler(ControlError, _control_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(FixtureError, _unloadable)
    app.add_exception_handler(NotInWorld, _not_in_world)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientGone, _nobody)
    app.add_exception_handler(Exception, _failed)


def error_response(
    status: int, kind: str, message: str, headers: dict[str, str] | None = None
) -> Response:
    """Return an error as it is answered."""
    content = encode({"type": kind, "message": message})
    return Response(content, status, headers, media_type="application/json")


def response_of(error: ControlError) -> Response:
    """Return a refusal as it is answered."""
    return error_response(error.status, error.kind, error.message, error.headers)


async def _control_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ControlError):
        raise error
    return response_of(error)


async def _invalid(request: Request, error: Exception) -> Response:
    """Tell what is wrong with a request."""
    if not isinstance(error, RequestValidationError):
        raise error
    return error_response(400, "Validation", wording.message(error.errors(), error.body))


async def _unloadable(request: Request, error: Exception) -> Response:
    return error_response(400, "Validation", str(error))


async def _not_in_world(request: Request, error: Exception) -> Response:
    return error_response(404, "NotFound", wording.shortened(str(error), 1000))


async def _http_error(request: Request, error: Exception) -> Response:
    """Answer what no operation is for; nobody has read the body."""
    with suppress(ClientGone):
        await discard_body(request.scope, request.receive)
    path = wording.shown(request.scope["path"])
    allowed = methods_of(request.app, request.scope)
    if not allowed:
        docs = f"{request.scope['root_path']}/docs"
        message = f"There is no {path}; GET {docs} tells what there is"
        return error_response(404, "NotFound", message)
    message = f"{path} takes {' or '.join(allowed)}, not {wording.shown(request.method)}"
    return error_response(405, "MethodNotAllowed", message, {"Allow": ", ".join(allowed)})


async def _nobody(request: Request, error: Exception) -> Response:
    """Answer a client that left; it does not hear it, but whoever serves the app wants one."""
    return error_response(400, "ClientGone", "The request ended before its end")


async def _failed(request: Request, error: Exception) -> Response:
    """Answer a mistake of the mock itself; whoever serves the app logs it."""
    return error_response(500, "InternalError", "The mock server made a mistake; its log says more")
