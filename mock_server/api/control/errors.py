"""Errors of the control plane, in the form of the API's: a type, and what to do about it."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mock_server.control.arranging import NotInWorld
from mock_server.seeding.mistakes import FixtureError
from mock_server.wire.encoding import encode


class ControlError(Exception):
    """A refusal, with its status."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


def not_found(what: str, hint: str = "") -> ControlError:
    """Return the refusal for something that does not exist."""
    return ControlError(404, "NotFound", f"{what} was not found{hint and f'; {hint}'}")


def install(app: FastAPI) -> None:
    """Let an application answer its errors in this form."""
    app.add_exception_handler(ControlError, _control_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(FixtureError, _unloadable)
    app.add_exception_handler(NotInWorld, _not_in_world)
    app.add_exception_handler(HTTPException, _http_error)


def error_response(status: int, kind: str, message: str) -> Response:
    """Return an error as it is answered."""
    content = encode({"type": kind, "message": message})
    return Response(content, status, media_type="application/json")


async def _control_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ControlError):
        raise error
    return error_response(error.status, error.kind, error.message)


async def _invalid(request: Request, error: Exception) -> Response:
    """Tell what is wrong with a request, without repeating it."""
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    message = "; ".join(f"{_place(detail['loc'])}: {_problem(detail)}" for detail in details)
    return error_response(400, "Validation", message)


def _place(location: tuple[str | int, ...]) -> str:
    return ".".join(map(str, location[1:])) or "body"


def _problem(detail: dict[str, object]) -> str:
    if detail["type"] == "json_invalid":
        return "is not JSON"
    if detail["type"] == "extra_forbidden":
        return "is not a known property"
    if detail["type"] == "missing":
        return "is required"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


async def _unloadable(request: Request, error: Exception) -> Response:
    return error_response(400, "Validation", str(error))


async def _not_in_world(request: Request, error: Exception) -> Response:
    return error_response(404, "NotFound", str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.scope["path"]
    if status == 404:
        return error_response(404, "NotFound", f"{path} is no path; GET /_mock/docs lists them")
    if status == 405:
        return error_response(405, "MethodNotAllowed", f"{request.method} is not for {path}")
    return error_response(status, "Error", str(getattr(error, "detail", error)))
