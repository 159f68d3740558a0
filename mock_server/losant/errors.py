"""The one table that turns errors into statuses and bodies (contract, sections 3 and 13)."""

from __future__ import annotations

import logging

from starlette.responses import Response

from mock_server.auth.tokens import invalid_token
from mock_server.domain import redaction
from mock_server.domain.errors import (
    AlreadyExists,
    ApiError,
    BadDigest,
    BadRequest,
    Forbidden,
    ForeignApplication,
    HeadersTooLarge,
    InternalError,
    InvalidContent,
    MethodNotAllowed,
    MissingToken,
    NotFound,
    NotImplementedByMock,
    PayloadTooLarge,
    Unauthorized,
    UnsupportedMediaType,
    UriTooLong,
    ValidationFailed,
)
from mock_server.losant.context import RequestContext
from mock_server.losant.responses import json_response
from mock_server.settings import Settings

logger = logging.getLogger("mock_server")

_STATUSES: dict[type[ApiError], int] = {
    ValidationFailed: 400,
    InvalidContent: 400,
    BadRequest: 400,
    BadDigest: 400,
    Unauthorized: 401,
    Forbidden: 403,
    MissingToken: 403,
    NotFound: 404,
    ForeignApplication: 404,
    MethodNotAllowed: 405,
    PayloadTooLarge: 413,
    UnsupportedMediaType: 415,
    UriTooLong: 414,
    HeadersTooLarge: 431,
    InternalError: 500,
    NotImplementedByMock: 501,
}


_OF_FRAMEWORK = (BadDigest, BadRequest, InvalidContent, UnsupportedMediaType)


def answer_error(error: Exception, context: RequestContext, settings: Settings) -> Response:
    """Return the answer to an error, and note it for the journal."""
    if not isinstance(error, ApiError):
        logger.error("%s %s failed", context.method, redaction.text(context.path), exc_info=error)
        error = InternalError()
    context.error = error
    response = error_response(error, settings)
    if isinstance(error, MethodNotAllowed) and error.allowed:
        response.headers["allow"] = ", ".join(error.allowed)
    return response


def error_response(error: ApiError, settings: Settings) -> Response:
    """Return the answer to an error."""
    error = _by_quirk(error, settings)
    status = (
        settings.duplicate_email_status
        if isinstance(error, AlreadyExists)
        else _STATUSES[type(error)]
    )
    # Errors of the framework below the API say "code" for "type".
    key = "code" if isinstance(error, _OF_FRAMEWORK) else "type"
    return json_response({key: error.type, "message": error.message}, status)


def _by_quirk(error: ApiError, settings: Settings) -> ApiError:
    if isinstance(error, MissingToken) and settings.missing_token_status == 401:
        return invalid_token()
    if isinstance(error, ForeignApplication) and settings.foreign_application_status == 403:
        return Forbidden(error.message)
    return error
