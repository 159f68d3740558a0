"""From what documents say of an application's contents to records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mock_server.domain.context import WorldContext
from mock_server.domain.progress import Progress, no_progress, track
from mock_server.domain.records import (
    NOTHING,
    Account,
    ApiToken,
    Application,
    ExperienceUser,
    GroupRef,
)
from mock_server.seeds.dates import Present
from mock_server.seeds.documents import ApplicationContents, TokenFixture, UserFixture
from mock_server.seeds.existing_state import ExistingApplication
from mock_server.seeds.groups import Groups
from mock_server.seeds.ids import UniqueIds
from mock_server.seeds.mistakes import At, Mistake, Place
from mock_server.seeds.seed import SeededApplication
from mock_server.seeds.uniqueness import (
    UniqueEmails,
    find_account,
    no_account,
    password_hash,
    two_passwords,
    without,
)
from mock_server.text import fold


class ApplicationContentsBuilder:
    """Makes the records of one application's contents, and finds what is wrong with them."""

    def __init__(
        self,
        application: Application,
        existing: ExistingApplication | None,
        accounts: Sequence[Account],
        origin: WorldContext,
        present: Present,
        progress: Progress = no_progress,
    ) -> None:
        """Begin with an application.

        :param existing: what it holds; None for a new one
        :param accounts: those of the world, the new ones too
        """
        self.mistakes: list[Mistake] = []
        self._application = application
        self._exists = existing is not None
        self._accounts = accounts
        self._origin = origin
        self._present = present
        self._progress = progress
        # What belongs to a new application came with it, if nothing else is said.
        self._usually_created = application.creation_date if existing is None else present.now
        existing = existing or ExistingApplication(application)
        self._ids = UniqueIds(origin.ids, existing.ids)
        self._emails = UniqueEmails(existing.emails)
        self._existing_user_ids = existing.user_ids
        self._groups = Groups(
            application.id, existing.groups, self._ids, present, self._usually_created
        )
        self._memberships: dict[tuple[str, ...], tuple[GroupRef, ...]] = {(): ()}

    def planted(self, parts: Sequence[tuple[Place, ApplicationContents]]) -> SeededApplication:
        """Return what those parts of documents describe that are about this application."""
        for place, contents in parts:
            self._groups.collect(place.at("groups"), contents.groups)
        misplaced = self._groups.settle()
        self.mistakes += misplaced
        users = [
            self._user(place, index, fixture)
            for place, contents in parts
            for index, fixture in enumerate(self._heard(contents.users))
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

    def _heard(self, users: Sequence[UserFixture]) -> Iterator[UserFixture]:
        return track(users, self._progress, "Looking through users", len(users))

    def _user(self, place: Place, index: int, fixture: UserFixture) -> ExperienceUser:
        instant = self._present.instant
        created = instant(fixture.creation_date, self._usually_created)
        problem = self._emails.take(fixture.email)
        if problem:
            self.mistakes.append(place.at("users", index, "email").mistake(problem))
        if fixture.password is not None:
            self.mistakes += two_passwords(place.at("users", index).at, fixture)
        groups = self._memberships.get(fixture.groups)
        # There may be a million: to name the properties once more would take three times as long.
        return ExperienceUser(
            self._user_id(place, index, fixture.id, created),
            self._application.id,
            fixture.email,
            created,
            instant(fixture.last_updated, created),
            instant(fixture.password_last_updated, created),
            password_hash(fixture, self._origin),
            fixture.first_name,
            fixture.last_name,
            None if fixture.last_login is None else instant(fixture.last_login, 0),
            self._present.text(fixture.token_cutoff),
            fixture.user_tags or NOTHING,
            self._membership(place, index, fixture.groups) if groups is None else groups,
        )

    def _user_id(self, place: Place, index: int, given: str | None, created: int) -> str:
        if given is None:
            return self._ids.new(created)
        return self._ids.take(place.at("users", index).at, given, created)

    def _membership(
        self, place: Place, index: int, wanted: tuple[str, ...]
    ) -> tuple[GroupRef, ...]:
        """Return the groups that are called so, each once. Many users have the same ones."""
        refs: dict[GroupRef, None] = {}
        is_complete = True
        for number, called in enumerate(wanted):
            group, problem = self._groups.names.find(called)
            if group is None:
                at = place.at("users", index, "groups", number)
                self.mistakes.append(at.mistake(problem))
                is_complete = False
            else:
                refs[group.ref()] = None
        found = tuple(refs)
        if is_complete:
            self._memberships[wanted] = found
        return found

    def _token(self, at: At, fixture: TokenFixture) -> ApiToken:
        created = self._present.instant(fixture.creation_date, self._usually_created)
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
        """Return id, type and name of who made a token: the first account if nobody is named."""
        creator_id = fixture.creator_id
        if creator_id is None:
            if fixture.creator_type is not None:
                self.mistakes.append(without(at, "creatorType", "creatorId"))
            if fixture.creator_name is not None:
                self.mistakes.append(without(at, "creatorName", "creatorId"))
            creator_id = self._creating_account(at, fixture)
        elif fixture.creator is not None:
            self.mistakes.append(at("creatorId").mistake("is given, but so is creator"))
        account = next((one for one in self._accounts if one.id == creator_id), None)
        known_as = (account.full_name or account.email) if account else ""
        name = known_as if fixture.creator_name is None else fixture.creator_name
        return creator_id, fixture.creator_type or "user", name

    def _creating_account(self, at: At, fixture: TokenFixture) -> str:
        """Return the id of the account that is named, or else of the first one."""
        if fixture.creator is None:
            return self._accounts[0].id if self._accounts else self._application.owner_id
        account = find_account(self._accounts, fixture.creator)
        if account is None:
            self.mistakes.append(no_account(at("creator"), fixture.creator))
        return account.id if account else ""

    def _members(self, users: Sequence[ExperienceUser]) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the groups that name members, with the ids of all that they have."""
        naming = [entry for entry in self._groups.entries if entry.fixture.members]
        if not naming:
            return
        user_ids, by_group = self._user_ids(users), _by_group(users)
        for entry in naming:
            group_id = entry.named.id
            listed = self._listed(entry.place.at("members"), entry.fixture.members, user_ids)
            yield group_id, list(dict.fromkeys([*listed, *by_group.get(group_id, ())]))

    def _listed(
        self, place: Place, members: Sequence[str], user_ids: Mapping[str, str]
    ) -> list[str]:
        found = []
        for index, wanted in enumerate(members):
            user_id = user_ids.get(fold(wanted))
            if user_id is None:
                self.mistakes.append(place.at(index).mistake(f'names no user: "{wanted}"'))
            else:
                found.append(user_id)
        return found

    def _user_ids(self, users: Sequence[ExperienceUser]) -> dict[str, str]:
        """Return the ids of users by what they can be called: id or email, folded."""
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
