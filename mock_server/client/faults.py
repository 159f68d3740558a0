"""Trouble for the requests of a world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

from mock_server.client.connection import ControlPlane
from mock_server.client.values import given

__tracebackhide__ = True  # pytest shows the line of the test instead


class Strikes(TypedDict, total=False):
    """Whom a fault strikes, and when; all that is given must hold.

    ``action`` and ``path`` are globs. ``query`` and ``json`` are what must be there, ``token`` is
    one token exactly. ``first``, ``every`` and ``nth`` count the requests that match,
    ``probability`` is a chance from 0 to 1, ``until`` a time of the world's clock.
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
    """A fault that is set. As a context manager, it is removed at the end."""

    def __init__(self, control: ControlPlane, document: Mapping[str, Any]) -> None:
        self._control = control
        self.id: str = document["id"]
        self._last: Mapping[str, Any] | None = None
        self.definition: Mapping[str, Any] = document["definition"]

    @property
    def matched(self) -> int:
        """How many requests it was for."""
        return int(self._now()["matched"])

    @property
    def struck(self) -> int:
        """How many of them it did something to."""
        return int(self._now()["struck"])

    def remove(self) -> None:
        """Remove it; doing so twice does nothing."""
        if self._last is None:
            with suppress(LookupError):
                self._last = self._now()
            self._control.call("DELETE", f"/faults/{self.id}", accept=(404,))

    def _now(self) -> Mapping[str, Any]:
        """Return the counters, also after this was removed.

        :raises LookupError: when all faults were cleared, or the world was reset
        """
        if self._last is not None:
            return self._last
        found: Mapping[str, Any] = self._control.call("GET", f"/faults/{self.id}", accept=(404,))
        if "matched" not in found:
            raise LookupError(f"{self.id} is gone: faults were cleared, or the world was reset")
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
    """The faults of a world, in the order in which they act.

    The first that answers or ends the connection decides; those after it do not see the request.
    Every method takes the keywords of :class:`Strikes`, and returns the fault.
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
        **strikes: Unpack[Strikes],
    ) -> Fault:
        """Answer an error from 400 to 599; with ``carry_out`` only after having done it all."""
        effect = {
            "status": status,
            "type": type,
            "message": message,
            "retry_after": retry_after,
            "carry_out": carry_out or None,
        }
        return self._add("status", effect, strikes)

    def too_many_requests(self, *, retry_after: int = 1, **strikes: Unpack[Strikes]) -> Fault:
        """Answer 429 with Retry-After, in seconds."""
        return self._add("tooManyRequests", {"retry_after": retry_after}, strikes)

    def expired_token(self, **strikes: Unpack[Strikes]) -> Fault:
        """Answer as to a token that has expired."""
        return self._add("expiredToken", {}, strikes)

    def rate_limit(self, limit: int, *, window: float, **strikes: Unpack[Strikes]) -> Fault:
        """Answer 429 to more than ``limit`` requests in ``window`` seconds of the clock."""
        return self._add("rateLimit", {"limit": limit, "window": window}, strikes)

    def delay(
        self,
        seconds: float | tuple[float, float] | None = None,
        *,
        median: float | None = None,
        sigma: float | None = None,
        **strikes: Unpack[Strikes],
    ) -> Fault:
        """Wait: so many seconds, from one number to another, or log-normally."""
        effect: dict[str, Any] = {"median": median, "sigma": sigma}
        if isinstance(seconds, tuple):
            if len(seconds) != 2:
                raise TypeError("give seconds, or a pair: delay(0.2), delay((0.1, 0.5))")
            effect["min"], effect["max"] = seconds
        else:
            effect["seconds"] = seconds
        return self._add("delay", effect, strikes)

    def slow(self, *, bytes_per_second: float, **strikes: Unpack[Strikes]) -> Fault:
        """Send the answer's body slowly."""
        return self._add("slow", {"bytes_per_second": bytes_per_second}, strikes)

    def reset(self, *, carry_out: bool = False, **strikes: Unpack[Strikes]) -> Fault:
        """Reset the connection, without an answer."""
        return self._add("reset", {"carry_out": carry_out or None}, strikes)

    def close(self, *, carry_out: bool = False, **strikes: Unpack[Strikes]) -> Fault:
        """Close the connection, without an answer."""
        return self._add("close", {"carry_out": carry_out or None}, strikes)

    def malformed(self, **strikes: Unpack[Strikes]) -> Fault:
        """Break the JSON of the answer."""
        return self._add("malformed", {}, strikes)

    def truncated(self, **strikes: Unpack[Strikes]) -> Fault:
        """Close the connection half-way through the answer."""
        return self._add("truncated", {}, strikes)

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
        return len(list(iter(self)))

    def _add(self, kind: str, effect: Mapping[str, Any], strikes: Mapping[str, Any]) -> Fault:
        unknown = set(strikes) - set(Strikes.__annotations__)
        if unknown:
            name = sorted(unknown)[0]
            known = ", ".join(Strikes.__annotations__)
            hint = " (json is the body)" if name == "body" else ""
            raise TypeError(f"unknown keyword {name!r}; there are: {known}{hint}")
        body = {"kind": kind, **given(effect), **given(strikes)}
        if "json" in strikes:
            body["body"] = body.pop("json", None)
        return Fault(self._control, self._control.call("POST", "/faults", body))
