"""An HTTP request as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from mock_server.asgi.body import MAX_BODY, Scope
from mock_server.domain.errors import (
    HeadersTooLarge,
    InvalidContent,
    PayloadTooLarge,
    TooManyParameters,
    UriTooLong,
)
from mock_server.jsonio import InvalidJson, decode
from mock_server.text import is_unicode

MAX_TARGET = 32 * 1024
MAX_HEADERS = 32 * 1024
MAX_PARAMETERS = 1000
_JSON = re.compile(r"application/(?:[^;\s]+\+)?json", re.IGNORECASE)
_TOKEN_PARAMETERS = ("access_token", "jwt")
_TOKEN_SCHEMES = ("bearer", "jwt")


class _Absent:
    """The body that was not sent."""


class _Foreign:
    """A body that is not JSON; no schema takes it."""


ABSENT = _Absent()
FOREIGN = _Foreign()


@dataclass(frozen=True)
class Request:
    """Method, path and parameters, decoded; nothing is checked but sizes.

    A parameter that is repeated, bracketed (``a[b]=c``) or not UTF-8 has a list for a value, which
    no parameter takes. ``target`` is path and query as they were sent.
    """

    method: str
    target: str
    segments: tuple[str, ...]
    parameters: Mapping[str, str | list[str]]
    headers: Mapping[bytes, bytes]

    @classmethod
    def of(cls, scope: Scope) -> Request:
        """Return the request of an ASGI scope.

        :raises ApiError: when it is larger than the server reads
        """
        raw_path, query = _target(scope)
        if len(raw_path) + len(query) > MAX_TARGET:
            raise UriTooLong(MAX_TARGET)
        headers = scope["headers"]
        if sum([len(name) + len(value) for name, value in headers]) > MAX_HEADERS:
            raise HeadersTooLarge(MAX_HEADERS)
        path = raw_path[:-1] if raw_path.endswith("/") else raw_path
        segments = tuple(path.split("/")[1:])
        if "%" in path:
            segments = tuple(map(unquote, segments))
        target = f"{raw_path}?{query}" if query else raw_path
        return cls(scope["method"], target, segments, _parameters(query), dict(headers))

    @property
    def path(self) -> str:
        """The path, decoded, without a slash at its end."""
        return "/" + "/".join(self.segments)

    def header(self, name: bytes) -> str:
        """Return a header by its name in lower case; empty if it was not sent."""
        return self.headers.get(name, b"").decode("latin-1")

    def token(self) -> str | None:
        """Return the access token; the query string wins over the header (contract, section 5)."""
        for name in _TOKEN_PARAMETERS:
            sent = self.parameters.get(name)
            if sent:
                return sent if isinstance(sent, str) else ""
        scheme, _, token = self.header(b"authorization").strip().partition(" ")
        return token.strip() or None if scheme.lower() in _TOKEN_SCHEMES else None


def body_of(request: Request, content: bytes | None) -> Any:
    """Return the decoded JSON body, or :data:`ABSENT`, or :data:`FOREIGN` if it is something else.

    :param content: as :func:`read_content` returned it
    :raises InvalidContent: when it should be JSON and is not
    :raises PayloadTooLarge: when it is larger than 4 MiB
    """
    if content is None:
        raise PayloadTooLarge(MAX_BODY)
    content_type = request.header(b"content-type").strip()
    if not content or not content_type:
        return ABSENT
    if not _JSON.fullmatch(content_type.partition(";")[0].strip()):
        return FOREIGN
    try:
        return decode(content)
    except InvalidJson as error:
        raise InvalidContent(f"Invalid JSON: {error}") from None


def sent_target(scope: Scope) -> str:
    """Return path and query as they were sent."""
    path, query = _target(scope)
    return f"{path}?{query}" if query else path


def sent_path(scope: Scope) -> str:
    """Return the path as it was sent."""
    return _target(scope)[0]


def _target(scope: Scope) -> tuple[str, str]:
    """Return path and query as they were sent, without the prefix that the app is mounted at."""
    raw_path, root_path = scope.get("raw_path"), scope.get("root_path")
    path = (
        quote(scope["path"]) if raw_path is None else raw_path.decode("latin-1").partition("?")[0]
    )
    if root_path:
        path = path.removeprefix(quote(root_path))
    return path, scope["query_string"].decode("latin-1")


def _parameters(query: str) -> dict[str, str | list[str]]:
    if not query:
        return {}
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="surrogateescape", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise TooManyParameters(MAX_PARAMETERS) from None
    parameters: dict[str, str | list[str]] = {}
    for sent_name, value in pairs:
        name, bracket, _ = sent_name.partition("[")
        if bracket and name and "]" in sent_name:
            parameters[name] = [value]
        else:
            alone = sent_name not in parameters and is_unicode(value)
            parameters[sent_name] = value if alone else [value]
    return parameters
