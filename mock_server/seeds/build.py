"""From seed documents to records: references become ids, and mistakes are collected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from mock_server.auth.passwords import hash_password
from mock_server.domain.context import WorldContext
from mock_server.domain.ids import DEFAULT_OWNER_ID
from mock_server.domain.progress import Progress, gc_paused, no_progress
from mock_server.domain.records import Account, Application
from mock_server.seeds.contents import ContentsBuilder, Loading
from mock_server.seeds.documents import ApplicationContents, ApplicationFixture, FixtureDocument
from mock_server.seeds.files import Source, read_sources
from mock_server.seeds.mistakes import (
    Content,
    FixtureError,
    Mistake,
    Place,
    UniqueEmails,
    UniqueIds,
)
from mock_server.seeds.records import ExistingState, SeededApplication, SeedRecords
from mock_server.seeds.values import Present
from mock_server.store import Store
from mock_server.text import fold

_FARTHEST = 1 << 20
"""More ids than a run makes, and few enough to skip all of them."""

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
        return build(read_sources(names, progress), origin, progress=progress)


def build(
    sources: Sequence[Source],
    origin: WorldContext,
    existing: ExistingState | None = None,
    *,
    defaults: bool = True,
    progress: Progress = no_progress,
) -> SeedRecords:
    """Return the records of documents.

    :param existing: the records of the world; by default none, for a new world
    :param defaults: whether to make an account and an application in a new world where the
        documents have none
    :raises FixtureError: with all mistakes in all of them
    """
    _skip_given_ids(origin, (source.value for source in sources))
    loading = Loading(origin, Present(origin.clock.now()), progress)
    records = _Builder(existing or ExistingState(defaults=defaults), loading).build(sources)
    found = [one for source in sources for one in source.mistakes] + loading.mistakes
    if found:
        raise FixtureError(sorted(found, key=lambda one: (one.source, one.line or 0)))
    return records


async def additions(
    store: Store,
    sources: Sequence[Source],
    origin: WorldContext,
    application_id: str | None = None,
    progress: Progress = no_progress,
) -> SeedRecords:
    """Return the records that documents add to those in the store, which does not change yet.

    If an application of a document exists, by id, its groups, users and tokens are added to it;
    nothing else of it changes. By default they were created now.

    :param application_id: the application for things at the top; by default the default
        application, or the first one if that does not exist
    :raises FixtureError: with all mistakes in all of them
    """
    documents = [source.value for source in sources]
    existing = await ExistingState.of(store, documents, application_id)
    described = {one.id for document in documents for one in document.applications}
    if application_id is not None and existing.application_id not in {
        *existing.applications,
        *described,
    }:
        reason = f'refers to unknown application "{application_id}"'
        mistake = Mistake("applicationId", None, (), reason)
        sources = [*sources, Content("applicationId", FixtureDocument(), mistakes=[mistake])]
    return build(sources, origin, existing, progress=progress)


def _skip_given_ids(origin: WorldContext, documents: Iterable[FixtureDocument]) -> None:
    """Let ``origin`` make none of the ids that documents give.

    A repeatable world makes the same ids in every run. Without this, records that were exported
    from one run would be overwritten in the next.
    """
    following = origin.ids.copy(origin.clock).at(0)
    made_by, count = following[8:18], int(following[18:], 16)
    steps = 0
    for given in chain.from_iterable(document.all_ids() for document in documents):
        if given[8:18] == made_by:
            ahead = (int(given[18:], 16) - count) & 0xFFFFFF
            if ahead < _FARTHEST:  # others were made before
                steps = max(steps, ahead + 1)
    for _ in range(steps):
        origin.ids.at(0)


@dataclass
class _Plan:
    """An application, where it is described, and the parts of documents with its contents."""

    fixture: ApplicationFixture
    place: Place
    contents: list[tuple[Place, ApplicationContents]] = field(default_factory=list)


class _Builder:
    """Makes the records of documents for a world that may have some already."""

    def __init__(self, existing: ExistingState, loading: Loading) -> None:
        self._existing = existing
        self._loading = loading
        self._origin = loading.origin
        self._present = loading.present
        self._application_ids = UniqueIds(loading.origin.ids, loading.mistakes)

    def build(self, sources: Sequence[Source]) -> SeedRecords:
        new = self._accounts(sources)
        if not new and self._existing.defaults:
            hashed = hash_password(DEFAULT_PASSWORD, self._origin.generator)
            new = [Account(id=DEFAULT_OWNER_ID, email=DEFAULT_EMAIL, password_hash=hashed)]
        self._loading.accounts = [*self._existing.accounts, *new]
        return SeedRecords(new, list(map(self._seeded, self._plans(sources))))

    def _accounts(self, sources: Iterable[Source]) -> list[Account]:
        present, mistakes = self._existing.accounts, self._loading.mistakes
        emails = UniqueEmails({fold(account.email) for account in present})
        ids = UniqueIds(self._origin.ids, mistakes, {account.id for account in present})
        accounts = []
        for source in sources:
            for index, fixture in enumerate(source.value.accounts):
                place = Place(source, ("accounts", index))
                problem = emails.take(fixture.email)
                if problem:
                    mistakes.append(place.at("email").mistake(problem))
                if fixture.password is None and fixture.password_hash is None:
                    mistakes.append(place.at("password").mistake("is required, or passwordHash"))
                account = Account(
                    id=ids.take(fixture.id, self._present.now, place),
                    email=fixture.email,
                    first_name=fixture.first_name,
                    last_name=fixture.last_name,
                    password_hash=self._loading.password_hash(place, fixture),
                )
                accounts.append(account)
        return accounts

    def _plans(self, sources: Iterable[Source]) -> list[_Plan]:
        """Return the applications, and put the things at the top of documents in one of them."""
        plans: list[_Plan] = []
        at_top: list[tuple[Place, ApplicationContents]] = []
        for source in sources:
            for index, fixture in enumerate(source.value.applications):
                place = Place(source, ("applications", index))
                plans.append(_Plan(fixture, place, [(place, fixture)]))
            top = source.value
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
            fixture = ApplicationFixture(name=DEFAULT_APPLICATION_NAME, id=top_id)
            found = _Plan(fixture, Place(Content("", fixture), ()))
            plans.insert(0, found)
        return found

    def _seeded(self, plan: _Plan) -> SeededApplication:
        fixture, present = plan.fixture, self._present
        created = present.instant(fixture.creation_date, present.now)
        existing = self._existing.applications.get(fixture.id or "")
        application_id = self._application_ids.take(fixture.id, created, plan.place)
        application = (
            self._application(plan, application_id, created)
            if existing is None
            else existing.application
        )
        return ContentsBuilder(application, existing, self._loading).build(plan.contents)

    def _application(self, plan: _Plan, application_id: str, created: int) -> Application:
        fixture = plan.fixture
        properties = dict(fixture.properties)
        if fixture.description is not None:
            properties["description"] = fixture.description
        return Application(
            id=application_id,
            name=fixture.name,
            creation_date=created,
            last_updated=self._present.instant(fixture.last_updated, created),
            owner_id=self._loading.account_id(plan.place, fixture, "owner", DEFAULT_OWNER_ID),
            owner_type=fixture.owner_type or "user",
            properties=properties,
        )
