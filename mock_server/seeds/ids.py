"""Ids that documents give, and those that they leave to the mock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import chain

from mock_server.domain.context import WorldContext
from mock_server.domain.ids import ObjectIds
from mock_server.seeds.documents import ApplicationContents, FixtureDocument, GroupFixture
from mock_server.seeds.mistakes import At, Mistake

_FARTHEST = 1 << 20
"""More ids than a run makes, and no more than can be passed over at once."""


class UniqueIds:
    """The ids of one application's contents, or of all accounts, or of all applications."""

    def __init__(self, make: ObjectIds, in_use: Set[str] = frozenset()) -> None:
        """Begin with the ids that the world has already."""
        self.mistakes: list[Mistake] = []
        self._make = make
        self._in_use = in_use
        self._given: set[str] = set()

    def new(self, created: int) -> str:
        """Return a new id as if it were made at ``created`` (milliseconds)."""
        return self._make.at(created)

    def take(self, at: At, given: str | None, created: int) -> str:
        """Return the id that was given, or else a new one."""
        if given is None:
            return self.new(created)
        if given in self._in_use:
            self.mistakes.append(at("id").mistake(f"is in use already: {given}"))
        elif given in self._given:
            self.mistakes.append(at("id").mistake(f"is given twice: {given}"))
        self._given.add(given)
        return given


def ids_in(contents: ApplicationContents) -> Iterator[str]:
    """Yield the ids that are given to users, groups and tokens."""
    ids = chain(
        (user.id for user in contents.users),
        (group.id for group in all_groups(contents.groups)),
        (token.id for token in contents.tokens),
    )
    return filter(None, ids)


def all_groups(groups: Iterable[GroupFixture]) -> Iterator[GroupFixture]:
    """Yield groups, each before those inside it."""
    for group in groups:
        yield group
        yield from all_groups(group.groups)


def pass_over(origin: WorldContext, documents: Iterable[FixtureDocument]) -> None:
    """Let ``origin`` make none of the ids that documents give.

    A repeatable world makes the same ids in every run. Without this, what was exported from one
    run would be overwritten in the next.
    """
    following = origin.ids.copy(origin.clock).at(0)
    made_by, count = following[8:18], int(following[18:], 16)
    steps = 0
    for given in chain.from_iterable(map(_all_ids, documents)):
        if given[8:18] == made_by:
            ahead = (int(given[18:], 16) - count) & 0xFFFFFF
            if ahead < _FARTHEST:  # else it lies behind
                steps = max(steps, ahead + 1)
    for _ in range(steps):
        origin.ids.at(0)


def _all_ids(document: FixtureDocument) -> Iterator[str]:
    accounts = (account.id for account in document.accounts)
    applications = (application.id for application in document.applications)
    inside = chain.from_iterable(map(ids_in, document.applications))
    return chain(filter(None, chain(accounts, applications)), ids_in(document), inside)
