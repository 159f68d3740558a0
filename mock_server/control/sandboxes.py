"""Sandboxes: isolated copies of the server's state."""

from typing import Annotated, Any

from fastapi import HTTPException, Path
from pydantic import ConfigDict, Field, computed_field

from mock_server.asgi.world import SANDBOX_PREFIX
from mock_server.control.bodies import LARGE
from mock_server.control.errors import Refusal, not_found, shown
from mock_server.control.routing import InWorlds, NameText, ResponseModel, operations
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.request_model import WHOLE, RequestModel
from mock_server.worlds.registry import SandboxExists
from mock_server.worlds.templates import WorldTemplate

router = operations("sandboxes")

_EXAMPLE = "my-test"

Fixture = str | dict[str, Any]
Name = Annotated[str, Path(description="The sandbox's name.", examples=[_EXAMPLE])]


class SandboxRequest(RequestModel):
    """A sandbox to create."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": _EXAMPLE, "fixtures": ["demo"], "generate": 20}]}
    )

    name: NameText | None = Field(None, description="Its name; by default a new one.")
    fixtures: Annotated[list[Fixture], FirstMistake()] | None = Field(
        None,
        description="Its records, instead of the server's seed: names of built-in fixture sets, and"
        " seed documents.",
    )
    generate: Annotated[int, Field(ge=0, le=100_000), WHOLE] = Field(
        0, description="How many generated users to add."
    )


class Sandbox(ResponseModel):
    """A sandbox. Its base URL is the server's URL and the path."""

    name: str
    application_id: str

    @computed_field
    def path(self) -> str:
        return f"{SANDBOX_PREFIX}/{self.name}"


class Sandboxes(ResponseModel):
    """All sandboxes, oldest first."""

    items: list[Sandbox]


@router.get("/sandboxes")
async def list_sandboxes(worlds: InWorlds) -> Sandboxes:
    """List the sandboxes."""
    return Sandboxes.model_validate({"items": worlds.sandboxes()})


@router.post(
    "/sandboxes",
    status_code=201,
    openapi_extra=LARGE,
    responses={409: {"model": Refusal, "description": "A sandbox of this name exists."}},
)
async def make_sandbox(worlds: InWorlds, body: SandboxRequest | None = None) -> Sandbox:
    """Create a sandbox that starts with the server's seed, or with its own.

    The first request to /_sandbox/{name} creates one as well. The name of a deleted sandbox can be
    used again.
    """
    body = body or SandboxRequest.model_validate({})
    name = body.name or worlds.new_name()
    template = WorldTemplate(body.fixtures, body.generate)
    try:
        world = await worlds.create(name, await worlds.beginning(template))
    except SandboxExists:
        raise HTTPException(409, f'Sandbox "{name}" already exists') from None
    return Sandbox.model_validate(world)


@router.get("/sandboxes/{name}")
async def get_sandbox(worlds: InWorlds, name: Name) -> Sandbox:
    """Return a sandbox."""
    world = worlds.sandbox(name)
    if world is None:
        raise not_found(f'Sandbox "{shown(name)}"')
    return Sandbox.model_validate(world)


@router.delete("/sandboxes/{name}", status_code=204)
async def delete_sandbox(worlds: InWorlds, name: Name) -> None:
    """Delete a sandbox. From then on, requests to it are answered with 410."""
    if not worlds.delete(name):
        raise not_found(f'Sandbox "{shown(name)}"')
