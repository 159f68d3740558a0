"""Experience groups: what their actions do (contract, section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mock_server.domain import problems
from mock_server.domain.errors import NotFound, ValidationFailed
from mock_server.domain.records import ExperienceGroup, GroupDetails, Page
from mock_server.losant.actions.caller import Caller
from mock_server.query.listing import ListQuery
from mock_server.schemas.experience_groups import ExperienceGroupPatch, ExperienceGroupPost
from mock_server.settings import UnknownGroupIds
from mock_server.store.base import Membership, ParentIsDescendant, ParentNotFound, UnknownMember

EXPERIENCE_GROUP = "Experience Group"


async def list_groups(caller: Caller, application_id: str, query: ListQuery) -> Page[GroupDetails]:
    """Return a page of the application's groups."""
    await caller.application(application_id)
    return await caller.world.store.groups(application_id, query)


async def create(caller: Caller, application_id: str, body: ExperienceGroupPost) -> GroupDetails:
    """Create a group."""
    await caller.application(application_id)
    now = caller.world.clock.now()
    group = ExperienceGroup(
        id=caller.world.ids.at(now),
        application_id=application_id,
        creation_date=now,
        last_updated=now,
        **_attributes(body),
    )
    with _refusals():
        return await caller.world.store.add_group(
            group, _users(caller, body.experience_user_ids or ())
        )


async def get(caller: Caller, application_id: str, group_id: str) -> GroupDetails:
    """Return one group."""
    await caller.application(application_id)
    return _found(await caller.world.store.group(application_id, group_id))


async def patch(
    caller: Caller, application_id: str, group_id: str, body: ExperienceGroupPatch
) -> GroupDetails:
    """Change what was sent; members and tags replace what was there."""
    await caller.application(application_id)
    changes = {**_attributes(body), "last_updated": caller.world.clock.now()}
    users = body.experience_user_ids
    membership = None if users is None else _users(caller, users)
    with _refusals():
        return _found(
            await caller.world.store.change_group(application_id, group_id, changes, membership)
        )


async def delete(caller: Caller, application_id: str, group_id: str) -> None:
    """Remove a group; its users stay, its children move up to its parent."""
    await caller.application(application_id)
    if not await caller.world.store.remove_group(application_id, group_id):
        raise NotFound(EXPERIENCE_GROUP)


def _attributes(body: ExperienceGroupPatch) -> dict[str, Any]:
    attributes = body.given()
    attributes.pop("experience_user_ids", None)
    for name in ("experience_endpoint_ids", "device_ids"):
        if name in attributes:
            attributes[name] = tuple(dict.fromkeys(attributes[name]))
    if body.device_tags is not None:
        attributes["device_tags"] = tuple(tag.given() for tag in body.device_tags)
    return attributes


def _users(caller: Caller, user_ids: Sequence[str]) -> Membership:
    quirk = caller.world.settings.unknown_group_ids
    return Membership(user_ids, strict=quirk is UnknownGroupIds.REJECT)


@contextmanager
def _refusals() -> Iterator[None]:
    """Put the store's refusals into the API's words."""
    try:
        yield
    except ParentNotFound:
        raise ValidationFailed("experienceGroup.parentId", problems.NOT_FOUND) from None
    except ParentIsDescendant:
        raise ValidationFailed("experienceGroup.parentId", problems.OWN_DESCENDANT) from None
    except UnknownMember as unknown:
        field = f"experienceGroup.experienceUserIds.{unknown.index}"
        raise ValidationFailed(field, problems.NOT_FOUND) from None


def _found(details: GroupDetails | None) -> GroupDetails:
    if details is None:
        raise NotFound(EXPERIENCE_GROUP)
    return details
