"""The one table that turns errors into statuses and bodies (contract, sections 3 and 13)."""

from __future__ import annotations

from mock_server.auth.tokens import invalid_token
from mock_server.domain.errors import (
    AlreadyExists,
    ApiError,
    Forbidden,
    ForeignApplication,
    HeadersTooLarge,
    InvalidContent,
    MethodNotAllowed,
    MissingToken,
    NotFound,
    NotImplementedByMock,
    PayloadTooLarge,
    TooManyParameters,
    Unauthorized,
    UriTooLong,
    ValidationFailed,
)
from mock_server.faults import Answer
from mock_server.jsonio import encode
from mock_server.losant.reply import Reply
from mock_server.settings import Settings

_STATUSES: dict[type[ApiError], int] = {
    ValidationFailed: 400,
    InvalidContent: 400,
    TooManyParameters: 400,
    Unauthorized: 401,
    Forbidden: 403,
    MissingToken: 403,
    NotFound: 404,
    ForeignApplication: 404,
    MethodNotAllowed: 405,
    PayloadTooLarge: 413,
    UriTooLong: 414,
    HeadersTooLarge: 431,
    NotImplementedByMock: 501,
}


def error_reply(error: ApiError, settings: Settings) -> Reply:
    """Return the answer for an error."""
    error = _by_quirk(error, settings)
    status = (
        settings.duplicate_email_status
        if isinstance(error, AlreadyExists)
        else _STATUSES[type(error)]
    )
    # The one error that comes from the framework below the API, and says "code" for "type".
    key = "code" if isinstance(error, InvalidContent) else "type"
    return Reply(status, encode({key: error.type, "message": error.message}))


def _by_quirk(error: ApiError, settings: Settings) -> ApiError:
    if isinstance(error, MissingToken) and settings.missing_token_status == 401:
        return invalid_token()
    if isinstance(error, ForeignApplication) and settings.foreign_application_status == 403:
        return Forbidden(error.message)
    return error


def injected_reply(answer: Answer) -> Reply:
    """Return the answer that a fault gives."""
    return Reply(answer.status, encode({"type": answer.type, "message": answer.message}))


def internal_error() -> Reply:
    """Return the answer for a mistake in the mock server itself."""
    message = "The mock server made a mistake; its log says more"
    return Reply(500, encode({"type": "InternalError", "message": message}))
