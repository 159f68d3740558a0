"""Faults: errors, delays and broken connections that a test injects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

from mock_server.client.connection import ControlPlane, check_keywords, to_document

__tracebackhide__ = True  # pytest shows the line of the test instead


class FaultConditions(TypedDict, total=False):
    """Which requests a fault applies to, and when; all conditions must hold.

    ``action`` and ``path`` are globs. ``query`` and ``json`` are what the request must contain,
    ``token`` is the token that it must have. ``first``, ``every`` and ``nth`` count the requests
    that match, ``probability`` is from 0 to 1, ``until`` is a time of the mock's clock.
    """

    action: str
    method: str
    path: str
    query: Mapping[str, Any]
    json: Any
    token: str
    first: int
    every: int
    nth: int
    probability: float
    until: datetime | str


class Fault:
    """A fault that was added. As a context manager, it is removed at the end."""

    def __init__(self, control: ControlPlane, document: Mapping[str, Any]) -> None:
        self._control = control
        self.id: str = document["id"]
        self.definition: Mapping[str, Any] = document["definition"]
        self._last: Mapping[str, Any] | None = None

    @property
    def matched(self) -> int:
        """How many requests matched it."""
        return int(self._state()["matched"])

    @property
    def struck(self) -> int:
        """How many of them it was applied to."""
        return int(self._state()["struck"])

    def remove(self) -> None:
        """Remove the fault; removing it twice does nothing."""
        if self._last is None:
            with suppress(LookupError):
                self._last = self._state()
            self._control.call("DELETE", f"/faults/{self.id}", accept=(404,))

    def _state(self) -> Mapping[str, Any]:
        """Return the counters, also after the fault was removed.

        :raises LookupError: when all faults were cleared, or the mock was reset
        """
        if self._last is not None:
            return self._last
        found: Mapping[str, Any] = self._control.call("GET", f"/faults/{self.id}", accept=(404,))
        if "matched" not in found:
            raise LookupError(f"{self.id} is gone: faults were cleared, or the mock was reset")
        return found

    def __enter__(self) -> Fault:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<Fault {self.id} {dict(self.definition)}>"


class Faults:
    """The faults of a mock, in the order in which they apply.

    Faults apply up to the first that answers or ends the connection. There is a method for every
    kind of fault, which takes the keywords of :class:`FaultConditions` and returns the fault.
    """

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    def status(
        self,
        status: int,
        *,
        type: str | None = None,  # noqa: A002 - as the API calls it
        message: str | None = None,
        retry_after: int | None = None,
        carry_out: bool = False,
        **conditions: Unpack[FaultConditions],
    ) -> Fault:
        """Answer an error from 400 to 599; with ``carry_out`` only after carrying it out."""
        return self._add(
            "status",
            conditions,
            status=status,
            type=type,
            message=message,
            retry_after=retry_after,
            carry_out=carry_out or None,
        )

    def too_many_requests(
        self, *, retry_after: int = 1, **conditions: Unpack[FaultConditions]
    ) -> Fault:
        """Answer 429 with Retry-After, in seconds."""
        return self._add("tooManyRequests", conditions, retry_after=retry_after)

    def expired_token(self, **conditions: Unpack[FaultConditions]) -> Fault:
        """Answer 401, as if the token had expired."""
        return self._add("expiredToken", conditions)

    def rate_limit(
        self, limit: int, *, window: float, **conditions: Unpack[FaultConditions]
    ) -> Fault:
        """Answer 429 to more than ``limit`` requests in ``window`` seconds of the mock's clock."""
        return self._add("rateLimit", conditions, limit=limit, window=window)

    def delay(
        self,
        seconds: float | tuple[float, float] | None = None,
        *,
        median: float | None = None,
        sigma: float | None = None,
        **conditions: Unpack[FaultConditions],
    ) -> Fault:
        """Wait: a number of seconds, between two numbers, or log-normally distributed."""
        properties: dict[str, Any] = {"median": median, "sigma": sigma, "seconds": seconds}
        if isinstance(seconds, tuple):
            if len(seconds) != 2:
                raise TypeError("give seconds, or a pair: delay(0.2), delay((0.1, 0.5))")
            properties |= {"min": seconds[0], "max": seconds[1], "seconds": None}
        return self._add("delay", conditions, **properties)

    def slow(self, *, bytes_per_second: float, **conditions: Unpack[FaultConditions]) -> Fault:
        """Send the answer's body slowly."""
        return self._add("slow", conditions, bytes_per_second=bytes_per_second)

    def reset(self, *, carry_out: bool = False, **conditions: Unpack[FaultConditions]) -> Fault:
        """Reset the connection without an answer."""
        return self._add("reset", conditions, carry_out=carry_out or None)

    def close(self, *, carry_out: bool = False, **conditions: Unpack[FaultConditions]) -> Fault:
        """Close the connection without an answer."""
        return self._add("close", conditions, carry_out=carry_out or None)

    def malformed(self, **conditions: Unpack[FaultConditions]) -> Fault:
        """Break the JSON of the answer."""
        return self._add("malformed", conditions)

    def truncated(self, **conditions: Unpack[FaultConditions]) -> Fault:
        """Close the connection half-way through the answer."""
        return self._add("truncated", conditions)

    def add(self, definition: Mapping[str, Any]) -> Fault:
        """Add a fault as the control plane's API describes it: ``{"kind": "reset", "nth": 2}``."""
        return Fault(self._control, self._control.call("POST", "/faults", definition))

    def remove(self, fault_id: str) -> None:
        """Remove a fault by its id.

        :raises ControlPlaneError: when there is none
        """
        self._control.call("DELETE", f"/faults/{quote(fault_id, safe='')}")

    def clear(self) -> None:
        """Remove all faults."""
        self._control.call("DELETE", "/faults")

    def __iter__(self) -> Iterator[Fault]:
        items = self._control.call("GET", "/faults")["items"]
        return iter([Fault(self._control, item) for item in items])

    def __len__(self) -> int:
        return len([*iter(self)])

    def _add(self, kind: str, conditions: Mapping[str, Any], **properties: Any) -> Fault:
        """Add a fault. Conditions and properties that are None are left out, except a body."""
        check_keywords(conditions, FaultConditions)
        definition = {"kind": kind, **to_document(properties), **to_document(conditions)}
        if "json" in conditions:
            definition.pop("json", None)
            definition["body"] = conditions["json"]
        return self.add(definition)
