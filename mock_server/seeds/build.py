"""From seed documents to records: references become ids, and mistakes are collected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mock_server.auth.passwords import hash_password
from mock_server.domain.context import WorldContext
from mock_server.domain.ids import DEFAULT_APPLICATION_ID, DEFAULT_OWNER_ID
from mock_server.domain.progress import Progress, gc_paused, no_progress
from mock_server.domain.records import Account, Application
from mock_server.seeds.application_contents import ApplicationContentsBuilder
from mock_server.seeds.documents import AccountFixture, ApplicationContents, ApplicationFixture
from mock_server.seeds.files import Source, read_sources
from mock_server.seeds.mistakes import FixtureError, Mistake, Place
from mock_server.seeds.records import (
    ExistingApplication,
    ExistingState,
    SeededApplication,
    SeedRecords,
)
from mock_server.seeds.uniqueness import (
    UniqueEmails,
    UniqueIds,
    both,
    find_account,
    password_hash,
    skip_given_ids,
    two_passwords,
    unknown,
    without,
)
from mock_server.seeds.values import Present
from mock_server.text import fold

DEFAULT_APPLICATION_NAME = "My Application"
DEFAULT_EMAIL = "admin@example.com"
DEFAULT_PASSWORD = "password1234"  # noqa: S105 - public, as the README says


def load(
    names: Sequence[str], origin: WorldContext, progress: Progress = no_progress
) -> SeedRecords:
    """Return the records of seed files, and default ones where the files have none.

    :param names: of files, directories and built-in sets
    :raises FixtureError: with all mistakes in all of them
    """
    with gc_paused():
        return build(*read_sources(names, progress), origin, progress=progress)


def build(
    sources: Sequence[Source],
    mistakes: Sequence[Mistake],
    origin: WorldContext,
    *,
    defaults: bool = True,
    progress: Progress = no_progress,
) -> SeedRecords:
    """Return the records of documents for a new world.

    :param mistakes: those that were found in the documents already
    :param defaults: whether to make an account and an application where they have none
    :raises FixtureError: with all mistakes in all of them
    """
    return build_on(ExistingState(defaults=defaults), sources, mistakes, origin, progress)


def build_on(
    existing: ExistingState,
    sources: Sequence[Source],
    mistakes: Sequence[Mistake],
    origin: WorldContext,
    progress: Progress = no_progress,
) -> SeedRecords:
    """Return the records of documents for a world that may have some already.

    :raises FixtureError: with all mistakes in all of them
    """
    skip_given_ids(origin, (source.document for source in sources))
    builder = _Builder(existing, origin, progress)
    records = builder.build(sources)
    found = [*mistakes, *builder.mistakes]
    if found:
        raise FixtureError(sorted(found, key=lambda one: (one.source, one.line or 0)))
    return records


@dataclass
class _Plan:
    """An application, and the parts of documents with its contents.

    ``place`` is where a document describes it; None for the default application if none does.
    """

    fixture: ApplicationFixture
    place: Place | None
    contents: list[tuple[Place, ApplicationContents]] = field(default_factory=list)


class _Builder:
    def __init__(self, existing: ExistingState, origin: WorldContext, progress: Progress) -> None:
        self.mistakes: list[Mistake] = []
        self._existing = existing
        self._origin = origin
        self._progress = progress
        self._present = Present(origin.clock.now())
        self._application_ids = UniqueIds(origin.ids)

    def build(self, sources: Sequence[Source]) -> SeedRecords:
        new = self._accounts(sources)
        if not new and self._existing.defaults:
            new = [self._default_account()]
        accounts = [*self._existing.accounts, *new]
        seeded = [self._seeded(plan, accounts) for plan in self._plans(sources)]
        self.mistakes += self._application_ids.mistakes
        return SeedRecords(new, seeded)

    def _accounts(self, sources: Sequence[Source]) -> list[Account]:
        places = [
            (Place(source, ("accounts", index)), fixture)
            for source in sources
            for index, fixture in enumerate(source.document.accounts)
        ]
        present = self._existing.accounts
        emails = UniqueEmails({fold(account.email) for account in present})
        ids = UniqueIds(self._origin.ids, {account.id for account in present})
        accounts = []
        for place, fixture in places:
            problem = emails.take(fixture.email)
            if problem:
                self.mistakes.append(place.at("email").mistake(problem))
            accounts.append(self._account(place, fixture, ids))
        self.mistakes += ids.mistakes
        return accounts

    def _account(self, place: Place, fixture: AccountFixture, ids: UniqueIds) -> Account:
        self.mistakes += two_passwords(place.at, fixture)
        if fixture.password is None and fixture.password_hash is None:
            self.mistakes.append(place.at("password").mistake("is required, or passwordHash"))
        return Account(
            id=ids.take(place.at, fixture.id, self._present.now),
            email=fixture.email,
            first_name=fixture.first_name,
            last_name=fixture.last_name,
            password_hash=password_hash(fixture, self._origin),
        )

    def _default_account(self) -> Account:
        return Account(
            id=DEFAULT_OWNER_ID,
            email=DEFAULT_EMAIL,
            password_hash=hash_password(DEFAULT_PASSWORD, self._origin.generator),
        )

    def _plans(self, sources: Sequence[Source]) -> list[_Plan]:
        """Return the applications, and put the things at the top of documents in one of them."""
        plans: list[_Plan] = []
        at_top: list[tuple[Place, ApplicationContents]] = []
        for source in sources:
            for index, fixture in enumerate(source.document.applications):
                place = Place(source, ("applications", index))
                plans.append(_Plan(fixture, place, [(place, fixture)]))
            top = source.document
            if top.groups or top.users or top.tokens:
                at_top.append((Place(source, ()), top))
        if at_top or (self._existing.defaults and not plans):
            self._top(plans).contents += at_top
        return plans

    def _top(self, plans: list[_Plan]) -> _Plan:
        """Return the application for things at the top; it comes first if no document has it."""
        top_id = self._existing.application_id
        found = next((plan for plan in plans if plan.fixture.id == top_id), None)
        if found is None:
            found = _Plan(ApplicationFixture(name=DEFAULT_APPLICATION_NAME, id=top_id), None)
            plans.insert(0, found)
        return found

    def _seeded(self, plan: _Plan, accounts: Sequence[Account]) -> SeededApplication:
        existing = self._existing_application(plan)
        application = (
            self._application(plan, accounts) if existing is None else existing.application
        )
        builder = ApplicationContentsBuilder(
            application, existing, accounts, self._origin, self._present, self._progress
        )
        seeded = builder.build(plan.contents)
        self.mistakes += builder.mistakes
        return seeded

    def _existing_application(self, plan: _Plan) -> ExistingApplication | None:
        """Return the application if it exists; documents may describe it once."""
        present = self._existing.applications.get(plan.fixture.id or "")
        if present is not None and plan.place is not None:
            self._application_ids.take(plan.place.at, plan.fixture.id, self._present.now)
        return present

    def _application(self, plan: _Plan, accounts: Sequence[Account]) -> Application:
        fixture = plan.fixture
        created = self._present.instant(fixture.creation_date, self._present.now)
        owner_id, owner_type = self._owner(plan, accounts)
        properties = dict(fixture.properties)
        if fixture.description is not None:
            properties["description"] = fixture.description
        return Application(
            id=self._application_id(plan, created),
            name=fixture.name,
            creation_date=created,
            last_updated=self._present.instant(fixture.last_updated, created),
            owner_id=owner_id,
            owner_type=owner_type,
            properties=properties,
        )

    def _application_id(self, plan: _Plan, created: int) -> str:
        if plan.place is None:
            return plan.fixture.id or DEFAULT_APPLICATION_ID
        return self._application_ids.take(plan.place.at, plan.fixture.id, created)

    def _owner(self, plan: _Plan, accounts: Sequence[Account]) -> tuple[str, str]:
        """Return id and type of the owner: by default the first account."""
        fixture, place = plan.fixture, plan.place
        first = accounts[0].id if accounts else DEFAULT_OWNER_ID
        if place is None:
            return first, "user"
        if fixture.owner is not None and fixture.owner_id is not None:
            self.mistakes.append(both(place.at, "ownerId", "owner"))
        if fixture.owner_id is not None:
            return fixture.owner_id, fixture.owner_type or "user"
        if fixture.owner_type is not None:
            self.mistakes.append(without(place.at, "ownerType", "ownerId"))
        if fixture.owner is None:
            return first, "user"
        account = find_account(accounts, fixture.owner)
        if account is None:
            self.mistakes.append(unknown(place.at("owner"), "account", fixture.owner))
        return account.id if account else "", "user"
