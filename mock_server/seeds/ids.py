"""Ids and email addresses in documents, each of which may be given once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import chain

from mock_server.domain.context import WorldContext
from mock_server.domain.ids import ObjectIds
from mock_server.seeds.documents import ApplicationContents, FixtureDocument, GroupFixture
from mock_server.seeds.mistakes import Mistake, Place
from mock_server.text import fold

_FARTHEST = 1 << 20
"""More ids than a run makes, and few enough to skip all of them."""


class _Unique:
    """Values that are in the store already or that documents give."""

    def __init__(self, in_use: Set[str] = frozenset()) -> None:
        self._in_use = in_use
        self._given: set[str] = set()

    def problem(self, value: str) -> str | None:
        """Take a value; return what is wrong if it was taken before."""
        if value in self._in_use:
            return "is already in use"
        if value in self._given:
            return "is given twice"
        self._given.add(value)
        return None


class UniqueEmails(_Unique):
    """The addresses of one application's users, or of all accounts; case does not matter."""

    def take(self, email: str) -> str | None:
        """Take an address; return what is wrong if it was taken before."""
        folded = fold(email)
        if folded in self._in_use:
            return f'is already in use: "{email}"'
        if folded in self._given:
            return f'is given twice: "{email}" (case does not matter)'
        self._given.add(folded)
        return None


class UniqueIds(_Unique):
    """The ids of one application's contents, or of all accounts, or of all applications."""

    def __init__(
        self, make: ObjectIds, mistakes: list[Mistake], in_use: Set[str] = frozenset()
    ) -> None:
        super().__init__(in_use)
        self._make = make
        self._mistakes = mistakes

    def take(self, given: str | None, created: int, place: Place, *path: str | int) -> str:
        """Return the id that a document gives, or a new one if it gives none.

        :param created: when the thing was created, in milliseconds; part of a new id
        :param place: where the thing is, or the place from which ``path`` leads there
        """
        if given is None:
            return self._make.at(created)
        problem = self.problem(given)
        if problem is not None:
            self._mistakes.append(place.at(*path, "id").mistake(f"{problem}: {given}"))
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


def skip_given_ids(origin: WorldContext, documents: Iterable[FixtureDocument]) -> None:
    """Let ``origin`` make none of the ids that documents give.

    A repeatable world makes the same ids in every run. Without this, records that were exported
    from one run would be overwritten in the next.
    """
    following = origin.ids.copy(origin.clock).at(0)
    made_by, count = following[8:18], int(following[18:], 16)
    steps = 0
    for given in chain.from_iterable(map(_all_ids, documents)):
        if given[8:18] == made_by:
            ahead = (int(given[18:], 16) - count) & 0xFFFFFF
            if ahead < _FARTHEST:  # others were made before
                steps = max(steps, ahead + 1)
    for _ in range(steps):
        origin.ids.at(0)


def _all_ids(document: FixtureDocument) -> Iterator[str]:
    accounts = (account.id for account in document.accounts)
    applications = (application.id for application in document.applications)
    inside = map(ids_in, (document, *document.applications))
    return chain(filter(None, chain(accounts, applications)), *inside)
