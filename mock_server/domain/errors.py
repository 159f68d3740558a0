"""The errors that a request can be answered with, in the API's own words.

The status that each becomes is decided in one place, :mod:`mock_server.losant.errors`.
"""

from __future__ import annotations

from collections.abc import Sequence


class ApiError(Exception):
    """An error that is answered to the caller, with its ``type`` and ``message``.

    ``reason`` is shown to whoever runs the server: it may say more than the real service would.
    """

    type: str

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or message


class ValidationFailed(ApiError):
    """A parameter or the body is not what the action takes."""

    type = "Validation"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")


class AlreadyExists(ApiError):
    """The email address belongs to another user of the application."""

    type = "AlreadyExists"

    def __init__(self, email: str) -> None:
        super().__init__(f'Email address "{email}" already exists')


class Unauthorized(ApiError):
    """The token, or the email and password, cannot be accepted."""

    type = "Unauthorized"


class Forbidden(ApiError):
    """The token does not grant this action."""

    type = "Forbidden"

    def __init__(self, reason: str) -> None:
        super().__init__("Access is forbidden", reason)


class MissingToken(Forbidden):
    """No token was sent."""

    def __init__(self) -> None:
        super().__init__("no token was sent")


class NotFound(ApiError):
    """The thing that the path names does not exist."""

    type = "NotFound"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was not found")


class ForeignApplication(NotFound):
    """The token belongs to another application."""


class MethodNotAllowed(ApiError):
    """No action of the API has this method and path."""

    type = "MethodNotAllowed"

    def __init__(self, method: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(f"{method} is not allowed")
        self.allowed = allowed


class NotImplementedByMock(ApiError):
    """The action is real, but this mock does not have it."""

    type = "NotImplemented"

    def __init__(self, action: str) -> None:
        super().__init__(
            f"{action} is an action of the real API that the mock server does not have"
        )


class InvalidContent(ApiError):
    """The body is not JSON."""

    type = "InvalidContent"


class BadRequest(ApiError):
    """The body is not what its headers say."""

    type = "BadRequest"


class BadDigest(ApiError):
    """The body does not have the digest that was sent with it."""

    type = "BadDigest"

    def __init__(self, sent: str, found: str) -> None:
        super().__init__(f"Content-MD5 '{sent}' didn't match '{found}'")


class UnsupportedMediaType(ApiError):
    """The body is packed in a way that the service does not know."""

    type = "UnsupportedMediaType"

    def __init__(self) -> None:
        super().__init__("content encoding not supported")


class PayloadTooLarge(ApiError):
    """The body is larger than the server reads."""

    type = "PayloadTooLarge"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Request body is larger than {limit} bytes")


class UriTooLong(ApiError):
    """The request target is longer than the server reads."""

    type = "UriTooLong"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Request target is longer than {limit} bytes")


class HeadersTooLarge(ApiError):
    """The request headers are larger than the server reads."""

    type = "RequestHeaderFieldsTooLarge"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Request headers are larger than {limit} bytes")


class InternalError(ApiError):
    """A fault in the mock server itself."""

    type = "InternalError"

    def __init__(self) -> None:
        super().__init__("The mock server made a mistake; its log says more", "see the log")
