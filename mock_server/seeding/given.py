"""What documents may leave out, give in two ways, or give twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from mock_server.auth.passwords import hash_password
from mock_server.domain.sources import Sources
from mock_server.domain.text import fold
from mock_server.seeding.documents import AccountFixture, UserFixture
from mock_server.seeding.mistakes import Mistake, Place

Person = AccountFixture | UserFixture


def or_else(given: int | None, otherwise: int) -> int:
    """Return an instant that was given, or another."""
    return otherwise if given is None else given


def password_hash(fixture: Person, origin: Sources) -> str | None:
    """Return the hash that was given, or that of the password."""
    if fixture.password is None:
        return fixture.password_hash
    return hash_password(fixture.password, origin.generator)


def two_passwords(place: Place, fixture: Person) -> Iterator[Mistake]:
    """Yield the mistake of giving both a password and a hash."""
    if fixture.password is not None and fixture.password_hash is not None:
        yield place.at("passwordHash").mistake("is given, but so is password")


def repeated_emails(
    people: Sequence[tuple[Place, Person]], in_use: Set[str] = frozenset()
) -> Iterator[Mistake]:
    """Yield a mistake for each address that is not the only one.

    :param in_use: those that others have already, folded
    """
    seen: set[str] = set()
    for place, fixture in people:
        email = fold(fixture.email)
        if email in in_use:
            problem = f'is in use already: "{fixture.email}"'
        elif email in seen:
            problem = f'is given twice: "{fixture.email}" (case does not count)'
        else:
            seen.add(email)
            continue
        yield place.at("email").mistake(problem)


def without(place: Place, name: str, needed: str) -> Mistake:
    """Return the mistake of giving a property that says nothing without another."""
    return place.at(name).mistake(f"is given without {needed}")
