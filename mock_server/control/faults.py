"""Injected faults: errors, delays and broken connections."""

from typing import Annotated, Any

from fastapi import Body, Depends, HTTPException, Path, Request
from pydantic import Field

from mock_server.control.errors import not_found, shown
from mock_server.control.routing import InWorld, ResponseModel, operations
from mock_server.faults.kinds import KINDS, AnyFault

router = operations("faults")


async def _known_kind(request: Request) -> None:
    """Refuse an unknown kind before pydantic does, whose message says less."""
    value = await request.json()
    if isinstance(value, dict) and value.get("kind") not in tuple(KINDS):
        begin = "must be" if "kind" in value else "is required:"
        raise HTTPException(400, f"kind {begin} one of {', '.join(KINDS)}")


class SetFault(ResponseModel):
    """A fault that is active."""

    id: str
    matched: int = Field(description="How many requests it matched.")
    struck: int = Field(validation_alias="applied", description="How many of them it affected.")
    definition: dict[str, Any] = Field(description="The fault as it was added.")


class SetFaults(ResponseModel):
    """All faults, in the order in which they act."""

    items: list[SetFault]


FaultId = Annotated[str, Path(alias="id", description="The fault's id.", examples=["fault-1"])]


@router.get("/faults")
async def list_faults(world: InWorld) -> SetFaults:
    """List the faults."""
    return SetFaults.model_validate({"items": world.faults.all()})


@router.post("/faults", status_code=201, dependencies=[Depends(_known_kind)])
async def add_fault(world: InWorld, fault: Annotated[AnyFault, Body()]) -> SetFault:
    """Add a fault after the active ones.

    The first fault that answers or ends the connection decides; later ones do not see the request.
    """
    return SetFault.model_validate(world.faults.add(fault, world.generator))


@router.get("/faults/{id}")
async def get_fault(world: InWorld, fault_id: FaultId) -> SetFault:
    """Return a fault."""
    fault = world.faults.get(fault_id)
    if fault is None:
        raise not_found(f'Fault "{shown(fault_id)}"')
    return SetFault.model_validate(fault)


@router.delete("/faults/{id}", status_code=204)
async def remove_fault(world: InWorld, fault_id: FaultId) -> None:
    """Remove a fault."""
    if not world.faults.remove(fault_id):
        raise not_found(f'Fault "{shown(fault_id)}"')


@router.delete("/faults", status_code=204)
async def remove_faults(world: InWorld) -> None:
    """Remove all faults."""
    world.faults.clear()
