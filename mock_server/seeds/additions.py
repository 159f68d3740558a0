"""Documents that add to the records of a world."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mock_server.domain.context import WorldContext
from mock_server.domain.ids import DEFAULT_APPLICATION_ID
from mock_server.domain.progress import Progress, no_progress
from mock_server.domain.records import Application
from mock_server.seeds.build import build_on
from mock_server.seeds.documents import ApplicationContents
from mock_server.seeds.files import Source
from mock_server.seeds.mistakes import Mistake
from mock_server.seeds.names import find_user
from mock_server.seeds.records import ExistingApplication, ExistingState, SeedRecords
from mock_server.seeds.uniqueness import all_groups, ids_in
from mock_server.store import Store
from mock_server.text import fold


async def additions(
    store: Store,
    sources: Sequence[Source],
    mistakes: Sequence[Mistake],
    origin: WorldContext,
    application_id: str | None = None,
    progress: Progress = no_progress,
) -> SeedRecords:
    """Return the records that documents add to those in the store, which does not change yet.

    If an application of a document exists, by id, its groups, users and tokens are added to it;
    nothing else of it changes. By default they were created now.

    :param mistakes: those that were found in the documents already
    :param application_id: the application for things at the top; by default the default
        application, or the first one if that does not exist
    :raises FixtureError: with all mistakes in all of them
    """
    present = {one.id: one for one in await store.all_applications()}
    described = {one.id for source in sources for one in source.document.applications if one.id}
    top = _top(application_id, list(present), described)
    if top not in present and top not in described and application_id is not None:
        problem = f'refers to unknown application "{application_id}"'
        mistakes = [*mistakes, Mistake("applicationId", None, (), problem)]
    existing = ExistingState(
        accounts=await store.accounts(),
        applications={
            one.id: await _existing(store, one, _parts(sources, one.id, top))
            for one in present.values()
            if one.id == top or one.id in described
        },
        application_id=top,
        defaults=False,
    )
    return build_on(existing, sources, mistakes, origin, progress)


def _top(given: str | None, present: Sequence[str], described: Set[str]) -> str:
    """Return the id of the application for things at the top."""
    if given is not None:
        return given.lower()
    if not present or DEFAULT_APPLICATION_ID in {*present, *described}:
        return DEFAULT_APPLICATION_ID
    return present[0]


def _parts(sources: Sequence[Source], application_id: str, top: str) -> list[ApplicationContents]:
    """Return the parts of documents that add to an application."""
    parts: list[ApplicationContents] = []
    for source in sources:
        parts += [one for one in source.document.applications if one.id == application_id]
        if application_id == top:
            parts.append(source.document)
    return parts


async def _existing(
    store: Store, application: Application, parts: Sequence[ApplicationContents]
) -> ExistingApplication:
    ids = {one for part in parts for one in ids_in(part)}
    emails = {fold(user.email) for part in parts for user in part.users}
    members = {
        member for part in parts for group in all_groups(part.groups) for member in group.members
    }
    users = {member: await find_user(store, application.id, member) for member in members}
    return ExistingApplication(
        application=application,
        groups=[details.group for details in await store.all_groups(application.id)],
        ids={one for one in ids if await _is_in_use(store, application.id, one)},
        emails={one for one in emails if await store.user_by_email(application.id, one)},
        user_ids={fold(member): user.id for member, user in users.items() if user},
    )


async def _is_in_use(store: Store, application_id: str, one: str) -> bool:
    """Tell whether a user, group or token of the application has this id."""
    return bool(
        await store.user(application_id, one)
        or await store.group(application_id, one)
        or await store.api_token(application_id, one)
    )
