"""Bodies as they come in: read to their end, but no further than allowed, and as JSON only."""

import json
import math
import re
from typing import Any, NoReturn

from fastapi import Request

from mock_server.asgi.body import MAX_BODY, read_content
from mock_server.control.errors import ControlError, invalid
from mock_server.control.wording import shown
from mock_server.jsonio import MAX_DEPTH, given_twice, is_deeper

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
    try:
        value = _DECODER.decode(
            content if isinstance(content, str) else content.decode("utf-8-sig")
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise ValueError(f"not JSON: {error.msg} ({where})") from None
    except _Unusable:
        raise
    except ValueError:
        # The one that is left: Python reads no numbers of more than 4300 digits.
        raise ValueError("not usable: it has a number of too many digits") from None
    except RecursionError:
        raise _too_deep(max_depth) from None
    if is_deeper(value, max_depth):
        raise _too_deep(max_depth)
    return value


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


def _too_deep(max_depth: int) -> ValueError:
    return ValueError(f"not usable: it is nested more than {max_depth} levels deep")


class _Unusable(ValueError):
    """What Python's JSON lets through, and this does not."""


def _constant(name: str) -> NoReturn:
    raise _Unusable(f"not JSON, which has no {name}")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Unusable(f"not usable: {shown(digits)} is too large a number")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = given_twice(pairs)
    if twice is not None:
        raise _Unusable(f"not usable: an object has {shown(twice)} twice")
    return dict(pairs)


_DECODER = json.JSONDecoder(
    parse_constant=_constant, parse_float=_finite, object_pairs_hook=_object
)
