"""When users came, logged in and changed: in an order that can have happened."""

from __future__ import annotations

from typing import Any

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
        self._write = Calendar().write

    def put_in(self, user: dict[str, Any]) -> None:
        """Put the dates of a user into the fixture document of one.

        Created, last login, last update: in this order, and a new password between the first and
        the last of them.
        """
        draw, now, write = self._draw, self._now, self._write
        created = now - int(SPAN * draw() * draw())
        user["creationDate"] = text = update = write(created)
        login = None
        updated = created
        if draw() >= NEVER_LOGGED_IN_SHARE:
            updated = now - int((now - created) * draw() * draw())
            login = update = write(updated)
        if draw() < _UPDATED_LATER_SHARE:
            updated = now - int((now - updated) * draw() * draw())
            update = write(updated)
        user["lastUpdated"] = update
        if draw() < _NEW_PASSWORD_SHARE:
            text = write(created + int((updated - created) * draw()))
        user["passwordLastUpdated"] = text
        if login is not None:
            user["lastLogin"] = login


class Calendar:
    """Writes instants as ``format_instant`` does, and five times as fast, by not writing twice."""

    def __init__(self) -> None:
        self._days = _Days()
        self._minutes = [f"T{n // 60:02}:{n % 60:02}:" for n in range(24 * 60)]
        self._seconds = [f"{n:02}." for n in range(60)]
        self._milliseconds = [f"{n:03}Z" for n in range(1000)]

    def write(self, instant: int) -> str:
        """Return an instant as the API writes it."""
        rest = instant % DAY
        day, minute = self._days[instant // DAY], self._minutes[rest // 60_000]
        return f"{day}{minute}{self._seconds[rest // 1000 % 60]}{self._milliseconds[rest % 1000]}"


class _Days(dict[int, str]):
    """Days since 1970-01-01 as the API writes them, each written when it is first asked for."""

    def __missing__(self, day: int) -> str:
        text = self[day] = format_instant(day * DAY)[:10]
        return text
