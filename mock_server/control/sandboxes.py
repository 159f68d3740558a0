"""Worlds of their own."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import ConfigDict, Field

from mock_server.asgi.world import SANDBOX_PREFIX
from mock_server.control.errors import ControlError, Refusal, not_found
from mock_server.control.intake import LARGE
from mock_server.control.models import InWorlds, NameText, ResponseModel
from mock_server.control.operations import operations
from mock_server.control.wording import shown
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.request_model import WHOLE, RequestModel
from mock_server.worlds.registry import SandboxExists
from mock_server.worlds.templates import WorldTemplate
from mock_server.worlds.world import World

router = operations("sandboxes")

_EXAMPLE = "my-test"

Fixture = str | dict[str, Any]
Name = Annotated[str, Path(description="Name of a sandbox.", examples=[_EXAMPLE])]


class SandboxRequest(RequestModel):
    """A sandbox to make."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": _EXAMPLE, "fixtures": ["demo"], "generate": 20}]}
    )

    name: NameText | None = Field(
        None, description="What to call it; by default it gets a new name."
    )
    fixtures: Annotated[list[Fixture], FirstMistake()] | None = Field(
        None,
        description="What to fill it with instead of the server's seed: names of shipped sets,"
        " and seed documents.",
    )
    generate: Annotated[int, Field(ge=0, le=100_000), WHOLE] = Field(
        0, description="How many made-up users to add."
    )


class Sandbox(ResponseModel):
    """A sandbox. The path, after the server's URL, is its base URL."""

    name: str
    path: str
    application_id: str

    @classmethod
    def of(cls, world: World) -> "Sandbox":
        name = world.name or ""
        return cls(name=name, path=f"{SANDBOX_PREFIX}/{name}", application_id=world.application_id)


class Sandboxes(ResponseModel):
    """All sandboxes, oldest first."""

    items: list[Sandbox]


@router.get("/sandboxes")
async def list_sandboxes(worlds: InWorlds) -> Sandboxes:
    """List the sandboxes."""
    return Sandboxes(items=[Sandbox.of(world) for world in worlds.sandboxes()])


@router.post(
    "/sandboxes",
    status_code=201,
    openapi_extra=LARGE,
    responses={409: {"model": Refusal, "description": "There is a sandbox of this name."}},
)
async def make_sandbox(worlds: InWorlds, wanted: SandboxRequest | None = None) -> Sandbox:
    """Make a sandbox that begins with the server's seed, or with one of its own.

    The first request to /_sandbox/{name} makes one as well. A name that was deleted is free again.
    """
    wanted = wanted or SandboxRequest.model_validate({})
    name = wanted.name or worlds.new_name()
    beginning = WorldTemplate(wanted.fixtures, wanted.generate)
    try:
        return Sandbox.of(await worlds.create(name, await worlds.beginning(beginning)))
    except SandboxExists:
        raise ControlError(409, "AlreadyExists", f'Sandbox "{name}" already exists') from None


@router.get("/sandboxes/{name}")
async def get_sandbox(worlds: InWorlds, name: Name) -> Sandbox:
    """Show one sandbox."""
    world = worlds.sandbox(name)
    if world is None:
        raise not_found(f'Sandbox "{shown(name)}"')
    return Sandbox.of(world)


@router.delete("/sandboxes/{name}", status_code=204)
async def delete_sandbox(worlds: InWorlds, name: Name) -> None:
    """Delete a sandbox. Requests to it are answered with 410 from then on."""
    if not worlds.delete(name):
        raise not_found(f'Sandbox "{shown(name)}"')
