"""When users came, logged in and changed: in an order that can have happened."""

from __future__ import annotations

from mock_server.domain.clock import format_instant
from mock_server.seeding.crowd.draws import Draw

DAY = 86_400_000
"""In milliseconds."""

SPAN = 5 * 365 * DAY
"""How long before now the first of a crowd came, in milliseconds."""

NEVER_LOGGED_IN_SHARE = 0.12
_UPDATED_LATER_SHARE = 0.2
_NEW_PASSWORD_SHARE = 0.35


class Dates:
    """Dates of users; those shortly before ``now`` are the likeliest, and later there are none."""

    def __init__(self, draw: Draw, now: int) -> None:
        self._draw = draw
        self._now = now
        self._calendar = Calendar()

    def make(self) -> dict[str, str]:
        """Return the dates of a user, as a fixture document has them."""
        draw, write = self._draw, self._calendar.write
        created = self._before_now(SPAN)
        updated = created
        dates = {"creationDate": write(created)}
        if draw() >= NEVER_LOGGED_IN_SHARE:
            updated = self._before_now(self._now - created)
            dates["lastLogin"] = dates["lastUpdated"] = write(updated)
        if draw() < _UPDATED_LATER_SHARE:
            updated = self._before_now(self._now - updated)
            dates["lastUpdated"] = write(updated)
        dates["passwordLastUpdated"] = dates["creationDate"]
        if draw() < _NEW_PASSWORD_SHARE:
            dates["passwordLastUpdated"] = write(created + int((updated - created) * draw()))
        dates.setdefault("lastUpdated", dates["creationDate"])
        return dates

    def _before_now(self, span: int) -> int:
        return self._now - int(span * self._draw() * self._draw())


class Calendar:
    """Writes instants as ``format_instant`` does, and four times as fast, by not writing twice."""

    def __init__(self) -> None:
        self._days: dict[int, str] = {}
        self._minutes = [f"T{n // 60:02}:{n % 60:02}:" for n in range(24 * 60)]
        self._seconds = [f"{n:02}." for n in range(60)]
        self._milliseconds = [f"{n:03}Z" for n in range(1000)]

    def write(self, instant: int) -> str:
        """Return an instant as the API writes it."""
        seconds, milliseconds = divmod(instant, 1000)
        minutes, second = divmod(seconds, 60)
        day, minute = divmod(minutes, 24 * 60)
        date = self._days.get(day)
        if date is None:
            date = self._days[day] = format_instant(day * DAY)[:10]
        time = self._minutes[minute] + self._seconds[second] + self._milliseconds[milliseconds]
        return date + time
