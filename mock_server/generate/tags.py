"""Tags such as companies give their users."""

from __future__ import annotations

from mock_server.generate.groups import Group
from mock_server.generate.random_source import Draw, WeightedChoice

NO_TAGS_SHARE = 0.15

_ROLES = {
    "member": 40.0,
    "agent": 18.0,
    "technician": 14.0,
    "manager": 10.0,
    "analyst": 8.0,
    "auditor": 4.0,
    "admin": 4.0,
    "guest": 2.0,
}
_PLANS = {"free": 45.0, "standard": 35.0, "premium": 15.0, "enterprise": 5.0}


class Tags:
    """Tags of users, as ``userTags`` has them; many lack some, and some have none."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._roles = WeightedChoice(_ROLES)
        self._plans = WeightedChoice(_PLANS)

    def make(self, number: int, locale: str, group: Group | None) -> dict[str, str]:
        """Return the tags of a user.

        :param number: of the user, from 0
        :param locale: such as ``de_DE``
        :param group: the first that the user is in
        """
        draw = self._draw
        tags: dict[str, str] = {}
        if draw() < NO_TAGS_SHARE:
            return tags
        tags["role"] = self._roles.pick(draw)
        if group is not None and draw() < 0.7:
            tags["department"] = group.department
            if draw() < 0.4:
                tags["costCenter"] = group.cost_center
        if draw() < 0.4:
            tags["employeeId"] = f"E{number + 1:06}"
        if draw() < 0.5:
            tags["locale"] = locale.replace("_", "-")
        if draw() < 0.35:
            tags["plan"] = self._plans.pick(draw)
        return tags
