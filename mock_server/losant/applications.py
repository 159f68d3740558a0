"""Applications over HTTP."""

from __future__ import annotations

from dataclasses import replace

from mock_server.domain.records import Application
from mock_server.losant.actions import applications as actions
from mock_server.losant.hypermedia import Hypermedia, entity, page
from mock_server.losant.reply import Reply
from mock_server.losant.routing import AnyCall, BodySpec, Call, Endpoint, deleted
from mock_server.schemas.applications import (
    ApplicationListParameters,
    ApplicationPatch,
    ApplicationPost,
    SummaryParameters,
    dump,
)
from mock_server.schemas.listings import Parameters


async def list_applications(call: Call[ApplicationListParameters, None]) -> Reply:
    owner = call.parameters.owner(call.caller.principal.subject)
    query = replace(call.parameters.query(call.settings), owner=owner)
    found = await actions.list_applications(call.caller, query)
    item = call.hypermedia("application")
    items = [await _document(call, application, item) for application in found.items]
    frame = call.parameters.frame(call.settings, len(items), found.total_count)
    return Reply(200, page(items, frame, "/applications", call.hypermedia("applications")))


async def create(call: Call[SummaryParameters, ApplicationPost]) -> Reply:
    return await _one(call, 201, await actions.create(call.caller, call.body))


async def get(call: Call[SummaryParameters, None]) -> Reply:
    return await _one(call, 200, await actions.get(call.caller, call.application_id))


async def patch(call: Call[SummaryParameters, ApplicationPatch]) -> Reply:
    application = await actions.patch(call.caller, call.application_id, call.body)
    return await _one(call, 200, application)


async def delete(call: Call[Parameters, None]) -> Reply:
    await actions.delete(call.caller, call.application_id)
    return deleted()


async def _one(call: AnyCall, status: int, application: Application) -> Reply:
    return Reply(status, await _document(call, application, call.hypermedia("application")))


async def _document(call: AnyCall, application: Application, hypermedia: Hypermedia) -> bytes:
    counts = await actions.counts(call.caller, application)
    document = dump(application, call.parameters.summary(counts))
    return entity(document, f"/applications/{application.id}", hypermedia)


ENDPOINTS = (
    Endpoint("applications.get", list_applications, ApplicationListParameters),
    Endpoint(
        "applications.post", create, SummaryParameters, BodySpec("application", ApplicationPost)
    ),
    Endpoint("application.get", get, SummaryParameters),
    Endpoint(
        "application.patch", patch, SummaryParameters, BodySpec("application", ApplicationPatch)
    ),
    Endpoint("application.delete", delete, Parameters),
)
