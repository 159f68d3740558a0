"""When users came, logged in and changed: in an order that can have happened."""

from __future__ import annotations

from typing import Any

from mock_server.domain.clock import format_instant
from mock_server.generate.random_source import Draw

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

    def put_in(self, user: dict[str, Any]) -> None:
        """Put the dates of a user into the fixture document of one.

        Created, last login, last update: in this order, and a new password between the first and
        the last of them.
        """
        draw, now = self._draw, self._now
        created = now - int(SPAN * draw() * draw())
        user["creationDate"] = text = update = format_instant(created)
        login = None
        updated = created
        if draw() >= NEVER_LOGGED_IN_SHARE:
            updated = now - int((now - created) * draw() * draw())
            login = update = format_instant(updated)
        if draw() < _UPDATED_LATER_SHARE:
            updated = now - int((now - updated) * draw() * draw())
            update = format_instant(updated)
        user["lastUpdated"] = update
        if draw() < _NEW_PASSWORD_SHARE:
            text = format_instant(created + int((updated - created) * draw()))
        user["passwordLastUpdated"] = text
        if login is not None:
            user["lastLogin"] = login
