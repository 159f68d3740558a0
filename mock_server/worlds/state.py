"""Worlds put in order by hand: filled, replaced, added to. None of it counts as a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from mock_server.domain.context import SEEDED_RUN_BEGINS
from mock_server.domain.gc import gc_paused
from mock_server.domain.progress import Progress, no_progress, track
from mock_server.domain.records import ExperienceUser, GroupDetails
from mock_server.generate import DEFAULT_LOCALES, generate_users
from mock_server.seeds.additions import additions
from mock_server.seeds.build import build
from mock_server.seeds.export import export
from mock_server.seeds.files import Source, read_inline, read_lines_inline
from mock_server.seeds.insertion import insert
from mock_server.seeds.lookup import find_group, find_user, first_by_path, group_names
from mock_server.seeds.mistakes import Mistake
from mock_server.seeds.seed import Seed
from mock_server.seeds.serialization import group_document, user_document
from mock_server.text import fold
from mock_server.worlds.snapshots import Start
from mock_server.worlds.world import World


class NotInWorld(LookupError):
    """What was asked for is not there; the message says what."""


async def state(world: World) -> dict[str, Any]:
    """Return the document that makes a world just like this one."""
    return await export(world.store)


async def replace(world: World, document: object) -> None:
    """Put what a document describes in place of all records.

    :param document: decoded JSON, or JSON Lines as they came
    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    with gc_paused():
        source, mistakes = _read(document)
        top = source.document
        # What is short wants an account and an application to go to; what is whole is all there is.
        is_short = bool(top.users or top.groups or top.tokens)
        await put(world, [source], mistakes, defaults=is_short)


async def put(
    world: World, sources: Sequence[Source], mistakes: Sequence[Mistake], *, defaults: bool = True
) -> None:
    """Put what documents describe in place of all records.

    :param defaults: whether there is an account and an application where they describe none
    :raises FixtureError: with all mistakes in them; then nothing has changed
    """
    seed = build(sources, mistakes, world.context, defaults=defaults)
    await world.store.clear()
    await insert(world.store, seed)
    world.start = Start.of(seed, world.start)


async def add(
    world: World,
    document: object,
    application_id: str | None = None,
    progress: Progress = no_progress,
) -> Seed:
    """Add what a document describes.

    :param document: decoded JSON, or JSON Lines as they came
    :param application_id: where the things at the top go; by default to the first application
    :param progress: told how much of it is looked through
    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    with gc_paused():
        source, mistakes = _read(document)
        seed = await additions(
            world.store, [source], mistakes, world.context, application_id, progress
        )
        await insert(world.store, seed)
    return seed


async def add_user(world: World, fixture: object, application_id: str) -> dict[str, Any]:
    """Add a user that is described as in a seed file, and return it in that form.

    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    seed = await add(world, {"users": [fixture]}, application_id)
    return await user(world, application_id, seed.applications[0].users[0].id)


async def add_group(world: World, fixture: object, application_id: str) -> dict[str, Any]:
    """Add a group that is described as in a seed file, and return it in that form.

    :raises FixtureError: with all mistakes in it; then nothing has changed
    """
    seed = await add(world, {"groups": [fixture]}, application_id)
    return await group(world, application_id, seed.applications[0].groups[0].id)


async def users(world: World, application_id: str) -> list[dict[str, Any]]:
    """Return all users of an application, in the order of their creation."""
    names = await group_names(world.store, application_id)
    return [user_document(one, names) for one in await world.store.all_users(application_id)]


async def user(world: World, application_id: str, called: str) -> dict[str, Any]:
    """Return a user by id or email address.

    :raises NotInWorld: when there is none
    """
    found = await _user(world, application_id, called)
    return user_document(found, await group_names(world.store, application_id))


async def remove_user(world: World, application_id: str, called: str) -> None:
    """Remove a user by id or email address.

    :raises NotInWorld: when there is none
    """
    found = await _user(world, application_id, called)
    await world.store.remove_user(application_id, found.id)


async def groups(world: World, application_id: str) -> list[dict[str, Any]]:
    """Return all groups of an application, in the order of their creation."""
    names = await group_names(world.store, application_id)
    every = await world.store.all_groups(application_id)
    return [_group_document(details, names) for details in every]


async def group(world: World, application_id: str, called: str) -> dict[str, Any]:
    """Return a group by id, path or end of a path.

    :raises NotInWorld: when there is none, or several
    """
    details = await _group(world, application_id, called)
    return _group_document(details, await group_names(world.store, application_id))


async def remove_group(world: World, application_id: str, called: str) -> None:
    """Remove a group by id, path or end of a path; its children move up.

    :raises NotInWorld: when there is none, or several
    """
    details = await _group(world, application_id, called)
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
    """Add made-up users, and the groups that they are in.

    :param locales: by default those of the settings
    :param seed: makes them the same as anywhere else, but for addresses that somebody has
        already; by default others come each time, and nothing of them is later than now
    :param progress: told how many are made up and looked through
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
    known = await first_by_path(world.store, application_id)
    groups = list(_new(people.groups, known))
    made = track(people.users, progress, "Making up users", count)
    users = [_in_known(user, known) for user in made]
    await add(world, {"groups": groups, "users": users}, application_id, progress)


def _read(document: object) -> tuple[Source, list[Mistake]]:
    if isinstance(document, bytes):
        return read_lines_inline("", BytesIO(document))
    return read_inline("", document)


async def _user(world: World, application_id: str, called: str) -> ExperienceUser:
    found = await find_user(world.store, application_id, called)
    if found is None:
        raise NotInWorld(f'there is no user "{called}"')
    return found


async def _group(world: World, application_id: str, called: str) -> GroupDetails:
    details, problem = await find_group(world.store, application_id, called)
    if details is None:
        raise NotInWorld(problem)
    return details


def _group_document(details: GroupDetails, names: Mapping[str, str]) -> dict[str, Any]:
    parent = details.group.parent_id
    return group_document(details.group, parent=None if parent is None else names[parent])


def _new(
    documents: Sequence[Mapping[str, Any]], known: Mapping[str, str], parent: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield those of nested groups that are not known by their path, each after its parent.

    Where a group is known, those below it go below the one with this id.
    """
    for document in documents:
        path = f"{parent}/{document['name']}" if parent else document["name"]
        if path not in known:
            # One by one: what is known may also stand below what is new, by a ``/`` in its name.
            yield {
                **{name: value for name, value in document.items() if name != "groups"},
                **({"parent": known.get(parent, parent)} if parent else {}),
            }
        yield from _new(document.get("groups", ()), known, path)


def _in_known(user: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return a user whose groups are called by their ids where they are known."""
    return {**user, "groups": [known.get(path, path) for path in user["groups"]]}
