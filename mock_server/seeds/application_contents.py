"""From the contents of an application in documents to records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

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
from mock_server.seeds.documents import ApplicationContents, TokenFixture, UserFixture
from mock_server.seeds.groups import Groups
from mock_server.seeds.mistakes import At, Mistake, Place
from mock_server.seeds.records import ExistingApplication, SeededApplication
from mock_server.seeds.uniqueness import (
    UniqueEmails,
    UniqueIds,
    both,
    find_account,
    two_passwords,
    unknown,
    without,
)
from mock_server.seeds.values import Present
from mock_server.text import fold

_MADE = (
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
)
_KEPT = tuple(
    sorted(
        {field.name for field in fields(UserFixture)}
        & {field.name for field in fields(ExperienceUser)}.difference(_MADE)
    )
)
"""Properties of users that records have just as documents give them."""


class ApplicationContentsBuilder:
    """Makes the records of one application's contents, and finds the mistakes in them."""

    def __init__(
        self,
        application: Application,
        existing: ExistingApplication | None,
        accounts: Sequence[Account],
        origin: WorldContext,
        present: Present,
        progress: Progress = no_progress,
    ) -> None:
        """Start with an application.

        :param existing: its contents; None for a new application
        :param accounts: those of the world, the new ones too
        """
        self.mistakes: list[Mistake] = []
        self._application = application
        self._exists = existing is not None
        self._accounts = accounts
        self._origin = origin
        self._present = present
        self._progress = progress
        # The contents of a new application were created with it, unless they say otherwise.
        self._default_created = application.creation_date if existing is None else present.now
        existing = existing or ExistingApplication(application)
        self._ids = UniqueIds(origin.ids, existing.ids)
        self._emails = UniqueEmails(existing.emails)
        self._existing_user_ids = existing.user_ids
        self._groups = Groups(
            application.id, existing.groups, self._ids, present, self._default_created
        )
        self._memberships: dict[tuple[str, ...], tuple[GroupRef, ...]] = {}

    def build(self, parts: Sequence[tuple[Place, ApplicationContents]]) -> SeededApplication:
        """Return the records of the parts of documents that are about this application."""
        for place, contents in parts:
            self._groups.collect(place.at("groups"), contents.groups)
        misplaced = self._groups.set_parents()
        self.mistakes += misplaced
        users = [
            self._user(place, index, fixture)
            for place, contents in parts
            for index, fixture in enumerate(self._tracked(contents.users))
        ]
        tokens = [
            self._token(place.at("tokens", index).at, fixture)
            for place, contents in parts
            for index, fixture in enumerate(contents.tokens)
        ]
        members = list(self._members(users))
        self.mistakes += self._ids.mistakes
        return SeededApplication(
            application=self._application,
            groups=[] if misplaced else self._groups.records(),
            users=users,
            tokens=tokens,
            members=members,
            exists=self._exists,
        )

    def _tracked(self, users: Sequence[UserFixture]) -> Iterator[UserFixture]:
        return track(users, self._progress, "Checking users", len(users))

    def _user(self, place: Place, index: int, fixture: UserFixture) -> ExperienceUser:
        instant = self._present.instant
        created = instant(fixture.creation_date, self._default_created)
        problem = self._emails.take(fixture.email)
        if problem:
            self.mistakes.append(place.at("users", index, "email").mistake(problem))
        hashed = fixture.password_hash
        if fixture.password is not None:
            self.mistakes += two_passwords(place.at("users", index).at, fixture)
            hashed = hash_password(fixture.password, self._origin.generator)
        # There may be a million: with keywords or all properties this takes much longer.
        user = ExperienceUser(
            self._user_id(place, index, fixture.id, created),
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

    def _user_id(self, place: Place, index: int, given: str | None, created: int) -> str:
        if given is None:
            return self._ids.new(created)
        return self._ids.take(place.at("users", index).at, given, created)

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
                self.mistakes.append(at.mistake(problem))
                is_complete = False
            else:
                refs[group.ref()] = None
        found = tuple(refs)
        if is_complete:
            self._memberships[names] = found
        return found

    def _token(self, at: At, fixture: TokenFixture) -> ApiToken:
        created = self._present.instant(fixture.creation_date, self._default_created)
        creator_id, creator_type, creator_name = self._creator(at, fixture)
        return ApiToken(
            id=self._ids.take(at, fixture.id, created),
            application_id=self._application.id,
            name=fixture.name,
            description=fixture.description,
            scope=tuple(fixture.scope),
            status=fixture.status,
            expiration_date=self._present.text(fixture.expiration_date),
            creation_date=created,
            last_updated=self._present.instant(fixture.last_updated, created),
            creator_id=creator_id,
            creator_type=creator_type,
            creator_name=creator_name,
        )

    def _creator(self, at: At, fixture: TokenFixture) -> tuple[str, str, str]:
        """Return id, type and name of a token's creator: by default the first account."""
        creator_id = fixture.creator_id
        if creator_id is None:
            if fixture.creator_type is not None:
                self.mistakes.append(without(at, "creatorType", "creatorId"))
            if fixture.creator_name is not None:
                self.mistakes.append(without(at, "creatorName", "creatorId"))
            creator_id = self._creating_account(at, fixture)
        elif fixture.creator is not None:
            self.mistakes.append(both(at, "creatorId", "creator"))
        account = next((one for one in self._accounts if one.id == creator_id), None)
        known_as = (account.full_name or account.email) if account else ""
        name = known_as if fixture.creator_name is None else fixture.creator_name
        return creator_id, fixture.creator_type or "user", name

    def _creating_account(self, at: At, fixture: TokenFixture) -> str:
        """Return the id of the account that the token refers to, by default of the first one."""
        if fixture.creator is None:
            return self._accounts[0].id if self._accounts else self._application.owner_id
        account = find_account(self._accounts, fixture.creator)
        if account is None:
            self.mistakes.append(unknown(at("creator"), "account", fixture.creator))
        return account.id if account else ""

    def _members(self, users: Sequence[ExperienceUser]) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the groups that list members, with the ids of all their members."""
        listing = [entry for entry in self._groups.entries if entry.fixture.members]
        if not listing:
            return
        user_ids, by_group = self._user_ids(users), _by_group(users)
        for entry in listing:
            group_id = entry.named.id
            listed = self._listed(entry.place.at("members"), entry.fixture.members, user_ids)
            yield group_id, list(dict.fromkeys([*listed, *by_group.get(group_id, ())]))

    def _listed(
        self, place: Place, members: Sequence[str], user_ids: Mapping[str, str]
    ) -> list[str]:
        found = []
        for index, id_or_email in enumerate(members):
            user_id = user_ids.get(fold(id_or_email))
            if user_id is None:
                self.mistakes.append(unknown(place.at(index), "user", id_or_email))
            else:
                found.append(user_id)
        return found

    def _user_ids(self, users: Sequence[ExperienceUser]) -> dict[str, str]:
        """Return the ids of users by what documents refer to them by: id or email, folded."""
        user_ids = dict(self._existing_user_ids)
        for user in users:
            user_ids[fold(user.email)] = user.id
            user_ids[user.id] = user.id
        return user_ids


def _by_group(users: Sequence[ExperienceUser]) -> dict[str, list[str]]:
    by_group: dict[str, list[str]] = defaultdict(list)
    for user in users:
        for group in user.groups:
            by_group[group.id].append(user.id)
    return by_group
