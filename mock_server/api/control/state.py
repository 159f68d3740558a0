"""What a world holds, as seed documents; and its users and groups one by one."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import Field

from mock_server.api.control.errors import ControlError, not_found
from mock_server.api.control.models import ControlModel, InWorld, ObjectId
from mock_server.control import arranging
from mock_server.wire.encoding import encode

router = APIRouter(tags=["state"])

Document = Annotated[dict[str, Any], Body(description="A seed document, as in seed files.")]
Fixture = Annotated[dict[str, Any], Body(description="As in seed files.")]


class Generated(ControlModel):
    """What to make up."""

    count: int = Field(ge=0, le=1_000_000, description="How many users.")
    application_id: ObjectId | None = None
    locales: list[str] | None = Field(
        None, min_length=1, description="Where they come from: en_US, de_DE, ja_JP …"
    )


class Documents(ControlModel):
    """All users, or all groups."""

    items: list[dict[str, Any]]


async def _application(
    world: InWorld,
    application_id: Annotated[
        ObjectId | None, Query(alias="applicationId", description="By default the first one.")
    ] = None,
) -> str:
    wanted = (application_id or world.application_id).lower()
    if await world.store.application(wanted) is None:
        raise not_found(f"Application {wanted}")
    return wanted


InApplication = Annotated[str, Depends(_application)]


@router.get("/state")
async def export(world: InWorld) -> Response:
    """Return the whole world as a seed document; loading it makes the same world again."""
    return Response(encode(await arranging.state(world)), media_type="application/json")


@router.put("/state", status_code=204)
async def replace(world: InWorld, document: Document) -> None:
    """Put what a document describes in place of everything that is there."""
    await arranging.replace(world, document)


@router.patch("/state", status_code=204)
async def add(world: InWorld, document: Document) -> None:
    """Add what a document describes; applications that are there already are added to."""
    await arranging.add(world, document)


@router.post("/generate", status_code=204)
async def generate(world: InWorld, wanted: Generated) -> None:
    """Add made-up users, and groups for them; with the same seed always the same."""
    application_id = await _application(world, wanted.application_id)
    locales = {} if wanted.locales is None else {"locales": wanted.locales}
    try:
        await arranging.generate(world, wanted.count, application_id, **locales)
    except ValueError as error:
        raise ControlError(400, "Validation", f"locales: {error}") from None


@router.get("/users")
async def list_users(world: InWorld, application_id: InApplication) -> Documents:
    """List all users, as in seed files."""
    return Documents(items=await arranging.users(world, application_id))


@router.post("/users", status_code=201)
async def add_user(
    world: InWorld, application_id: InApplication, fixture: Fixture
) -> dict[str, Any]:
    """Add a user, with all that seed files can give one."""
    return await arranging.add_user(world, fixture, application_id)


@router.get("/users/{called}")
async def get_user(world: InWorld, application_id: InApplication, called: str) -> dict[str, Any]:
    """Show a user by id or email address."""
    return await arranging.user(world, application_id, called)


@router.delete("/users/{called}", status_code=204)
async def remove_user(world: InWorld, application_id: InApplication, called: str) -> None:
    """Remove a user by id or email address."""
    await arranging.remove_user(world, application_id, called)


@router.get("/groups")
async def list_groups(world: InWorld, application_id: InApplication) -> Documents:
    """List all groups, as in seed files, each with its parent."""
    return Documents(items=await arranging.groups(world, application_id))


@router.post("/groups", status_code=201)
async def add_group(
    world: InWorld, application_id: InApplication, fixture: Fixture
) -> dict[str, Any]:
    """Add a group, with all that seed files can give one."""
    return await arranging.add_group(world, fixture, application_id)


@router.get("/groups/{called:path}")
async def get_group(world: InWorld, application_id: InApplication, called: str) -> dict[str, Any]:
    """Show a group by id, by path from the root, or by the end of that path."""
    return await arranging.group(world, application_id, called)


@router.delete("/groups/{called:path}", status_code=204)
async def remove_group(world: InWorld, application_id: InApplication, called: str) -> None:
    """Remove a group by id or path; its children move up to its parent."""
    await arranging.remove_group(world, application_id, called)
