"""JSON answers, and those that all resources share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from mock_server.jsonio import encode


class Success(BaseModel):
    """The record was deleted."""

    success: Literal[True]


class Error(BaseModel):
    """Why a request was refused."""

    type: str = Field(description="The kind of error.", examples=["Validation"])
    message: str = Field(examples=["experienceUser.email is required"])


class ContentError(BaseModel):
    """Why the body of a request could not be read."""

    code: str = Field(examples=["InvalidContent"])
    message: str = Field(examples=["Invalid JSON: Expecting value (line 1 column 1)"])


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error | ContentError, "description": "The request is not valid."},
    401: {"model": Error, "description": "The token is invalid or has expired."},
    403: {"model": Error, "description": "No token was sent, or it does not grant the action."},
    404: {"model": Error, "description": "The application, or the resource, does not exist."},
    "default": {
        "model": Error | ContentError,
        "description": "Any other error, such as an injected one.",
    },
}
"""The errors of every action, for OpenAPI."""


class JsonResponse(Response):
    """A response with a JSON body that is encoded already."""

    def __init__(self, content: bytes, status: int = 200) -> None:
        # Not by Response.__init__, which works out what is always the same here.
        self.status_code = status
        self.body = content
        self.background = None
        self.raw_headers = [
            (b"content-length", b"%d" % len(content)),
            (b"content-type", b"application/json"),
        ]


def json_response(document: Mapping[str, Any], status: int = 200) -> Response:
    """Return the response with a document as its body."""
    return JsonResponse(encode(document), status)
