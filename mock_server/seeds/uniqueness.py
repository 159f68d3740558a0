"""What documents may leave out, give in two ways, or give twice."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mock_server.auth.passwords import hash_password
from mock_server.domain.context import WorldContext
from mock_server.domain.records import Account
from mock_server.seeds.documents import AccountFixture, UserFixture
from mock_server.seeds.mistakes import At, Mistake, Place
from mock_server.text import fold

Person = AccountFixture | UserFixture


def password_hash(fixture: Person, origin: WorldContext) -> str | None:
    """Return the hash that was given, or that of the password."""
    if fixture.password is None:
        return fixture.password_hash
    return hash_password(fixture.password, origin.generator)


def two_passwords(at: At, fixture: Person) -> list[Mistake]:
    """Return the mistake of giving both a password and a hash, if it was made."""
    if fixture.password is None or fixture.password_hash is None:
        return []
    return [at("passwordHash").mistake("is given, but so is password")]


class UniqueEmails:
    """The addresses of one application's users, or of all accounts; case does not count."""

    def __init__(self, in_use: Set[str] = frozenset()) -> None:
        """Begin with the addresses, folded, that others have already."""
        self._in_use = in_use
        self._given: set[str] = set()

    def take(self, given: str) -> str | None:
        """Take an address, and return what is wrong with it if somebody has it."""
        email = fold(given)
        if email in self._in_use:
            return f'is in use already: "{given}"'
        if email in self._given:
            return f'is given twice: "{given}" (case does not count)'
        self._given.add(email)
        return None


def without(at: At, name: str, needed: str) -> Mistake:
    """Return the mistake of giving a property that says nothing without another."""
    return at(name).mistake(f"is given without {needed}")


def find_account(accounts: Sequence[Account], email: str) -> Account | None:
    """Return the account with this address, in whatever case."""
    wanted = fold(email)
    return next((account for account in accounts if fold(account.email) == wanted), None)


def no_account(place: Place, email: str) -> Mistake:
    """Return the mistake of naming an account that there is not."""
    return place.mistake(f'names no account: "{email}"')
