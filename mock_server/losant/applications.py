"""Applications (contract, section 10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from mock_server.domain.ids import DEFAULT_OWNER_ID
from mock_server.domain.records import Application
from mock_server.losant.responses import JsonResponse, Success
from mock_server.losant.routing import APPLICATION, ApplicationId, Call, LosantRoute, found
from mock_server.schemas.applications import (
    ApplicationListParameters,
    ApplicationPatch,
    ApplicationPost,
    ApplicationResponse,
    ApplicationsResponse,
    SummaryParameters,
    application_document,
)
from mock_server.schemas.listings import Parameters

router = APIRouter(prefix="/applications", tags=["applications"], route_class=LosantRoute)


@router.get("", name="applications.get", response_model=ApplicationsResponse)
async def list_applications(
    call: Call, parameters: Annotated[ApplicationListParameters, Query()]
) -> Response:
    """List the applications: sorted, filtered, one page."""
    owner = parameters.owner(call.principal.subject)
    query = replace(parameters.query(call.settings), owner=owner)
    page = await call.store.applications(query)
    items = [await _document(call, parameters, application) for application in page.items]
    return call.page("applications", "/applications", items, page.total_count)


@router.post("", name="applications.post", status_code=201, response_model=ApplicationResponse)
async def create_application(
    call: Call,
    body: Annotated[ApplicationPost, Body(title="application")],
    parameters: Annotated[SummaryParameters, Query()],
) -> Response:
    """Create an application, which belongs to ``orgId`` or to the caller."""
    now = call.world.clock.now()
    application = Application(
        id=call.world.ids.at(now),
        name=body.name,
        creation_date=now,
        last_updated=now,
        owner_id=body.org_id or call.principal.subject or DEFAULT_OWNER_ID,
        owner_type="organization" if body.org_id else "user",
        properties=body.properties(),
    )
    await call.store.add_application(application)
    return JsonResponse(await _document(call, parameters, application), 201)


@router.get("/{applicationId}", name="application.get", response_model=ApplicationResponse)
async def get_application(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[SummaryParameters, Query()],
) -> Response:
    """Return one application."""
    return JsonResponse(await _document(call, parameters, call.application))


@router.patch("/{applicationId}", name="application.patch", response_model=ApplicationResponse)
async def change_application(
    call: Call,
    application_id: ApplicationId,
    body: Annotated[ApplicationPatch, Body(title="application")],
    parameters: Annotated[SummaryParameters, Query()],
) -> Response:
    """Change what was sent. Null takes a property away."""
    before = call.application.properties
    properties = {**before, **body.properties()}
    changes: dict[str, Any] = {
        "properties": {name: value for name, value in properties.items() if value is not None},
        "last_updated": call.world.clock.now(),
    }
    if body.name is not None:
        changes["name"] = body.name
    after = await call.store.change_application(application_id, changes)
    return JsonResponse(await _document(call, parameters, found(after, APPLICATION)))


@router.delete("/{applicationId}", name="application.delete", response_model=Success)
async def delete_application(
    call: Call, application_id: ApplicationId, parameters: Annotated[Parameters, Query()]
) -> Response:
    """Delete an application with everything in it."""
    await call.store.remove_application(application_id)
    return call.deleted()


async def _document(call: Call, parameters: SummaryParameters, application: Application) -> bytes:
    summary = parameters.summary(await call.store.counts(application.id))
    document = application_document(application, summary)
    return call.entity("application", f"/applications/{application.id}", document)
