"""From what documents say of an application's contents to records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mock_server.domain.records import NOTHING, Account, ApiToken, Application, ExperienceUser
from mock_server.domain.sources import Sources
from mock_server.domain.text import fold
from mock_server.seeding.documents import Contents, TokenFixture, UserFixture
from mock_server.seeding.given import (
    or_else,
    password_hash,
    repeated_emails,
    two_passwords,
    without,
)
from mock_server.seeding.ground import PresentApplication
from mock_server.seeding.groups import Groups
from mock_server.seeding.ids import GivenIds
from mock_server.seeding.mistakes import Mistake, Place
from mock_server.seeding.seed import PlantedApplication

PlantedUser = tuple[ExperienceUser, Sequence[str]]


class ContentsBuilder:
    """Makes the records of one application's contents, and finds what is wrong with them."""

    def __init__(
        self,
        application: Application,
        present: PresentApplication | None,
        accounts: Sequence[Account],
        origin: Sources,
        now: int,
    ) -> None:
        """Begin with an application.

        :param present: what it holds; None for a new one
        :param accounts: those of the world, the new ones too
        :param now: when things were created that do not say so
        """
        self.mistakes: list[Mistake] = []
        self._application = application
        self._present = present or PresentApplication(application)
        self._exists = present is not None
        self._accounts = accounts
        self._origin = origin
        self._now = now
        self._ids = GivenIds(origin.ids, self._present.ids)
        self._groups = Groups(application.id, self._present.groups, self._ids, now)

    def planted(self, parts: Sequence[tuple[Place, Contents]]) -> PlantedApplication:
        """Return what those parts of documents describe that are about this application."""
        for place, contents in parts:
            self._groups.collect(place.at("groups"), contents.groups)
        misplaced = self._groups.settle()
        users = [
            (place.at("users", index), fixture)
            for place, contents in parts
            for index, fixture in enumerate(contents.users)
        ]
        self.mistakes += [*misplaced, *repeated_emails(users, self._present.emails)]
        planted = [self._user(place, fixture) for place, fixture in users]
        tokens = [
            self._token(place.at("tokens", index), fixture)
            for place, contents in parts
            for index, fixture in enumerate(contents.tokens)
        ]
        members = list(self._members(planted))
        self.mistakes += self._ids.mistakes
        return PlantedApplication(
            application=self._application,
            groups=[] if misplaced else self._groups.records(),
            users=planted,
            tokens=tokens,
            members=members,
            exists=self._exists,
        )

    def _user(self, place: Place, fixture: UserFixture) -> PlantedUser:
        created = or_else(fixture.creation_date, self._now)
        self.mistakes += two_passwords(place, fixture)
        user = ExperienceUser(
            id=self._ids.take(place, fixture.id, created),
            application_id=self._application.id,
            email=fixture.email,
            creation_date=created,
            last_updated=or_else(fixture.last_updated, created),
            password_last_updated=or_else(fixture.password_last_updated, created),
            password_hash=password_hash(fixture, self._origin),
            first_name=fixture.first_name,
            last_name=fixture.last_name,
            last_login=fixture.last_login,
            token_cutoff=fixture.token_cutoff,
            user_tags=fixture.user_tags or NOTHING,
        )
        return user, self._group_ids(place, fixture)

    def _group_ids(self, place: Place, fixture: UserFixture) -> list[str]:
        found = []
        for index, wanted in enumerate(fixture.groups):
            group, problem = self._groups.names.find(wanted)
            if group is None:
                self.mistakes.append(place.at("groups", index).mistake(problem))
            else:
                found.append(group.id)
        return found

    def _token(self, place: Place, fixture: TokenFixture) -> ApiToken:
        created = or_else(fixture.creation_date, self._now)
        creator_id, creator_type, creator_name = self._creator(place, fixture)
        return ApiToken(
            id=self._ids.take(place, fixture.id, created),
            application_id=self._application.id,
            name=fixture.name,
            description=fixture.description,
            scope=tuple(fixture.scope),
            status=fixture.status,
            expiration_date=fixture.expiration_date,
            creation_date=created,
            last_updated=or_else(fixture.last_updated, created),
            creator_id=creator_id,
            creator_type=creator_type,
            creator_name=creator_name,
        )

    def _creator(self, place: Place, fixture: TokenFixture) -> tuple[str, str, str]:
        """Return id, type and name of who made a token: the first account if nobody is named."""
        creator_id = fixture.creator_id
        if creator_id is None:
            if fixture.creator_type is not None:
                self.mistakes.append(without(place, "creatorType", "creatorId"))
            if fixture.creator_name is not None:
                self.mistakes.append(without(place, "creatorName", "creatorId"))
            creator_id = self._accounts[0].id if self._accounts else self._application.owner_id
        account = next((one for one in self._accounts if one.id == creator_id), None)
        known_as = (account.full_name or account.email) if account else ""
        name = known_as if fixture.creator_name is None else fixture.creator_name
        return creator_id, fixture.creator_type or "user", name

    def _members(self, planted: Sequence[PlantedUser]) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the groups that name members, with the ids of all that they have."""
        naming = [entry for entry in self._groups.entries if entry.fixture.members]
        if not naming:
            return
        user_ids, by_group = self._user_ids(planted), _by_group(planted)
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

    def _user_ids(self, planted: Sequence[PlantedUser]) -> dict[str, str]:
        """Return the ids of users by what they can be called: id or email, folded."""
        user_ids = dict(self._present.user_ids)
        for user, _ in planted:
            user_ids[fold(user.email)] = user.id
            user_ids[user.id] = user.id
        return user_ids


def _by_group(planted: Sequence[PlantedUser]) -> dict[str, list[str]]:
    by_group: dict[str, list[str]] = defaultdict(list)
    for user, group_ids in planted:
        for group_id in group_ids:
            by_group[group_id].append(user.id)
    return by_group
