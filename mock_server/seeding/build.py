"""From fixture documents to records. Names become ids here; what names nothing is a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mock_server.auth.passwords import hash_password
from mock_server.domain.ids import DEFAULT_APPLICATION_ID, DEFAULT_OWNER_ID
from mock_server.domain.records import (
    NOTHING,
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
)
from mock_server.domain.sources import Sources
from mock_server.domain.text import fold
from mock_server.seeding.documents import (
    AccountFixture,
    ApplicationFixture,
    Contents,
    TokenFixture,
    UserFixture,
)
from mock_server.seeding.files import Source, read_sources
from mock_server.seeding.groups import GroupNames
from mock_server.seeding.mistakes import FixtureError, Mistake, Place

DEFAULT_APPLICATION_NAME = "My Application"
DEFAULT_EMAIL = "admin@example.com"
DEFAULT_PASSWORD = "password1234"  # noqa: S105 - public, as the README says


@dataclass(frozen=True)
class PlantedApplication:
    """An application with its contents: groups after their parents, users with group ids."""

    application: Application
    groups: Sequence[ExperienceGroup]
    users: Sequence[tuple[ExperienceUser, Sequence[str]]]
    tokens: Sequence[ApiToken]


@dataclass(frozen=True)
class Seed:
    """The first records of a world."""

    accounts: Sequence[Account]
    applications: Sequence[PlantedApplication]


def load(names: Sequence[str], origin: Sources) -> Seed:
    """Return the records that fixtures describe; the default ones where they describe none.

    :param names: of files, directories and shipped sets
    :raises FixtureError: with all mistakes in all of them
    """
    sources, mistakes = read_sources(names)
    builder = _Builder(origin)
    seed = builder.seed(sources)
    mistakes += builder.mistakes
    if mistakes:
        raise FixtureError(sorted(mistakes, key=lambda one: (one.source, one.line or 0)))
    return seed


@dataclass
class _Plan:
    """An application, and the parts of documents that fill it."""

    fixture: ApplicationFixture
    place: Place | None
    contents: list[tuple[Place, Contents]] = field(default_factory=list)


class _Builder:
    def __init__(self, origin: Sources) -> None:
        self.mistakes: list[Mistake] = []
        self._origin = origin
        self._now = origin.clock.now()
        self._ids: set[str] = set()

    def seed(self, sources: Sequence[Source]) -> Seed:
        accounts = self._accounts(sources) or [self._default_account()]
        return Seed(accounts, [self._planted(plan, accounts) for plan in self._plans(sources)])

    def _accounts(self, sources: Sequence[Source]) -> list[Account]:
        places = [
            (Place(source, ("accounts", index)), fixture)
            for source in sources
            for index, fixture in enumerate(source.document.accounts)
        ]
        self._require_unique_emails(places)
        return [self._account(place, fixture) for place, fixture in places]

    def _account(self, place: Place, fixture: AccountFixture) -> Account:
        return Account(
            id=self._id(place, fixture.id, self._now),
            email=fixture.email,
            first_name=fixture.first_name,
            last_name=fixture.last_name,
            password_hash=self._hash(fixture.password),
        )

    def _default_account(self) -> Account:
        return Account(
            id=DEFAULT_OWNER_ID, email=DEFAULT_EMAIL, password_hash=self._hash(DEFAULT_PASSWORD)
        )

    def _plans(self, sources: Sequence[Source]) -> list[_Plan]:
        """Return the applications, with what stands at the top of files in the default one."""
        plans: list[_Plan] = []
        loose: list[tuple[Place, Contents]] = []
        for source in sources:
            for index, fixture in enumerate(source.document.applications):
                place = Place(source, ("applications", index))
                plans.append(_Plan(fixture, place, [(place, fixture)]))
            top = source.document
            if top.groups or top.users or top.tokens:
                loose.append((Place(source, ()), top))
        default = next((p for p in plans if p.fixture.id == DEFAULT_APPLICATION_ID), None)
        if default is None and (loose or not plans):
            name, application_id = DEFAULT_APPLICATION_NAME, DEFAULT_APPLICATION_ID
            default = _Plan(ApplicationFixture(name=name, id=application_id), None)
            plans.insert(0, default)
        if default is not None:
            default.contents += loose
        return plans

    def _planted(self, plan: _Plan, accounts: Sequence[Account]) -> PlantedApplication:
        application = self._application(plan, accounts)
        names = GroupNames(application.id)
        for place, contents in plan.contents:
            names.collect(place.at("groups"), contents.groups)
        groups, mistakes = names.records(self._id, application.creation_date)
        self.mistakes += mistakes
        users = [
            (place.at("users", index), fixture)
            for place, contents in plan.contents
            for index, fixture in enumerate(contents.users)
        ]
        self._require_unique_emails(users)
        tokens = [
            (place.at("tokens", index), fixture)
            for place, contents in plan.contents
            for index, fixture in enumerate(contents.tokens)
        ]
        return PlantedApplication(
            application,
            groups,
            [self._user(place, fixture, application, names) for place, fixture in users],
            [self._token(place, fixture, application, accounts[0]) for place, fixture in tokens],
        )

    def _application(self, plan: _Plan, accounts: Sequence[Account]) -> Application:
        fixture = plan.fixture
        created = _or(fixture.creation_date, self._now)
        properties = dict(fixture.properties)
        if fixture.description is not None:
            properties["description"] = fixture.description
        return Application(
            id=self._id(plan.place, fixture.id, created),
            name=fixture.name,
            creation_date=created,
            last_updated=_or(fixture.last_updated, created),
            owner_id=self._owner(plan, accounts),
            properties=properties,
        )

    def _owner(self, plan: _Plan, accounts: Sequence[Account]) -> str:
        wanted = plan.fixture.owner
        if wanted is None or plan.place is None:
            return accounts[0].id
        for account in accounts:
            if fold(account.email) == fold(wanted):
                return account.id
        self.mistakes.append(plan.place.at("owner").mistake(f'names no account: "{wanted}"'))
        return ""

    def _user(
        self, place: Place, fixture: UserFixture, application: Application, names: GroupNames
    ) -> tuple[ExperienceUser, list[str]]:
        created = _or(fixture.creation_date, application.creation_date)
        user = ExperienceUser(
            id=self._id(place, fixture.id, created),
            application_id=application.id,
            email=fixture.email,
            creation_date=created,
            last_updated=_or(fixture.last_updated, created),
            password_last_updated=_or(fixture.password_last_updated, created),
            password_hash=None if fixture.password is None else self._hash(fixture.password),
            first_name=fixture.first_name,
            last_name=fixture.last_name,
            last_login=fixture.last_login,
            token_cutoff=fixture.token_cutoff,
            user_tags=fixture.user_tags or NOTHING,
        )
        return user, self._group_ids(place, fixture, names)

    def _group_ids(self, place: Place, fixture: UserFixture, names: GroupNames) -> list[str]:
        found = []
        for index, wanted in enumerate(fixture.groups):
            group_id, problem = names.find(wanted)
            if group_id is None:
                self.mistakes.append(place.at("groups", index).mistake(problem))
            else:
                found.append(group_id)
        return found

    def _token(
        self, place: Place, fixture: TokenFixture, application: Application, creator: Account
    ) -> ApiToken:
        created = _or(fixture.creation_date, application.creation_date)
        return ApiToken(
            id=self._id(place, fixture.id, created),
            application_id=application.id,
            name=fixture.name,
            description=fixture.description,
            scope=tuple(fixture.scope),
            status=fixture.status,
            expiration_date=fixture.expiration_date,
            creation_date=created,
            last_updated=_or(fixture.last_updated, created),
            creator_id=creator.id,
            creator_type="user",
            creator_name=creator.full_name or creator.email,
        )

    def _hash(self, password: str) -> str:
        return hash_password(password, self._origin.generator)

    def _id(self, place: Place | None, given: str | None, created: int) -> str:
        """Return the id that was given, or a new one."""
        if given is None:
            return self._origin.ids.at(created)
        if given in self._ids and place is not None:
            self.mistakes.append(place.at("id").mistake(f"is given twice: {given}"))
        self._ids.add(given)
        return given

    def _require_unique_emails(
        self, places: Sequence[tuple[Place, AccountFixture | UserFixture]]
    ) -> None:
        seen: set[str] = set()
        for place, fixture in places:
            email = fold(fixture.email)
            if email in seen:
                problem = f'is given twice: "{fixture.email}" (case does not count)'
                self.mistakes.append(place.at("email").mistake(problem))
            seen.add(email)


def _or(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given
