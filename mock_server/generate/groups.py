"""A company's groups: departments, units and teams, some of them much larger than others."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from mock_server.domain.clock import format_instant
from mock_server.generate.dates import DAY, SPAN
from mock_server.generate.random_source import Draw, pick, shuffled

MAX_GROUPS = 200
MAX_DEPTH = 3
NO_GROUP_SHARE = 0.1
_ANOTHER_GROUP_SHARE = 0.25
_MOST_GROUPS = 3
_DEPARTMENT_SHARE = 0.2

_REGIONS = ("North", "South", "East", "West", "Central", "Coast", "Overseas", "Online")
_SITES = ("Main Site", "Riverside", "Hillside", "Old Mill", "Harbor", "Airport", "Depot")
_DEPARTMENTS = {
    "Sales": _REGIONS,
    "Support": ("First Line", "Second Line", "Phone", "Chat", "Field Service", "Onboarding"),
    "Engineering": ("Firmware", "Hardware", "Platform", "Web", "Mobile", "Data", "Quality"),
    "Operations": _SITES,
    "Customers": ("Retail", "Wholesale", "Public Sector", "Trial", "Key Accounts", "Resellers"),
    "Marketing": ("Brand", "Events", "Content", "Web Shop", "Press"),
    "Finance": ("Accounting", "Controlling", "Payroll", "Tax"),
    "Human Resources": ("Recruiting", "Training", "Benefits"),
    "Logistics": ("Warehouse", "Shipping", "Returns", "Fleet", "Customs"),
    "Production": ("Line 1", "Line 2", "Line 3", "Assembly", "Packing", "Maintenance"),
    "Partners": _REGIONS,
    "Facilities": _SITES,
    "Research": ("Materials", "Sensors", "Batteries", "Software"),
    "Purchasing": ("Parts", "Services", "Travel"),
}
_TEAMS = (
    "Team A",
    "Team B",
    "Team C",
    "Early Shift",
    "Late Shift",
    "Leads",
    "Trainees",
    "Projects",
)


@dataclass(frozen=True, eq=False)
class Group:
    """A group; ``names`` are those for groups below it that nobody has yet."""

    path: str
    department: str
    cost_center: str
    created: int
    names: list[str]
    groups: list[Group] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return self.path.count("/") + 1

    def document(self) -> dict[str, Any]:
        """Return the fixture document of the group and those below it."""
        document: dict[str, Any] = {"name": self.path.rpartition("/")[2]}
        if self.depth == 1:
            document["groupTags"] = {"costCenter": self.cost_center}
        document["creationDate"] = document["lastUpdated"] = format_instant(self.created)
        if self.groups:
            document["groups"] = [group.document() for group in self.groups]
        return document


def organisation(draw: Draw, count: int, now: int) -> list[Group]:
    """Return the groups of a crowd, each after the one above it.

    A larger crowd has those of a smaller one, and some more: 3 for five users, 43 for ten
    thousand, ``MAX_GROUPS`` for a million.

    :param count: of users
    """
    groups: list[Group] = []
    departments = shuffled(draw, _DEPARTMENTS)
    while len(groups) < MAX_GROUPS and _founded(len(groups)) <= count:
        parent = _parent(draw, groups, departments)
        days = MAX_GROUPS - len(groups) + draw()
        created = now - SPAN - int(days * DAY)
        group = _below(draw, parent, created) if parent else _department(draw, departments, created)
        groups.append(group)
    return groups


def _founded(number: int) -> int:
    """Return how many users a crowd has as soon as it has group ``number`` (from 0)."""
    return max(1, ((number + 1) // 2) ** 3)


def _parent(draw: Draw, groups: Sequence[Group], departments: Sequence[str]) -> Group | None:
    """Return what the next group is below; the second always is, the first and third never."""
    if len(groups) in (0, 2):
        return None
    if departments and len(groups) > 2 and draw() < _DEPARTMENT_SHARE:
        return None
    return pick(draw, [group for group in groups if group.names])


def _department(draw: Draw, departments: list[str], created: int) -> Group:
    name = departments.pop()
    cost_center = str(1000 + int(draw() * 9000))
    return Group(name, name, cost_center, created, shuffled(draw, _DEPARTMENTS[name]))


def _below(draw: Draw, parent: Group, created: int) -> Group:
    names = shuffled(draw, _TEAMS) if parent.depth + 1 < MAX_DEPTH else []
    path = f"{parent.path}/{parent.names.pop()}"
    group = Group(path, parent.department, parent.cost_center, created, names)
    parent.groups.append(group)
    return group


class Memberships:
    """Who is in which groups; the larger the number of a group, the fewer are in it.

    A user can only be in groups that a crowd has which ends with this user.
    """

    def __init__(self, draw: Draw, groups: Sequence[Group]) -> None:
        self._draw = draw
        self._groups = groups
        self._sums = tuple(accumulate(1 / (rank + 2) for rank in range(len(groups))))
        self._open = 0
        self._next_opens = self._opening()

    def of(self, number: int) -> list[Group]:
        """Return the groups of a user; to be asked for users 0, 1, 2 and so on."""
        draw = self._draw
        while number >= self._next_opens:
            self._open += 1
            self._next_opens = self._opening()
        found: list[Group] = []
        share = NO_GROUP_SHARE
        while draw() >= share and len(found) < _MOST_GROUPS:
            group = self._pick()
            if group not in found:
                found.append(group)
            share = 1 - _ANOTHER_GROUP_SHARE
        return found

    def _opening(self) -> float:
        """Return the number of the user who is the first that can be in the next group."""
        return _founded(self._open) - 1 if self._open < len(self._groups) else math.inf

    def _pick(self) -> Group:
        sums, last = self._sums, self._open - 1
        return self._groups[bisect(sums, self._draw() * sums[last], 0, last)]
