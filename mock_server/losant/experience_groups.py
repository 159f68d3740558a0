"""Experience groups (contract, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from mock_server.domain import problems
from mock_server.domain.errors import NotFound, ValidationFailed
from mock_server.domain.records import ExperienceGroup, GroupDetails
from mock_server.losant.responses import JsonResponse, Success
from mock_server.losant.routing import ApplicationId, Call, LosantRoute, found
from mock_server.schemas.experience_groups import (
    ExperienceGroupListParameters,
    ExperienceGroupParameters,
    ExperienceGroupPatch,
    ExperienceGroupPost,
    ExperienceGroupResponse,
    ExperienceGroupsResponse,
    group_document,
)
from mock_server.schemas.fields import ObjectId
from mock_server.schemas.listings import Parameters
from mock_server.store import ParentIsDescendant, ParentNotFound, UnknownMember

router = APIRouter(
    prefix="/applications/{applicationId}/experience/groups",
    tags=["experience groups"],
    route_class=LosantRoute,
)

NOUN = "Experience Group"
GroupId = Annotated[ObjectId, Path(alias="experienceGroupId")]


@router.get("", name="experienceGroups.get", response_model=ExperienceGroupsResponse)
async def list_groups(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[ExperienceGroupListParameters, Query()],
) -> Response:
    """List the application's groups: sorted, filtered, one page."""
    page = await call.store.groups(application_id, parameters.query(call.settings))
    items = [_document(call, details) for details in page.items]
    href = _href(application_id)
    return call.page(
        "experienceGroups", href, items, page.total_count, applicationId=application_id
    )


@router.post(
    "", name="experienceGroups.post", status_code=201, response_model=ExperienceGroupResponse
)
async def create_group(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[ExperienceGroupPost, Body(title="experienceGroup")],
) -> Response:
    """Create a group."""
    now = call.world.clock.now()
    group = ExperienceGroup(
        id=call.world.ids.at(now),
        application_id=application_id,
        creation_date=now,
        last_updated=now,
        **_attributes(body),
    )
    with _refusals():
        details = await call.store.add_group(group, call.members(body.experience_user_ids or ()))
    return JsonResponse(_document(call, details), 201)


@router.get(
    "/{experienceGroupId}", name="experienceGroup.get", response_model=ExperienceGroupResponse
)
async def get_group(
    call: Call,
    application_id: ApplicationId,
    group_id: GroupId,
    parameters: Annotated[ExperienceGroupParameters, Query()],
) -> Response:
    """Return one group, with the counts of devices that were asked for."""
    details = found(await call.store.group(application_id, group_id), NOUN)
    return JsonResponse(_document(call, details, **parameters.device_counts()))


@router.patch(
    "/{experienceGroupId}", name="experienceGroup.patch", response_model=ExperienceGroupResponse
)
async def change_group(
    call: Call,
    application_id: ApplicationId,
    group_id: GroupId,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[ExperienceGroupPatch, Body(title="experienceGroup")],
) -> Response:
    """Change what was sent. Members and tags replace those that the group had."""
    changes = {**_attributes(body), "last_updated": call.world.clock.now()}
    users = body.experience_user_ids
    membership = None if users is None else call.members(users)
    with _refusals():
        details = await call.store.change_group(application_id, group_id, changes, membership)
    return JsonResponse(_document(call, found(details, NOUN)))


@router.delete("/{experienceGroupId}", name="experienceGroup.delete", response_model=Success)
async def delete_group(
    call: Call,
    application_id: ApplicationId,
    group_id: GroupId,
    parameters: Annotated[Parameters, Query()],
) -> Response:
    """Delete a group. Its users stay, and its children move up to its parent."""
    if not await call.store.remove_group(application_id, group_id):
        raise NotFound(NOUN)
    return call.deleted()


def _document(call: Call, details: GroupDetails, **counts: int) -> bytes:
    href = f"{_href(details.group.application_id)}/{details.group.id}"
    return call.entity("experienceGroup", href, {**group_document(details), **counts})


def _href(application_id: str) -> str:
    return f"/applications/{application_id}/experience/groups"


def _attributes(body: ExperienceGroupPatch) -> dict[str, Any]:
    """Return the sent properties as they are stored; repeated ids count once."""
    attributes = body.given()
    attributes.pop("experience_user_ids", None)
    for name in ("experience_endpoint_ids", "device_ids"):
        if name in attributes:
            attributes[name] = tuple(dict.fromkeys(attributes[name]))
    if body.device_tags is not None:
        attributes["device_tags"] = tuple(tag.given() for tag in body.device_tags)
    return attributes


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise the API's errors for what the store refuses."""
    try:
        yield
    except ParentNotFound:
        raise ValidationFailed("experienceGroup.parentId", problems.NOT_FOUND) from None
    except ParentIsDescendant:
        raise ValidationFailed("experienceGroup.parentId", problems.OWN_DESCENDANT) from None
    except UnknownMember as unknown:
        field = f"experienceGroup.experienceUserIds.{unknown.index}"
        raise ValidationFailed(field, problems.NOT_FOUND) from None
