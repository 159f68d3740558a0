"""Request bodies of the control plane: limited in size, and strict JSON.

By hand, because FastAPI reads bodies of any size, accepts duplicate names and ``NaN``, and knows
neither JSON Lines nor clients that wait for ``100 Continue``.
"""

import re
from codecs import BOM_UTF8
from typing import Any

from fastapi import HTTPException, Request

from mock_server import jsonio
from mock_server.asgi.body import MAX_BODY, read_content
from mock_server.control.errors import shown
from mock_server.jsonio import MAX_DEPTH, InvalidJson, unique_names

_MEBIBYTE = 1024 * 1024
MAX_DOCUMENT = 256 * _MEBIBYTE
"""Bytes of a body with seed documents: about half a million users."""
MAX_LINES = 1024 * _MEBIBYTE
"""Bytes of a body with seed documents as JSON Lines: about three million users."""

MAX_BYTES, MAX_JSON_LINES_BYTES = "x-max-body-bytes", "x-max-json-lines-bytes"
"""Extensions of OpenAPI that say how large the body of an operation may be."""
LARGE = {MAX_BYTES: MAX_DOCUMENT}
"""``openapi_extra`` of operations that take seed documents."""
LARGE_LINES = {**LARGE, MAX_JSON_LINES_BYTES: MAX_LINES}
"""The same for operations that take them as JSON Lines too."""

_MAX_DEPTH = MAX_DEPTH + 10
"""How deep a body may be nested: a pattern can contain any body that the mocked API accepts."""
_MAX_DOCUMENT_DEPTH = 250
"""The same for seed documents: deeper than any exported document."""
_EMPTY = (b"", b"{}", b"null")
"""What clients send as a body when they have nothing to send."""
_LINES = re.compile(r"application/(?:x-)?(?:jsonl|ndjson|jsonlines)\s*(?:;.*)?", re.IGNORECASE)
_JSON = re.compile(r"application/(?:[^;\s]+\+)?json\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)


class JsonRequest(Request):
    """A request whose body is read and decoded already when FastAPI asks for it."""

    content: bytes
    value: Any

    async def body(self) -> bytes:
        return self.content

    async def json(self) -> Any:
        return self.value


async def read_json(request: Request, limit: int, max_lines: int = 0) -> JsonRequest:
    """Return the request with its body, which may be empty.

    :param limit: how many bytes it may have
    :param max_lines: how many bytes it may have as JSON Lines, which are not decoded; 0 if it can
        not be JSON Lines
    :raises HTTPException: when it is too large, or not JSON
    :raises ClientGone: when the client left before it was complete
    """
    read = JsonRequest(request.scope, request.receive)
    sent = request.headers.get("content-type", "").strip()
    if max_lines and _LINES.fullmatch(sent):
        read.content = await read_body(request, max_lines)
        return read
    read.content = await read_body(request, limit)
    if read.content and not _JSON.fullmatch(sent):
        # A page of another origin can send other types without a preflight.
        types = f"application/json{' or application/jsonl' if max_lines else ''}"
        found = f"not {shown(sent)}" if sent else "which is missing"
        raise HTTPException(415, f"Send the body with the header Content-Type: {types}, {found}")
    max_depth = _MAX_DOCUMENT_DEPTH if limit > MAX_BODY else _MAX_DEPTH
    try:
        read.value = decode(read.content, max_depth) if read.content else None
    except ValueError as error:
        raise HTTPException(400, f"the body {error}") from None
    return read


async def refuse_body(request: Request) -> None:
    """Refuse a body where the operation takes none.

    :raises HTTPException: when there is one
    :raises ClientGone: when the client left before it was complete
    """
    if (await read_body(request, MAX_BODY)).strip() not in _EMPTY:
        raise HTTPException(400, f"{request.method} {shown(request.scope['path'])} takes no body")


async def read_body(request: Request, limit: int) -> bytes:
    """Return the whole body.

    :raises HTTPException: when it is too large
    :raises ClientGone: when the client left before it was complete
    """
    headers = request.headers
    # A client that sends Expect waits for permission to send the body.
    waits = "expect" in headers and _declared(headers.get("content-length", "")) > limit
    content = None if waits else await read_content(request.receive, limit)
    if content is None:
        raise HTTPException(413, f"The body is larger than {limit // _MEBIBYTE} MiB")
    return content


def _declared(length: str) -> int:
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def decode(content: bytes | str, max_depth: int = _MAX_DEPTH) -> Any:
    """Return the JSON value of a body or a parameter.

    :raises ValueError: when it is not JSON; the message is the rest of a sentence
    """
    if isinstance(content, bytes):
        content = content.removeprefix(BOM_UTF8)
    try:
        return jsonio.decode(content, max_depth=max_depth, make_object=unique_names)
    except InvalidJson as error:
        raise ValueError(f"is not JSON: {shown(str(error))}") from None
