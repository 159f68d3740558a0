"""Bodies as they come in: read to their end, but no further than allowed, and as JSON only."""

import re
from codecs import BOM_UTF8
from typing import Any

from fastapi import Request

from mock_server import jsonio
from mock_server.asgi.body import MAX_BODY, read_content
from mock_server.control.errors import ControlError, invalid
from mock_server.control.wording import shown
from mock_server.jsonio import MAX_DEPTH, InvalidJson, unique_names

_MEBIBYTE = 1024 * 1024
MAX_DOCUMENT = 256 * _MEBIBYTE
"""Bytes of a body that holds seed documents: about half a million users."""
MAX_LINES = 1024 * _MEBIBYTE
"""Bytes of a body that holds seed documents as JSON Lines: about three million users."""
LARGE = {"x-max-body-bytes": MAX_DOCUMENT}
"""What is said in the description of operations that take seed documents."""
LARGE_LINES = {**LARGE, "x-max-json-lines-bytes": MAX_LINES}
"""The same for operations that take them as JSON Lines too."""

_MAX_DEPTH = MAX_DEPTH + 10
"""Levels of a body: room for a pattern of whatever the mocked API reads."""
_MAX_DOCUMENT_DEPTH = 250
"""Levels of a body that holds documents: more than any that is exported has."""
_JSON_KIND = "application/json"
_LINES = re.compile(r"application/(?:x-)?(?:jsonl|ndjson|jsonlines)\s*(?:;.*)?", re.IGNORECASE)
_JSON = re.compile(r"application/(?:[^;\s]+\+)?json\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)


class JsonRequest(Request):
    """A request whose body is read and decoded already."""

    content: bytes
    value: Any

    async def body(self) -> bytes:
        return self.content

    async def json(self) -> Any:
        return self.value


async def read_json(request: Request, limit: int, max_lines: int = 0) -> JsonRequest:
    """Return a request with its body, which may be missing.

    :param limit: the most bytes of it
    :param max_lines: the most bytes of it if it is JSON Lines, which are left as they are; 0 where
        they can not be sent
    :raises ControlError: when it is too large, or not JSON
    :raises ClientGone: when it ends before its end
    """
    read = JsonRequest(request.scope, request.receive)
    if max_lines and _LINES.fullmatch(request.headers.get("content-type", "").strip()):
        read.content = await read_body(request, max_lines)
        return read
    read.content = await read_body(request, limit)
    max_depth = _MAX_DOCUMENT_DEPTH if limit > MAX_BODY else _MAX_DEPTH
    kinds = f"{_JSON_KIND} or application/jsonl" if max_lines else _JSON_KIND
    read.value = _value(read.content, request, max_depth, kinds) if read.content else None
    return read


async def read_body(request: Request, limit: int) -> bytes:
    """Return the whole body.

    :raises ControlError: when it is too large
    :raises ClientGone: when it ends before its end
    """
    headers = request.headers
    if "expect" in headers and _declared(headers.get("content-length", "")) > limit:
        raise _too_large(limit)  # the client waits to hear whether to send it
    content = await read_content(request.receive, limit)
    if content is None:
        raise _too_large(limit)
    return content


def decode(content: bytes | str, max_depth: int = _MAX_DEPTH) -> Any:
    """Return the value that JSON holds.

    :raises ValueError: when it is not JSON; the message says why, after "is"
    """
    if isinstance(content, bytes):
        content = content.removeprefix(BOM_UTF8)
    try:
        return jsonio.decode(content, max_depth=max_depth, make_object=unique_names)
    except InvalidJson as error:
        raise ValueError(f"not JSON: {shown(str(error))}") from None


def _value(content: bytes, request: Request, max_depth: int, kinds: str) -> Any:
    sent = request.headers.get("content-type", "")
    if not _JSON.fullmatch(sent.strip()):
        # Pages of other origins can send other types without asking.
        what = f"not {shown(sent)}" if sent else "which is missing"
        message = f"Send the body with the header Content-Type: {kinds}, {what}"
        raise ControlError(415, "UnsupportedMediaType", message)
    try:
        return decode(content, max_depth)
    except ValueError as error:
        raise invalid(f"the body is {error}") from None


def _declared(length: str) -> int:
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _too_large(limit: int) -> ControlError:
    message = f"The body is larger than {limit // _MEBIBYTE} MiB"
    return ControlError(413, "PayloadTooLarge", message)
