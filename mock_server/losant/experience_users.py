"""Experience users over HTTP."""

from __future__ import annotations

from mock_server.domain.records import ExperienceUser
from mock_server.losant.actions import experience_users as actions
from mock_server.losant.hypermedia import page
from mock_server.losant.reply import Reply
from mock_server.losant.routing import AnyCall, BodySpec, Call, Endpoint, deleted
from mock_server.schemas.experience_users import (
    ExperienceUserListParameters,
    ExperienceUserPatch,
    ExperienceUserPost,
)
from mock_server.schemas.listings import Parameters


async def list_users(call: Call[ExperienceUserListParameters, None]) -> Reply:
    query = call.parameters.query(call.settings)
    found = await actions.list_users(call.caller, call.application_id, query)
    item, user = call.hypermedia("experienceUser"), call.documents.user
    items = [user(record, item) for record in found.items]
    frame = {
        **call.parameters.frame(call.settings, len(items), found.total_count),
        "applicationId": call.application_id,
    }
    href = f"/applications/{call.application_id}/experience/users"
    return Reply(200, page(items, frame, href, call.hypermedia("experienceUsers")))


async def create(call: Call[Parameters, ExperienceUserPost]) -> Reply:
    return _one(call, 201, await actions.create(call.caller, call.application_id, call.body))


async def get(call: Call[Parameters, None]) -> Reply:
    return _one(call, 200, await actions.get(call.caller, call.application_id, _id(call)))


async def patch(call: Call[Parameters, ExperienceUserPatch]) -> Reply:
    user = await actions.patch(call.caller, call.application_id, _id(call), call.body)
    return _one(call, 200, user)


async def delete(call: Call[Parameters, None]) -> Reply:
    await actions.delete(call.caller, call.application_id, _id(call))
    return deleted()


def _id(call: AnyCall) -> str:
    return call.ids["experienceUserId"]


def _one(call: AnyCall, status: int, user: ExperienceUser) -> Reply:
    return Reply(status, call.documents.user(user, call.hypermedia("experienceUser")))


ENDPOINTS = (
    Endpoint("experienceUsers.get", list_users, ExperienceUserListParameters),
    Endpoint(
        "experienceUsers.post", create, Parameters, BodySpec("experienceUser", ExperienceUserPost)
    ),
    Endpoint("experienceUser.get", get, Parameters),
    Endpoint(
        "experienceUser.patch", patch, Parameters, BodySpec("experienceUser", ExperienceUserPatch)
    ),
    Endpoint("experienceUser.delete", delete, Parameters),
)
