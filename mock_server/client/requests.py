"""The requests that came to a world, and assertions about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any, TypedDict, Unpack

from mock_server.client.connection import ControlPlane
from mock_server.client.recorded import RecordedRequest
from mock_server.client.report import report

__tracebackhide__ = True  # pytest shows the line of the test instead

_FAILED = 409
_ALL = 1_000_000_000


class Wanted(TypedDict, total=False):
    """What to look for in requests; what is not given may be anything.

    ``path`` is a glob, as ``action`` is. ``query`` and ``json`` are what must be there: objects may
    have more properties, at any depth. ``status`` is a number or a class such as "4xx".
    """

    method: str
    path: str
    query: Mapping[str, Any]
    json: Any
    status: int | str


class WantedAction(Wanted, total=False):
    """The same with the action, which is a glob."""

    action: str


class Requests:
    """The requests that came to a world since it began, was reset, or was cleared.

    Iterating goes over those that the journal keeps, oldest first; counts are of all.
    """

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    def list(self, action: str | None = None, **wanted: Unpack[Wanted]) -> list[RecordedRequest]:
        """Return the kept requests that match (:class:`Wanted`), oldest first."""
        pattern = _pattern(action, **wanted)
        query = {
            name: dumps(value) if name in ("query", "body") else value
            for name, value in pattern.items()
        }
        answer = self._control.call("GET", "/requests", query={**query, "limit": _ALL})
        return [RecordedRequest.of(item) for item in answer["items"]]

    def last(self, action: str | None = None, **wanted: Unpack[Wanted]) -> RecordedRequest:
        """Return the newest request that matches.

        :raises LookupError: when there is none
        """
        found = self.list(action, **wanted)
        if not found:
            raise LookupError("no such request")
        return found[-1]

    def count(self, action: str | None = None, **wanted: Unpack[Wanted]) -> int:
        """Return how many requests match.

        :raises AssertionError: when that is not known, because the journal does not keep them all
        """
        return int(
            self._verify({**_pattern(action, **wanted), "atLeast": 0, "atMost": _ALL})["count"]
        )

    def clear(self) -> None:
        """Forget all requests."""
        self._control.call("DELETE", "/requests")

    def assert_called(
        self,
        action: str | None = None,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **wanted: Unpack[Wanted],
    ) -> None:
        """Assert that requests match (:class:`Wanted`): once or more, or so often.

        :raises AssertionError: with the nearest requests, and what was different, field by field
        """
        times_given = {"times": times, "atLeast": at_least, "atMost": at_most}
        self._verify(
            {
                **_pattern(action, **wanted),
                **{name: value for name, value in times_given.items() if value is not None},
            }
        )

    def assert_not_called(self, action: str | None = None, **wanted: Unpack[Wanted]) -> None:
        """Assert that no request matches; without arguments, that there was none at all.

        :raises AssertionError: with those that do
        """
        self._verify({**_pattern(action, **wanted), "times": 0})

    def assert_order(self, *wanted: str | WantedAction) -> None:
        """Assert that requests match one after the other; others may have come in between.

        :param wanted: actions, or what :class:`WantedAction` has
        :raises AssertionError: with the first that was missing, and all requests
        """
        patterns = [{"action": one} if isinstance(one, str) else _pattern(**one) for one in wanted]
        self._verify({"inOrder": patterns})

    def report(self, *, whole: bool = False) -> str:
        """Return the kept requests as text for a person; long bodies are cut unless ``whole``."""
        return report(self, whole=whole)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self.list())

    def __getitem__(self, index: int) -> RecordedRequest:
        return self.list()[index]

    def __eq__(self, other: object) -> bool:
        return self.list() == (other.list() if isinstance(other, Requests) else other)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        """Return how many requests there were, kept or not."""
        return int(self._control.call("GET", "/requests", query={"limit": 0})["total"])

    def _verify(self, expectation: Mapping[str, Any]) -> Mapping[str, Any]:
        verdict: Mapping[str, Any] = self._control.call(
            "POST", "/requests/verify", expectation, accept=(_FAILED,)
        )
        if not verdict["passed"]:
            raise AssertionError(verdict["message"])
        return verdict


def _pattern(action: str | None = None, **wanted: Any) -> dict[str, Any]:
    unknown = set(wanted) - set(Wanted.__annotations__)
    if unknown:
        name = sorted(unknown)[0]
        known = ", ".join(Wanted.__annotations__)
        hint = " (json is the body)" if name == "body" else ""
        raise TypeError(f"unknown keyword {name!r}; there are: {known}{hint}")
    pattern = {"body" if name == "json" else name: value for name, value in wanted.items()}
    return pattern if action is None else {"action": action, **pattern}
