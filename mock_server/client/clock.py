"""The clock of a mock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mock_server.client.connection import ControlPlane, format_date

__tracebackhide__ = True  # pytest shows the line of the test instead


class Clock:
    """The clock of dates, ids, tokens and rate limits. A test moves it instead of sleeping."""

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    @property
    def now(self) -> datetime:
        """The current time."""
        return datetime.fromisoformat(self._control.call("GET", "/clock")["now"])

    @property
    def frozen(self) -> bool:
        """Whether the clock is frozen."""
        return bool(self._control.call("GET", "/clock")["frozen"])

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Stop the clock, now or at a time, and return the time."""
        change: dict[str, Any] = {"frozen": True}
        return self._change(change if at is None else {**change, "now": format_date(at)})

    def set(self, at: datetime | str) -> datetime:
        """Set the time; a running clock runs on from there."""
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
        """Move the clock by a duration, which may be negative; ``by`` is a timedelta or seconds."""
        moved = by if isinstance(by, timedelta) else timedelta(seconds=by)
        moved += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._change({"advance": moved.total_seconds()})

    def resume(self) -> datetime:
        """Let a frozen clock run again, from its current time."""
        return self._change({"frozen": False})

    def _change(self, change: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(self._control.call("PUT", "/clock", change)["now"])
