"""Experience users: what their actions do (contract, sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mock_server.auth.passwords import hash_password
from mock_server.domain import problems
from mock_server.domain.errors import AlreadyExists, NotFound, ValidationFailed
from mock_server.domain.records import ExperienceUser, Page
from mock_server.losant.actions.caller import Caller
from mock_server.query.listing import ListQuery
from mock_server.schemas.experience_users import ExperienceUserPatch, ExperienceUserPost
from mock_server.settings import UnknownGroupIds
from mock_server.store.base import EmailTaken, Membership, UnknownMember

EXPERIENCE_USER = "Experience User"


async def list_users(caller: Caller, application_id: str, query: ListQuery) -> Page[ExperienceUser]:
    """Return a page of the application's users."""
    await caller.application(application_id)
    return await caller.world.store.users(application_id, query)


async def create(caller: Caller, application_id: str, body: ExperienceUserPost) -> ExperienceUser:
    """Create a user; its three dates are the same instant."""
    await caller.application(application_id)
    world = caller.world
    now = world.clock.now()
    user = ExperienceUser(
        id=world.ids.at(now),
        application_id=application_id,
        creation_date=now,
        last_updated=now,
        password_last_updated=now,
        password_hash=hash_password(body.password, world.generator),
        **_attributes(body),
    )
    try:
        return await world.store.add_user(user, _groups(caller, body.experience_group_ids or ()))
    except EmailTaken:
        raise AlreadyExists(body.email) from None
    except UnknownMember as unknown:
        raise _unknown_group(unknown) from None


async def get(caller: Caller, application_id: str, user_id: str) -> ExperienceUser:
    """Return one user."""
    await caller.application(application_id)
    return _found(await caller.world.store.user(application_id, user_id))


async def patch(
    caller: Caller, application_id: str, user_id: str, body: ExperienceUserPatch
) -> ExperienceUser:
    """Change what was sent; tags and groups replace what was there."""
    await caller.application(application_id)
    world = caller.world
    now = world.clock.now()
    changes = {**_attributes(body), "last_updated": now}
    if body.password is not None:
        changes["password_hash"] = hash_password(body.password, world.generator)
        changes["password_last_updated"] = now
    groups = body.experience_group_ids
    membership = None if groups is None else _groups(caller, groups)
    try:
        return _found(await world.store.change_user(application_id, user_id, changes, membership))
    except EmailTaken:
        raise AlreadyExists(str(body.email)) from None
    except UnknownMember as unknown:
        raise _unknown_group(unknown) from None


async def delete(caller: Caller, application_id: str, user_id: str) -> None:
    """Remove a user, and with it its memberships."""
    await caller.application(application_id)
    if not await caller.world.store.remove_user(application_id, user_id):
        raise NotFound(EXPERIENCE_USER)


def _attributes(body: ExperienceUserPost | ExperienceUserPatch) -> dict[str, Any]:
    """Return the sent properties that are kept as they are."""
    elsewhere = ("password", "experience_group_ids")
    return {name: value for name, value in body.given().items() if name not in elsewhere}


def _groups(caller: Caller, group_ids: Sequence[str]) -> Membership:
    quirk = caller.world.settings.unknown_group_ids
    return Membership(group_ids, strict=quirk is UnknownGroupIds.REJECT)


def _unknown_group(unknown: UnknownMember) -> ValidationFailed:
    return ValidationFailed(
        f"experienceUser.experienceGroupIds.{unknown.index}", problems.NOT_FOUND
    )


def _found(user: ExperienceUser | None) -> ExperienceUser:
    if user is None:
        raise NotFound(EXPERIENCE_USER)
    return user
