"""What to look for in requests: one pattern for the journal, assertions and faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from mock_server.query.glob import Glob


class _Unset:
    """Nothing; None is a value that JSON can have."""

    def __repr__(self) -> str:
        return "nothing"


UNSET: Any = _Unset()


class Matchable(Protocol):
    """A request as patterns see it."""

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
    """Where a request is not what was looked for; ``found`` is UNSET where there is nothing."""

    where: str
    wanted: Any
    found: Any


@dataclass(frozen=True, kw_only=True)
class RequestPattern:
    """What a request must be; what is not given may be anything.

    ``action`` and ``path`` are globs in which ``*`` is any run of characters. ``query`` and
    ``body`` name what must be there: objects may have more properties, at any depth, while arrays
    are compared as a whole. ``status`` is a number, or ``4xx`` for all that begin with 4.
    """

    action: str | None = None
    method: str | None = None
    path: str | None = None
    query: Mapping[str, str] | None = None
    body: Any = UNSET
    status: int | str | None = None

    def matches(self, request: Matchable) -> bool:
        """Tell whether a request is what is looked for."""
        return next(self._differences(request), None) is None

    def differences(self, request: Matchable) -> tuple[Difference, ...]:
        """Return in what a request is not what is looked for, property by property."""
        return tuple(self._differences(request))

    @property
    def looks_inside(self) -> bool:
        """Whether more than action, method and status is asked for."""
        return self.path is not None or self.query is not None or self.body is not UNSET

    @property
    def outside(self) -> RequestPattern:
        """What can be told without looking inside."""
        return RequestPattern(action=self.action, method=self.method, status=self.status)

    @cached_property
    def _globs(self) -> Mapping[str, Glob]:
        given = {"action": self.action, "path": self.path}
        return {
            name: Glob.parse(pattern, case_sensitive=True)
            for name, pattern in given.items()
            if pattern is not None
        }

    def _is_like(self, name: str, value: str | None) -> bool:
        return value is not None and self._globs[name].matches(value)

    def _differences(self, request: Matchable) -> Iterator[Difference]:
        if self.action is not None and not self._is_like("action", request.action):
            yield Difference("action", self.action, request.action or UNSET)
        if self.method is not None and self.method.upper() != request.method:
            yield Difference("method", self.method.upper(), request.method)
        if self.path is not None and not self._is_like("path", request.path):
            yield Difference("path", self.path, request.path)
        if self.query is not None:
            yield from _in_object("query", self.query, request.query)
        if self.body is not UNSET:
            yield from _in_value("body", self.body, request.body)
        if self.status is not None and not _has_status(self.status, request.status):
            yield Difference("status", self.status, request.status or UNSET)


def _has_status(wanted: int | str, found: int | None) -> bool:
    if isinstance(wanted, int):
        return wanted == found
    return found is not None and wanted[0] == str(found)[0]


def _in_value(where: str, wanted: Any, found: Any) -> Iterator[Difference]:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        yield from _in_object(where, wanted, found)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, pair in enumerate(zip(wanted, found, strict=True)):
            yield from _in_value(f"{where}.{index}", *pair)
    elif not _is_same(wanted, found):
        yield Difference(where, wanted, found)


def _in_object(
    where: str, wanted: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[Difference]:
    for name, value in wanted.items():
        yield from _in_value(f"{where}.{name}", value, found.get(name, UNSET))


def _is_same(one: Any, other: Any) -> bool:
    """JSON has true and 1 apart, and 1 and 1.0 not."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
