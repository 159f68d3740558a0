"""A request to the mocked API, before it is validated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

from starlette.types import Scope

from mock_server.domain.catalog import catalog, segments_of
from mock_server.domain.errors import (
    ApiError,
    HeadersTooLarge,
    UriTooLong,
)
from mock_server.journal.journal import parameters_of
from mock_server.jsonio import decode_leniently
from mock_server.losant import query_strings
from mock_server.losant.bodies import read_body

MAX_TARGET = 32 * 1024
MAX_HEADERS = 32 * 1024
"""Bytes."""

CONTEXT = "losant_mock_server.request"
"""The key of an ASGI scope that holds its :class:`RequestContext`."""
_TOKEN_PARAMETERS = ("access_token", "jwt")
_TOKEN_SCHEMES = ("bearer", "jwt")


class RequestContext:
    """A request: its contents, its time, and the action that it is for.

    Routes validate it, faults match it, and the journal records it.
    """

    status = None
    """There is no answer yet when faults match a request."""

    def __init__(self, scope: Scope, content: bytes | None, time: int) -> None:
        """Read a request from its ASGI scope.

        :param content: its body; None for one that is too large
        :param time: when it was received, by the world's clock (milliseconds)
        """
        self.content = content
        self.time = time
        self.method: str = scope["method"]
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._headers: dict[bytes, bytes] = dict(reversed(self.headers))  # the first of a name
        self._raw_path, self._query_string = raw_path, query = split_target(scope)
        self.target = f"{raw_path}?{query}" if query else raw_path
        self.segments = segments_of(raw_path)
        self.oversize = self._oversize()
        """The error of a request whose target or headers are too large."""
        self.error: ApiError | None = None
        """The error that the request was answered with."""
        self._found = None if self.oversize else catalog().find(self.method, self.segments)

    @property
    def action(self) -> str | None:
        """The name of the action; None if method and path match none."""
        return None if self._found is None else self._found.name

    @property
    def path(self) -> str:
        """The path, decoded, without a slash at its end."""
        return "/" + "/".join(self.segments)

    @property
    def path_parameters(self) -> Mapping[str, str]:
        """The parameters of the path, decoded, in their order."""
        if self._found is None:
            return {}
        return {name: self.segments[index] for name, index in self._found.places.items()}

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters of the query string, as the API reads them."""
        return {} if self.oversize else query_strings.parse_short(self._query_string)

    @property
    def query(self) -> Mapping[str, Any]:
        """The parameters of the query string, as the journal shows them."""
        return parameters_of(self.target)

    @cached_property
    def body(self) -> Any:
        """The body: a JSON value, or else text; None if it is empty."""
        return decode_leniently(self.content or b"")

    @property
    def token_parameters(self) -> Sequence[Any]:
        """The access tokens in the query string, blank ones too."""
        parameters = self.parameters
        return [parameters[name] for name in _TOKEN_PARAMETERS if name in parameters]

    @cached_property
    def token(self) -> str | None:
        """The access token; the query string wins over the header (contract, section 5)."""
        for sent in self.token_parameters:
            if sent:
                return sent if isinstance(sent, str) else ""
        header = self._headers.get(b"authorization", b"").decode("latin-1").strip()
        scheme, *rest = header.split(" ")
        return rest[0] or None if rest and scheme.lower() in _TOKEN_SCHEMES else None

    def read_body(self) -> Any:
        """Return the value of the body, or :data:`mock_server.losant.bodies.ABSENT`.

        :raises ApiError: when it cannot be read
        """
        return read_body(self.method, self._headers, self.content)

    def _oversize(self) -> ApiError | None:
        if len(self._raw_path) + len(self._query_string) > MAX_TARGET:
            return UriTooLong(MAX_TARGET)
        if sum([len(name) + len(value) for name, value in self.headers]) > MAX_HEADERS:
            return HeadersTooLarge(MAX_HEADERS)
        return None


def context_of(scope: Scope) -> RequestContext:
    """Return the request of a scope that has passed the recording middleware."""
    context: RequestContext = scope[CONTEXT]
    return context


def split_target(scope: Scope) -> tuple[str, str]:
    """Return path and query as they were sent, without the prefix that the app is mounted at."""
    raw_path, prefix = scope.get("raw_path"), quote(scope.get("root_path") or "")
    path = quote(scope["path"])
    if raw_path is not None and raw_path.decode("latin-1").startswith(prefix):
        # Only here a slash that was sent as %2F can be told from others. The raw path of a client
        # that spells the prefix in another way, such as /%6dock for /mock, cannot be cut.
        path = raw_path.decode("latin-1").partition("?")[0]
    return path.removeprefix(prefix), scope["query_string"].decode("latin-1")
