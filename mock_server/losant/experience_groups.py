"""Experience groups over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.domain.records import GroupDetails
from mock_server.losant.actions import experience_groups as actions
from mock_server.losant.hypermedia import Hypermedia, entity, page
from mock_server.losant.reply import Reply
from mock_server.losant.routing import AnyCall, BodySpec, Call, Endpoint, deleted
from mock_server.schemas.experience_groups import (
    ExperienceGroupListParameters,
    ExperienceGroupParameters,
    ExperienceGroupPatch,
    ExperienceGroupPost,
    dump,
)
from mock_server.schemas.listings import Parameters


async def list_groups(call: Call[ExperienceGroupListParameters, None]) -> Reply:
    query = call.parameters.query(call.settings)
    found = await actions.list_groups(call.caller, call.application_id, query)
    item = call.hypermedia("experienceGroup")
    items = [_document(details, item) for details in found.items]
    frame = {
        **call.parameters.frame(call.settings, len(items), found.total_count),
        "applicationId": call.application_id,
    }
    href = f"/applications/{call.application_id}/experience/groups"
    return Reply(200, page(items, frame, href, call.hypermedia("experienceGroups")))


async def create(call: Call[Parameters, ExperienceGroupPost]) -> Reply:
    return _one(call, 201, await actions.create(call.caller, call.application_id, call.body))


async def get(call: Call[ExperienceGroupParameters, None]) -> Reply:
    details = await actions.get(call.caller, call.application_id, _id(call))
    counts = call.parameters.device_counts()
    return Reply(200, _document(details, call.hypermedia("experienceGroup"), counts))


async def patch(call: Call[Parameters, ExperienceGroupPatch]) -> Reply:
    details = await actions.patch(call.caller, call.application_id, _id(call), call.body)
    return _one(call, 200, details)


async def delete(call: Call[Parameters, None]) -> Reply:
    await actions.delete(call.caller, call.application_id, _id(call))
    return deleted()


def _id(call: AnyCall) -> str:
    return call.ids["experienceGroupId"]


def _one(call: AnyCall, status: int, details: GroupDetails) -> Reply:
    return Reply(status, _document(details, call.hypermedia("experienceGroup")))


def _document(
    details: GroupDetails, hypermedia: Hypermedia, counts: Mapping[str, int] | None = None
) -> bytes:
    group = details.group
    href = f"/applications/{group.application_id}/experience/groups/{group.id}"
    return entity({**dump(details), **(counts or {})}, href, hypermedia)


ENDPOINTS = (
    Endpoint("experienceGroups.get", list_groups, ExperienceGroupListParameters),
    Endpoint(
        "experienceGroups.post",
        create,
        Parameters,
        BodySpec("experienceGroup", ExperienceGroupPost),
    ),
    Endpoint("experienceGroup.get", get, ExperienceGroupParameters),
    Endpoint(
        "experienceGroup.patch",
        patch,
        Parameters,
        BodySpec("experienceGroup", ExperienceGroupPatch),
    ),
    Endpoint("experienceGroup.delete", delete, Parameters),
)
