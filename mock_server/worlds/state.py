"""The records of a world as documents: read, replaced, added to, removed.

None of it is recorded as a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as replace_fields
from io import BytesIO
from typing import Any, Literal

from mock_server.domain.context import SEEDED_RUN_BEGINS
from mock_server.domain.progress import Progress, gc_paused, no_progress, track
from mock_server.domain.records import ExperienceUser, GroupDetails
from mock_server.generate import DEFAULT_LOCALES, generate_users
from mock_server.seeds.build import additions, build
from mock_server.seeds.export import export, group_document, user_document
from mock_server.seeds.files import Source, read_inline, read_lines_inline
from mock_server.seeds.groups import groups_by_path
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.records import SeedRecords, find_group, find_user, group_names, insert
from mock_server.text import fold
from mock_server.worlds.world import Start, World


class NotInWorld(LookupError):
    """Something was not found; the message says what."""


async def state(world: World) -> dict[str, Any]:
    """Return the document of all records: it makes a world just like this one."""
    return await export(world.store)


async def replace(world: World, document: object) -> None:
    """Replace all records by those of a document.

    :param document: a decoded document, or JSON Lines as bytes
    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    with gc_paused():
        source = _read(document)
        top = source.value
        # Things at the top need an application. Other documents may be meant to have none.
        has_contents = bool(top.users or top.groups or top.tokens)
        await put(world, [source], defaults=has_contents)


async def put(world: World, sources: Sequence[Source], *, defaults: bool = True) -> None:
    """Replace all records by those of documents.

    :param defaults: whether to make an account and an application where they have none
    :raises FixtureError: with all mistakes in them; then nothing has changed
    """
    records = build(sources, world.context, defaults=defaults)
    await world.store.clear()
    await insert(world.store, records)
    world.start = Start.of(records, world.start)
    world.generation += 1


async def add(
    world: World,
    document: object,
    application_id: str | None = None,
    progress: Progress = no_progress,
) -> SeedRecords:
    """Add the records of a document.

    :param document: a decoded document, or JSON Lines as bytes
    :param application_id: the application for things at the top; by default as in
        :func:`mock_server.seeds.build.additions`
    :param progress: called while the document is checked
    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    with gc_paused():
        sources = [_read(document)]
        records = await additions(world.store, sources, world.context, application_id, progress)
        await insert(world.store, records)
    return records


async def add_one(
    world: World, kind: Literal["users", "groups"], fixture: object, application_id: str
) -> dict[str, Any]:
    """Add a user or a group, given and returned as in a seed file.

    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    try:
        added = (await add(world, {kind: [fixture]}, application_id)).applications[0]
    except FixtureError as error:
        # Without the property and the index of a list that was not sent.
        inner = [replace_fields(one, path=one.path[2:]) for one in error.mistakes]
        raise FixtureError(inner) from None
    if kind == "users":
        return await user(world, application_id, added.users[0].id)
    return await group(world, application_id, added.groups[0].id)


async def users(world: World, application_id: str) -> list[dict[str, Any]]:
    """Return all users of an application, in the order of their creation."""
    names = await group_names(world.store, application_id)
    return [user_document(one, names) for one in await world.store.all_users(application_id)]


async def user(world: World, application_id: str, id_or_email: str) -> dict[str, Any]:
    """Return a user by id or email address.

    :raises NotInWorld: when there is none
    """
    found = await _user(world, application_id, id_or_email)
    return user_document(found, await group_names(world.store, application_id))


async def remove_user(world: World, application_id: str, id_or_email: str) -> None:
    """Remove a user by id or email address.

    :raises NotInWorld: when there is none
    """
    found = await _user(world, application_id, id_or_email)
    await world.store.remove_user(application_id, found.id)


async def groups(world: World, application_id: str) -> list[dict[str, Any]]:
    """Return all groups of an application, in the order of their creation."""
    names = await group_names(world.store, application_id)
    every = await world.store.all_groups(application_id)
    return [_group_document(details, names) for details in every]


async def group(world: World, application_id: str, id_or_path: str) -> dict[str, Any]:
    """Return a group by id, path or end of a path.

    :raises NotInWorld: when there is none, or several
    """
    details = await _group(world, application_id, id_or_path)
    return _group_document(details, await group_names(world.store, application_id))


async def remove_group(world: World, application_id: str, id_or_path: str) -> None:
    """Remove a group by id, path or end of a path; its children move up.

    :raises NotInWorld: when there is none, or several
    """
    details = await _group(world, application_id, id_or_path)
    await world.store.remove_group(application_id, details.group.id)


async def generate(
    world: World,
    count: int,
    application_id: str,
    *,
    locales: Sequence[str] | None = None,
    seed: int | None = None,
    progress: Progress = no_progress,
) -> None:
    """Add generated users and their groups.

    :param locales: by default those of the settings
    :param seed: makes the same users in every world, except that no email address is used twice;
        by default each call makes others, and none of their dates is later than now
    :param progress: called while users are generated and checked
    :raises ValueError: when there is no such locale
    """
    present = {fold(one.email) for one in await world.store.all_users(application_id)}
    now = world.clock.now()
    people = generate_users(
        count,
        seed=(world.settings.seed or 0) + len(present) if seed is None else seed,
        now=now if seed is None else min(now, SEEDED_RUN_BEGINS),
        locales=locales or world.settings.locales or DEFAULT_LOCALES,
        is_taken=present.__contains__,
    )
    present_groups = [details.group for details in await world.store.all_groups(application_id)]
    by_path = groups_by_path(present_groups)
    known = {path: of_path[0].id for path, of_path in by_path.items()}
    groups = list(_new(people.groups, known))
    made = track(people.users, progress, "Generating users", count)
    users = [_in_known(user, known) for user in made]
    await add(world, {"groups": groups, "users": users}, application_id, progress)


def _read(document: object) -> Source:
    if isinstance(document, bytes):
        return read_lines_inline("", BytesIO(document))
    return read_inline("", document)


async def _user(world: World, application_id: str, id_or_email: str) -> ExperienceUser:
    found = await find_user(world.store, application_id, id_or_email)
    if found is None:
        raise NotInWorld(f'there is no user "{id_or_email}"')
    return found


async def _group(world: World, application_id: str, id_or_path: str) -> GroupDetails:
    details, problem = await find_group(world.store, application_id, id_or_path)
    if details is None:
        raise NotInWorld(f"the path {problem}")
    return details


def _group_document(details: GroupDetails, names: Mapping[str, str]) -> dict[str, Any]:
    parent = details.group.parent_id
    return group_document(details.group, parent=None if parent is None else names[parent])


def _new(
    documents: Sequence[Mapping[str, Any]], known: Mapping[str, str], parent: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the groups, nested in each other, whose paths are not known, each after its parent.

    Groups below one that is known refer to it by its id.
    """
    for document in documents:
        path = f"{parent}/{document['name']}" if parent else document["name"]
        if path not in known:
            # Not nested: if a name contains a ``/``, groups that are known may be below a new one.
            yield {
                **{name: value for name, value in document.items() if name != "groups"},
                **({"parent": known.get(parent, parent)} if parent else {}),
            }
        yield from _new(document.get("groups", ()), known, path)


def _in_known(user: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return a user that refers to known groups by id."""
    return {**user, "groups": [known.get(path, path) for path in user["groups"]]}
