"""Request bodies by content type, as the framework below the real API reads them (section 4)."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_options_header

from mock_server.asgi.body import MAX_BODY
from mock_server.domain.errors import (
    BadDigest,
    BadRequest,
    InvalidContent,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from mock_server.jsonio import InvalidJson, decode
from mock_server.losant import query_strings

_JSON = "application/json"
_LIKE_JSON = re.compile(r"application/[a-z.]+\+json", re.IGNORECASE)
_OCTETS = "application/octet-stream"
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_START = b"\x1f\x8b"
_IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": MAX_BODY}

# Its warnings repeat what clients send, and do not say in which request.
logging.getLogger("python_multipart.multipart").addFilter(lambda record: False)

Headers = Mapping[bytes, bytes]


class _Absent:
    """The body that was not sent."""


ABSENT: Any = _Absent()


def read_body(method: str, headers: Headers, content: bytes | None) -> Any:
    """Return the value of a body, or :data:`ABSENT`.

    :param headers: names in lower case
    :param content: what was sent; None for a body that is too large
    :raises ApiError: when the body cannot be read
    """
    if content is None and method == "GET":
        return ABSENT
    if content is None:
        raise PayloadTooLarge(MAX_BODY)
    sent_type = _text(headers, b"content-type") or _OCTETS
    kind = sent_type.partition(";")[0].lower()
    if headers.get(b"content-length") == b"0" or kind == _OCTETS:
        return ABSENT
    if kind == _MULTIPART:
        return _multipart(content, sent_type) if method != "GET" else ABSENT
    content = _unpacked(headers, content)
    if method == "GET":
        return ABSENT  # read, but not understood
    return _value(kind, content)


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").strip()


def _unpacked(headers: Headers, content: bytes) -> bytes:
    """Return a body without its content encoding, after a look at its digest."""
    digest = _text(headers, b"content-md5")
    if b"content-encoding" in headers:
        if _text(headers, b"content-encoding") != "gzip":
            raise UnsupportedMediaType
        plain = _without_gzip(content)
    else:
        plain = content
    if digest and content:
        found = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        if found != digest:
            raise BadDigest(digest, found)
    return plain


def _without_gzip(content: bytes) -> bytes:
    """Return an unpacked body, which may consist of several members; other bytes end it."""
    plain, rest = b"", content
    while rest and (not plain or rest.startswith(_GZIP_START)):
        unpacking = zlib.decompressobj(_GZIP)
        try:
            plain += unpacking.decompress(rest, MAX_BODY + 1 - len(plain))
        except zlib.error as error:
            raise BadRequest(str(error)) from None
        if len(plain) > MAX_BODY:
            raise PayloadTooLarge(MAX_BODY)
        if not unpacking.eof:
            raise BadRequest("unexpected end of file")
        rest = unpacking.unused_data
    return plain


def _value(kind: str, content: bytes) -> Any:
    text = content.decode(errors="replace")
    if kind == _JSON:
        return _json(text) if text else text
    if _LIKE_JSON.match(kind):
        return _json(text)
    if kind == _FORM:
        return dict(query_strings.parse(text)) if text else text
    if kind.startswith("text/"):
        return text
    # The framework leaves the bytes as they are: an object that has a property for each of them.
    return {"0": content[0]} if content else {}


def _json(text: str) -> Any:
    try:
        return decode(text, infinite=True, long_integers=True)
    except InvalidJson as error:
        raise InvalidContent(f"Invalid JSON: {error}") from None


def _multipart(content: bytes, content_type: str) -> dict[str, str]:
    """Return the text fields of a form; files are left out."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise BadRequest("bad content-type header, no multipart boundary")
    fields: dict[str, str] = {}
    ends: list[bool] = []

    def take(field: Field) -> None:
        name = (field.field_name or b"").decode(errors="replace")
        fields[name] = (field.value or b"").decode(errors="replace")

    def ignore(file: File) -> None:
        file.close()

    with suppress(FormParserError):
        parser = FormParser(
            _MULTIPART,
            take,
            ignore,
            on_end=lambda: ends.append(True),
            boundary=boundary,
            config=_IN_MEMORY,
        )
        parser.write(content)
        parser.finalize()
    if content and not ends:
        raise BadRequest("MultipartParser.end(): stream ended unexpectedly")
    return fields
