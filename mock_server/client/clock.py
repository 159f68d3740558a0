"""The time of a world."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mock_server.client.connection import ControlPlane
from mock_server.client.values import format_date, parse_date

__tracebackhide__ = True  # pytest shows the line of the test instead


class Clock:
    """The clock that dates, ids, tokens and rate limits go by. No test has to sleep."""

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return parse_date(self._control.call("GET", "/clock")["now"])

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return bool(self._control.call("GET", "/clock")["frozen"])

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Let it stand still, now or at a time, and return what it shows."""
        change: dict[str, Any] = {"frozen": True}
        return self._change(change if at is None else {**change, "now": format_date(at)})

    def set(self, at: datetime | str) -> datetime:
        """Let it show another time; if it was running, it runs on from there."""
        return self._change({"now": format_date(at)})

    def advance(
        self,
        by: timedelta | float = 0.0,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> datetime:
        """Move it by a time, which may be negative; ``by`` is a timedelta or seconds."""
        moved = by if isinstance(by, timedelta) else timedelta(seconds=by)
        moved += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._change({"advance": moved.total_seconds()})

    def resume(self) -> datetime:
        """Let it run on from what it shows."""
        return self._change({"frozen": False})

    def _change(self, change: dict[str, Any]) -> datetime:
        return parse_date(self._control.call("PUT", "/clock", change)["now"])
