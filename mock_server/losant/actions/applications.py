"""Applications: what their actions do (contract, section 10)."""

from __future__ import annotations

from typing import Any

from mock_server.domain.errors import NotFound
from mock_server.domain.ids import DEFAULT_OWNER_ID
from mock_server.domain.records import Application, Counts, Page
from mock_server.losant.actions.caller import APPLICATION, Caller
from mock_server.query.listing import ListQuery
from mock_server.schemas.applications import ApplicationPatch, ApplicationPost


async def list_applications(caller: Caller, query: ListQuery) -> Page[Application]:
    """Return a page of all applications."""
    return await caller.world.store.applications(query)


async def create(caller: Caller, body: ApplicationPost) -> Application:
    """Create an application, of the organization that it names or of the caller."""
    now = caller.world.clock.now()
    application = Application(
        id=caller.world.ids.at(now),
        name=body.name,
        creation_date=now,
        last_updated=now,
        owner_id=body.org_id or caller.principal.subject or DEFAULT_OWNER_ID,
        owner_type="organization" if body.org_id else "user",
        properties=body.properties(),
    )
    await caller.world.store.add_application(application)
    return application


async def get(caller: Caller, application_id: str) -> Application:
    """Return one application."""
    return await caller.application(application_id)


async def patch(caller: Caller, application_id: str, body: ApplicationPatch) -> Application:
    """Change what was sent."""
    before = await caller.application(application_id)
    changes: dict[str, Any] = {
        "properties": _without_nulls({**before.properties, **body.properties()}),
        "last_updated": caller.world.clock.now(),
    }
    if body.name is not None:
        changes["name"] = body.name
    after = await caller.world.store.change_application(application_id, changes)
    if after is None:
        raise NotFound(APPLICATION)
    return after


async def delete(caller: Caller, application_id: str) -> None:
    """Remove an application with everything in it."""
    await caller.application(application_id)
    await caller.world.store.remove_application(application_id)


async def counts(caller: Caller, application: Application) -> Counts:
    """Return how much the application holds."""
    return await caller.world.store.counts(application.id)


def _without_nulls(properties: dict[str, Any]) -> dict[str, Any]:
    """Null takes a property away again."""
    return {name: value for name, value in properties.items() if value is not None}
