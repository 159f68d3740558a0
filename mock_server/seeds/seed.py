"""A seed: records that are checked and can be planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
)


@dataclass(frozen=True)
class SeededApplication:
    """An application with its contents: groups after their parents, users with their groups.

    ``members`` are groups whose members have an order of their own, with the ids of all of them;
    ``exists`` tells that the application is in the world already and is only added to.
    """

    application: Application
    groups: Sequence[ExperienceGroup]
    users: Sequence[ExperienceUser]
    tokens: Sequence[ApiToken]
    members: Sequence[tuple[str, Sequence[str]]] = ()
    exists: bool = False


@dataclass(frozen=True)
class Seed:
    """The first records of a world, or what is added to it."""

    accounts: Sequence[Account]
    applications: Sequence[SeededApplication]
