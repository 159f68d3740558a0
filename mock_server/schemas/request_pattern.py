"""Patterns of requests, for the journal, assertions and faults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from mock_server.domain.catalog import catalog
from mock_server.query.glob import Glob
from mock_server.schemas.request_model import (
    AnyJson,
    GlobText,
    QueryParameters,
    RequestModel,
    whole,
)
from mock_server.text import did_you_mean

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class _Missing:
    """No value; None stands for the value null of JSON."""

    def __repr__(self) -> str:
        return "missing"


MISSING: Any = _Missing()


class Matchable(Protocol):
    """A request, or a request with its answer, as patterns see it."""

    @property
    def action(self) -> str | None: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> Mapping[str, Any]: ...
    @property
    def body(self) -> Any: ...
    @property
    def status(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a request differs from a pattern; ``found`` is MISSING where there is no value."""

    where: str
    expected: Any
    found: Any


@lru_cache(maxsize=1024)  # tests ask for the same actions again and again
def _action(pattern: str) -> str:
    """Refuse a glob that matches no action, because it would silently match no request."""
    actions = catalog().actions
    glob = Glob.parse(pattern, case_sensitive=True)
    if not any(map(glob.matches, actions)):
        raise ValueError(f"matches no action of the API{did_you_mean(pattern, actions)}")
    return pattern


def _method(name: str) -> str:
    if name.upper() not in METHODS:
        raise ValueError(f"must be one of {', '.join(METHODS)}")
    return name


def _status(value: object) -> int | str:
    """Return a status or a class of statuses, from a query string or from JSON."""
    value = whole(value)
    text = str(value)
    if isinstance(value, str | int) and len(text) == 3 and text[0] in "12345":
        if text[1:].isascii() and text[1:].isdecimal():
            return int(text)
        if text[1:].lower() == "xx":
            return text.lower()
    raise ValueError("must be a status such as 201, or a class of them such as 4xx")


Status = Annotated[
    int | str,
    BeforeValidator(_status),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 100, "maximum": 599},
                {"type": "string", "pattern": "^[1-5]([0-9][0-9]|[xX][xX])$"},
            ]
        }
    ),
]
"""A status, or ``4xx`` for all that begin with 4."""


class RequestPattern(RequestModel):
    """What to look for in requests; a property that is not given matches anything.

    ``query`` and ``body`` name what must be there: objects may have more properties, at any depth,
    while arrays are compared as a whole. If ``body`` is given as None, it is the body ``null``.
    """

    action: Annotated[GlobText, AfterValidator(_action)] | None = Field(
        default=None, description="Action as a glob: experienceUsers.post, experienceUser.*"
    )
    method: Annotated[str, AfterValidator(_method)] | None = Field(
        default=None, description="GET, POST, PATCH, DELETE …"
    )
    path: GlobText | None = Field(
        default=None,
        description="Path as a glob, in which * matches slashes too.",
    )
    query: QueryParameters | None = Field(
        default=None, description="Parameters that the query string must have."
    )
    body: AnyJson = Field(
        default=None,
        description="JSON that the body must contain; objects may have more properties.",
    )

    def matches(self, request: Matchable) -> bool:
        """Return whether a request matches in every property that is given."""
        return next(self._differences(request), None) is None

    def differences(self, request: Matchable) -> tuple[Difference, ...]:
        """Return where a request does not match, property by property."""
        return tuple(self._differences(request))

    @property
    def has_body(self) -> bool:
        """Whether a body is given, which may be null."""
        return "body" in self.model_fields_set

    @cached_property
    def _globs(self) -> Mapping[str, Glob]:
        given = {"action": self.action, "path": self.path}
        return {
            name: Glob.parse(pattern, case_sensitive=True)
            for name, pattern in given.items()
            if pattern is not None
        }

    def _glob_matches(self, name: str, value: str | None) -> bool:
        return value is not None and self._globs[name].matches(value)

    def _differences(self, request: Matchable) -> Iterator[Difference]:
        if self.action is not None and not self._glob_matches("action", request.action):
            yield Difference("action", self.action, request.action or MISSING)
        if self.method is not None and self.method.upper() != request.method:
            yield Difference("method", self.method.upper(), request.method)
        if self.path is not None and not self._glob_matches("path", request.path):
            yield Difference("path", self.path, request.path)
        if self.query is not None:
            yield from _in_object("query", self.query, request.query)
        if self.has_body:
            yield from _in_value("body", self.body, request.body)


class ExpectedRequest(RequestPattern):
    """A pattern of requests and their answers."""

    status: Status | None = Field(
        default=None, description="Status: 201, or 4xx for a class of them."
    )

    @property
    def needs_contents(self) -> bool:
        """Whether matching needs more than the action, the method and the status."""
        return self.path is not None or self.query is not None or self.has_body

    @property
    def without_contents(self) -> "ExpectedRequest":
        """The pattern reduced to the action, the method and the status."""
        return ExpectedRequest.model_construct(
            action=self.action, method=self.method, status=self.status
        )

    def _differences(self, request: Matchable) -> Iterator[Difference]:
        yield from super()._differences(request)
        if self.status is not None and not _has_status(self.status, request.status):
            yield Difference("status", self.status, request.status or MISSING)


def _has_status(expected: int | str, found: int | None) -> bool:
    if isinstance(expected, int):
        return expected == found
    return found is not None and expected[0] == str(found)[0]


def _in_value(where: str, expected: Any, found: Any) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        yield from _in_object(where, expected, found)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, pair in enumerate(zip(expected, found, strict=True)):
            yield from _in_value(f"{where}.{index}", *pair)
    elif not _is_same(expected, found):
        yield Difference(where, expected, found)


def _in_object(
    where: str, expected: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[Difference]:
    for name, value in expected.items():
        yield from _in_value(f"{where}.{name}", value, found.get(name, MISSING))


def _is_same(one: Any, other: Any) -> bool:
    """Compare as JSON does: true is not 1, but 1 is 1.0."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
