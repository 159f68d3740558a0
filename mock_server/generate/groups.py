"""Generates a company's groups: departments, units and teams of very different sizes."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from mock_server.domain.clock import format_instant
from mock_server.generate.random_source import RandomSource, pick, shuffled

_DAY = 86_400_000

HISTORY = 5 * 365 * _DAY
"""How long before now the first users were created, in milliseconds; groups are older."""

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
    """A group; ``names`` are the names left for the groups below it."""

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
        """Return the seed document of the group and of the groups below it."""
        document: dict[str, Any] = {"name": self.path.rpartition("/")[2]}
        if self.depth == 1:
            document["groupTags"] = {"costCenter": self.cost_center}
        document["creationDate"] = document["lastUpdated"] = format_instant(self.created)
        if self.groups:
            document["groups"] = [group.document() for group in self.groups]
        return document


def generate_groups(random: RandomSource, count: int, now: int) -> list[Group]:
    """Return the groups for ``count`` users, each after its parent.

    More users have the same groups and some more: 3 for five users, 43 for ten thousand,
    ``MAX_GROUPS`` for a million.
    """
    groups: list[Group] = []
    departments = shuffled(random, _DEPARTMENTS)
    while len(groups) < MAX_GROUPS and _users_needed(len(groups)) <= count:
        parent = _parent(random, groups, departments)
        days = MAX_GROUPS - len(groups) + random()
        created = now - HISTORY - int(days * _DAY)
        group = (
            _subgroup(random, parent, created)
            if parent
            else _department(random, departments, created)
        )
        groups.append(group)
    return groups


def _users_needed(number: int) -> int:
    """Return from how many users on there is a group ``number`` (from 0)."""
    return max(1, ((number + 1) // 2) ** 3)


def _parent(
    random: RandomSource, groups: Sequence[Group], departments: Sequence[str]
) -> Group | None:
    """Return the parent of the next group: none for the first and third, one for the second."""
    if len(groups) in (0, 2):
        return None
    if departments and len(groups) > 2 and random() < _DEPARTMENT_SHARE:
        return None
    return pick(random, [group for group in groups if group.names])


def _department(random: RandomSource, departments: list[str], created: int) -> Group:
    name = departments.pop()
    cost_center = str(1000 + int(random() * 9000))
    return Group(name, name, cost_center, created, shuffled(random, _DEPARTMENTS[name]))


def _subgroup(random: RandomSource, parent: Group, created: int) -> Group:
    names = shuffled(random, _TEAMS) if parent.depth + 1 < MAX_DEPTH else []
    path = f"{parent.path}/{parent.names.pop()}"
    group = Group(path, parent.department, parent.cost_center, created, names)
    parent.groups.append(group)
    return group


class Memberships:
    """Puts users into groups; the larger the number of a group, the fewer users are in it.

    A user is only in groups that exist if this user is the last one, so that more users do not
    change the groups of the first ones.
    """

    def __init__(self, random: RandomSource, groups: Sequence[Group]) -> None:
        self._random = random
        self._groups = groups
        self._sums = tuple(accumulate(1 / (rank + 2) for rank in range(len(groups))))
        self._open = 0
        self._next_opens_at = self._first_user_of_next()

    def generate(self, number: int) -> list[Group]:
        """Return the groups of a user; numbers must come in order, from 0."""
        random = self._random
        while number >= self._next_opens_at:
            self._open += 1
            self._next_opens_at = self._first_user_of_next()
        found: list[Group] = []
        share = NO_GROUP_SHARE
        while random() >= share and len(found) < _MOST_GROUPS:
            group = self._pick()
            if group not in found:
                found.append(group)
            share = 1 - _ANOTHER_GROUP_SHARE
        return found

    def _first_user_of_next(self) -> float:
        """Return the number of the first user who can be in the next group."""
        return _users_needed(self._open) - 1 if self._open < len(self._groups) else math.inf

    def _pick(self) -> Group:
        sums, last = self._sums, self._open - 1
        return self._groups[bisect(sums, self._random() * sums[last], 0, last)]
