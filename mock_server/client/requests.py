"""The requests that a mock received, and assertions about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any, TypedDict, Unpack

from mock_server.client.connection import ControlPlane, check_keywords, to_document
from mock_server.client.report import report
from mock_server.schemas.recorded_request import RecordedRequest

__tracebackhide__ = True  # pytest shows the line of the test instead

_FAILED = 409
_ALL = 1_000_000_000


class RequestFilter(TypedDict, total=False):
    """What to look for in requests; a property that is not given matches anything.

    ``path`` is a glob, as ``action`` is. ``query`` and ``json`` are what the request must contain:
    objects may have more properties, at any depth. ``status`` is a number or a class such as "4xx".
    """

    method: str
    path: str
    query: Mapping[str, Any]
    json: Any
    status: int | str


class ActionFilter(RequestFilter, total=False):
    """The same with the action, which is a glob."""

    action: str


class Requests:
    """The requests that a mock received since it was started, reset, or cleared.

    Iterating yields the requests that the journal keeps, oldest first; counts are of all requests.
    """

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    def list(
        self, action: str | None = None, **expected: Unpack[RequestFilter]
    ) -> list[RecordedRequest]:
        """Return the kept requests that match (:class:`RequestFilter`), oldest first."""
        query = {"limit": _ALL, **_pattern(action, **expected)}
        for name in {"query", "body"} & set(query):
            query[name] = dumps(query[name])
        answer = self._control.call("GET", "/requests", query=query)
        return [RecordedRequest.from_document(item) for item in answer["items"]]

    def last(self, action: str | None = None, **expected: Unpack[RequestFilter]) -> RecordedRequest:
        """Return the newest request that matches.

        :raises LookupError: when there is none
        """
        found = self.list(action, **expected)
        if not found:
            raise LookupError("no such request")
        return found[-1]

    def count(self, action: str | None = None, **expected: Unpack[RequestFilter]) -> int:
        """Return how many requests match.

        :raises AssertionError: when the number is unknown, because the journal no longer keeps all
        """
        any_number = {"atLeast": 0, "atMost": _ALL}
        return int(self._verify({**_pattern(action, **expected), **any_number})["count"])

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
        **expected: Unpack[RequestFilter],
    ) -> None:
        """Assert that at least one request matches (:class:`RequestFilter`), or a number of them.

        :raises AssertionError: with near misses, and their differences field by field
        """
        number = to_document({"times": times, "at_least": at_least, "at_most": at_most})
        self._verify({**_pattern(action, **expected), **number})

    def assert_not_called(
        self, action: str | None = None, **expected: Unpack[RequestFilter]
    ) -> None:
        """Assert that no request matches; without arguments, that there were no requests.

        :raises AssertionError: with the requests that match
        """
        self._verify({**_pattern(action, **expected), "times": 0})

    def assert_order(self, *expected: str | ActionFilter) -> None:
        """Assert that requests match one after the other; there may be others in between.

        :param expected: actions, or mappings as :class:`ActionFilter`
        :raises AssertionError: with the first that is missing, and all requests
        """
        patterns = [
            {"action": one} if isinstance(one, str) else _pattern(**one) for one in expected
        ]
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
        """Return how many requests were received, kept or not."""
        return int(self._control.call("GET", "/requests", query={"limit": 0})["total"])

    def _verify(self, expectation: Mapping[str, Any]) -> Mapping[str, Any]:
        verdict: Mapping[str, Any] = self._control.call(
            "POST", "/requests/verify", expectation, accept=(_FAILED,)
        )
        if not verdict["passed"]:
            raise AssertionError(verdict["message"])
        return verdict


def _pattern(action: str | None = None, **expected: Any) -> dict[str, Any]:
    """Return a pattern as the control plane's API describes it."""
    check_keywords(expected, RequestFilter)
    pattern = {"body" if name == "json" else name: value for name, value in expected.items()}
    return pattern if action is None else {"action": action, **pattern}
