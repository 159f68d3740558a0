"""From the contents of an application in documents to records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from mock_server.auth.passwords import hash_password
from mock_server.domain.context import WorldContext
from mock_server.domain.progress import Progress, no_progress, track
from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceUser,
    GroupRef,
)
from mock_server.seeds.documents import (
    AccountFixture,
    ApplicationContents,
    TokenFixture,
    UserFixture,
)
from mock_server.seeds.groups import Groups
from mock_server.seeds.mistakes import Mistake, Place, UniqueEmails, UniqueIds
from mock_server.seeds.records import ExistingApplication, SeededApplication
from mock_server.seeds.values import Present
from mock_server.text import fold

_CONVERTED = {
    "id",
    "email",
    "creation_date",
    "last_updated",
    "password_last_updated",
    "password_hash",
    "last_login",
    "token_cutoff",
    "user_tags",
    "groups",
}
_KEPT = tuple(
    sorted(
        {one.name for one in fields(UserFixture)}
        & {one.name for one in fields(ExperienceUser)} - _CONVERTED
    )
)
"""Properties of users that records have just as documents give them."""


@dataclass
class Loading:
    """What all records have in common that are loaded at once."""

    origin: WorldContext
    present: Present
    progress: Progress = no_progress
    mistakes: list[Mistake] = field(default_factory=list)
    accounts: Sequence[Account] = ()
    """Those of the world, the new ones too."""

    def account_id(self, place: Place, fixture: Any, role: str, default: str) -> str:
        """Return the id of the owner or creator of something, which may be no account.

        :param role: the property with the email address of an account; others with the id, type
            and name may be given instead
        :param default: the id if nothing is given and there is no account
        """
        given, email = getattr(fixture, f"{role}_id"), getattr(fixture, role)
        if given is not None:
            if email is not None:
                self.mistakes.append(place.both(f"{role}Id", role))
            return str(given)
        for detail in ("Type", "Name"):
            if getattr(fixture, f"{role}_{detail.lower()}", None) is not None:
                self.mistakes.append(place.without(f"{role}{detail}", f"{role}Id"))
        if email is None:
            return self.accounts[0].id if self.accounts else default
        account = next((one for one in self.accounts if fold(one.email) == fold(email)), None)
        if account is None:
            self.mistakes.append(place.at(role).unknown("account", email))
        return account.id if account else ""

    def password_hash(self, place: Place, fixture: AccountFixture | UserFixture) -> str | None:
        """Return the hash that a document gives, or the hash of the password."""
        if fixture.password is None:
            return fixture.password_hash
        if fixture.password_hash is not None:
            self.mistakes.append(place.both("passwordHash", "password"))
        return hash_password(fixture.password, self.origin.generator)


class ContentsBuilder:
    """Makes the records of one application's contents, and finds the mistakes in them."""

    def __init__(
        self, application: Application, existing: ExistingApplication | None, loading: Loading
    ) -> None:
        """Start with an application.

        :param existing: its contents; None for a new application
        """
        self._application = application
        self._exists = existing is not None
        self._loading = loading
        self._mistakes = loading.mistakes
        self._present = loading.present
        # The contents of a new application were created with it, unless they say otherwise.
        self._created = application.creation_date if existing is None else loading.present.now
        existing = existing or ExistingApplication(application)
        self._ids = UniqueIds(loading.origin.ids, loading.mistakes, existing.ids)
        self._emails = UniqueEmails(existing.emails)
        self._user_ids = dict(existing.user_ids)
        self._groups = Groups(
            application.id, existing.groups, self._ids, self._present, self._created
        )
        self._memberships: dict[tuple[str, ...], tuple[GroupRef, ...]] = {}

    def build(self, parts: Sequence[tuple[Place, ApplicationContents]]) -> SeededApplication:
        """Return the records of the parts of documents that are about this application."""
        for place, contents in parts:
            self._groups.collect(place.at("groups"), contents.groups)
        self._mistakes += self._groups.set_parents()
        users = [
            self._user(place, index, fixture)
            for place, contents in parts
            for index, fixture in enumerate(self._tracked(contents.users))
        ]
        tokens = [
            self._token(place.at("tokens", index), fixture)
            for place, contents in parts
            for index, fixture in enumerate(contents.tokens)
        ]
        return SeededApplication(
            application=self._application,
            groups=self._groups.records(),
            users=users,
            tokens=tokens,
            members=list(self._members(users)),
            exists=self._exists,
        )

    def _tracked(self, users: Sequence[UserFixture]) -> Iterator[UserFixture]:
        return track(users, self._loading.progress, "Checking users", len(users))

    def _user(self, place: Place, index: int, fixture: UserFixture) -> ExperienceUser:
        # There may be a million. With keywords, with all properties, or with a place for each of
        # them this takes much longer.
        instant = self._present.instant
        created = instant(fixture.creation_date, self._created)
        problem = self._emails.take(fixture.email)
        if problem:
            self._mistakes.append(place.at("users", index, "email").mistake(problem))
        hashed = fixture.password_hash
        if fixture.password is not None:
            hashed = self._loading.password_hash(place.at("users", index), fixture)
        user = ExperienceUser(
            self._ids.take(fixture.id, created, place, "users", index),
            self._application.id,
            fixture.email,
            created,
            instant(fixture.last_updated, created),
            instant(fixture.password_last_updated, created),
            hashed,
        )
        for name in _KEPT:
            setattr(user, name, getattr(fixture, name))
        if fixture.last_login is not None:
            user.last_login = instant(fixture.last_login, 0)
        if fixture.token_cutoff is not None:
            user.token_cutoff = self._present.text(fixture.token_cutoff)
        if fixture.user_tags:
            user.user_tags = fixture.user_tags
        if fixture.groups:
            user.groups = self._membership(place, index, fixture.groups)
        return user

    def _membership(self, place: Place, index: int, names: tuple[str, ...]) -> tuple[GroupRef, ...]:
        """Return the groups that a user refers to, each once. Many users have the same ones."""
        known = self._memberships.get(names)
        if known is not None:
            return known
        refs: dict[GroupRef, None] = {}
        is_complete = True
        for number, name in enumerate(names):
            group, problem = self._groups.names.find(name)
            if group is None:
                at = place.at("users", index, "groups", number)
                self._mistakes.append(at.mistake(problem))
                is_complete = False
            else:
                refs[group.ref()] = None
        found = tuple(refs)
        if is_complete:
            self._memberships[names] = found
        return found

    def _token(self, place: Place, fixture: TokenFixture) -> ApiToken:
        created = self._present.instant(fixture.creation_date, self._created)
        owner_id, accounts = self._application.owner_id, self._loading.accounts
        creator_id = self._loading.account_id(place, fixture, "creator", owner_id)
        account = next((one for one in accounts if one.id == creator_id), None)
        roles = fixture.org_roles
        known_as = (account.full_name or account.email) if account else ""
        return ApiToken(
            id=self._ids.take(fixture.id, created, place),
            application_id=self._application.id,
            name=fixture.name,
            description=fixture.description,
            scope=tuple(fixture.scope),
            status=fixture.status,
            expiration_date=self._present.text(fixture.expiration_date),
            default_role=fixture.default_role,
            org_roles=None if roles is None else tuple(role.sent() for role in roles),
            creation_date=created,
            last_updated=self._present.instant(fixture.last_updated, created),
            creator_id=creator_id,
            creator_type=fixture.creator_type or "user",
            creator_name=known_as if fixture.creator_name is None else fixture.creator_name,
        )

    def _members(self, users: Sequence[ExperienceUser]) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the groups that list members, with the ids of all their members."""
        listing = [entry for entry in self._groups.entries if entry.fixture.members]
        if not listing:
            return
        by_group: dict[str, list[str]] = defaultdict(list)
        for user in users:
            self._user_ids[fold(user.email)] = self._user_ids[user.id] = user.id
            for group in user.groups:
                by_group[group.id].append(user.id)
        for entry in listing:
            group_id, listed = entry.named.id, self._listed(entry.place, entry.fixture.members)
            yield group_id, list(dict.fromkeys([*listed, *by_group[group_id]]))

    def _listed(self, group: Place, members: Sequence[str]) -> Iterator[str]:
        for index, id_or_email in enumerate(members):
            user_id = self._user_ids.get(fold(id_or_email))
            if user_id is None:
                self._mistakes.append(group.at("members", index).unknown("user", id_or_email))
            else:
                yield user_id
