"""Worlds of their own."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from mock_server.api.control.errors import ControlError, not_found
from mock_server.api.control.models import ControlModel, InWorlds
from mock_server.api.dispatch import SANDBOX_PREFIX
from mock_server.control.beginnings import Beginning
from mock_server.control.world import World
from mock_server.control.worlds import NAME, SandboxExists

router = APIRouter(tags=["sandboxes"])

Fixture = str | dict[str, Any]


class SandboxRequest(ControlModel):
    """A sandbox to make."""

    name: str | None = Field(
        None, pattern=f"^{NAME}$", description="What to call it; by default it gets a new name."
    )
    fixtures: list[Fixture] | None = Field(
        None,
        description="What to fill it with instead of the server's seed: names of shipped sets,"
        " and seed documents.",
    )
    generate: int = Field(0, ge=0, le=100_000, description="How many made-up users to add.")


class Sandbox(ControlModel):
    """A sandbox. The path, after the server's URL, is its base URL."""

    name: str
    path: str
    application_id: str

    @classmethod
    def of(cls, world: World) -> "Sandbox":
        name = world.name or ""
        return cls(name=name, path=f"{SANDBOX_PREFIX}/{name}", application_id=world.application_id)


class Sandboxes(ControlModel):
    """All sandboxes, oldest first."""

    items: list[Sandbox]


@router.get("/sandboxes")
async def list_sandboxes(worlds: InWorlds) -> Sandboxes:
    """List the sandboxes."""
    return Sandboxes(items=[Sandbox.of(world) for world in worlds.sandboxes()])


@router.post("/sandboxes", status_code=201)
async def create(worlds: InWorlds, wanted: SandboxRequest | None = None) -> Sandbox:
    """Make a sandbox that begins with the server's seed, or with one of its own.

    The first request to /_sandbox/{name} makes one as well. A name that was deleted is free again.
    """
    wanted = wanted or SandboxRequest.model_validate({})
    name = wanted.name or f"sandbox-{secrets.token_hex(6)}"
    try:
        return Sandbox.of(
            await worlds.create(
                name, await worlds.beginning(Beginning(wanted.fixtures, wanted.generate))
            )
        )
    except SandboxExists:
        raise ControlError(409, "AlreadyExists", f'Sandbox "{name}" already exists') from None


@router.get("/sandboxes/{name}")
async def get(worlds: InWorlds, name: Annotated[str, Path()]) -> Sandbox:
    """Show one sandbox."""
    world = worlds.sandbox(name)
    if world is None:
        raise not_found(f'Sandbox "{name}"')
    return Sandbox.of(world)


@router.delete("/sandboxes/{name}", status_code=204)
async def delete(worlds: InWorlds, name: Annotated[str, Path()]) -> None:
    """Delete a sandbox. Requests to it are answered with 410 from then on."""
    if not worlds.delete(name):
        raise not_found(f'Sandbox "{name}"')
