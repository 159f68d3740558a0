"""Ids, email addresses and passwords in documents: at most once, and in one way only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain

from mock_server.auth.passwords import hash_password
from mock_server.domain.context import WorldContext
from mock_server.domain.ids import ObjectIds
from mock_server.domain.records import Account
from mock_server.seeds.documents import (
    AccountFixture,
    ApplicationContents,
    FixtureDocument,
    GroupFixture,
    UserFixture,
)
from mock_server.seeds.mistakes import At, Mistake, Place
from mock_server.text import fold

_FARTHEST = 1 << 20
"""More ids than a run makes, and few enough to skip all of them."""


class UniqueIds:
    """The ids of one application's contents, or of all accounts, or of all applications."""

    def __init__(self, make: ObjectIds, in_use: Set[str] = frozenset()) -> None:
        """Start with the ids that are in the store already."""
        self.mistakes: list[Mistake] = []
        self._make = make
        self._in_use = in_use
        self._given: set[str] = set()

    def new(self, created: int) -> str:
        """Return a new id as if it were made at ``created`` (milliseconds)."""
        return self._make.at(created)

    def take(self, at: At, given: str | None, created: int) -> str:
        """Return the id that a document gives, or a new one if it gives none."""
        if given is None:
            return self.new(created)
        if given in self._in_use:
            self.mistakes.append(at("id").mistake(f"is already in use: {given}"))
        elif given in self._given:
            self.mistakes.append(at("id").mistake(f"is given twice: {given}"))
        self._given.add(given)
        return given


class UniqueEmails:
    """The addresses of one application's users, or of all accounts; case does not matter."""

    def __init__(self, in_use: Set[str] = frozenset()) -> None:
        """Start with the addresses, folded, that are in the store already."""
        self._in_use = in_use
        self._given: set[str] = set()

    def take(self, given: str) -> str | None:
        """Take an address; return what is wrong with it if it is taken already."""
        email = fold(given)
        if email in self._in_use:
            return f'is already in use: "{given}"'
        if email in self._given:
            return f'is given twice: "{given}" (case does not matter)'
        self._given.add(email)
        return None


def password_hash(fixture: AccountFixture, origin: WorldContext) -> str | None:
    """Return the hash that a document gives, or the hash of the password."""
    if fixture.password is None:
        return fixture.password_hash
    return hash_password(fixture.password, origin.generator)


def two_passwords(at: At, fixture: AccountFixture | UserFixture) -> list[Mistake]:
    """Return the mistake of giving both a password and a hash, if it was made."""
    if fixture.password is None or fixture.password_hash is None:
        return []
    return [both(at, "passwordHash", "password")]


def both(at: At, name: str, other: str) -> Mistake:
    """Return the mistake of giving two properties of which only one is allowed."""
    return at(name).mistake(f"cannot be given together with {other}")


def without(at: At, name: str, needed: str) -> Mistake:
    """Return the mistake of giving a property that means nothing without another."""
    return at(name).mistake(f"is given without {needed}")


def find_account(accounts: Sequence[Account], email: str) -> Account | None:
    """Return the account with this address, in any case."""
    folded = fold(email)
    return next((account for account in accounts if fold(account.email) == folded), None)


def unknown(place: Place, kind: str, name: str) -> Mistake:
    """Return the mistake of referring to something that does not exist."""
    return place.mistake(f'refers to unknown {kind} "{name}"')


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
    inside = chain.from_iterable(map(ids_in, document.applications))
    return chain(filter(None, chain(accounts, applications)), ids_in(document), inside)
