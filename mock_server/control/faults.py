"""Faults."""

from typing import Annotated, Any

from fastapi import Body, Depends, Path, Request
from pydantic import Field

from mock_server.control.errors import invalid, not_found
from mock_server.control.models import InWorld, ResponseModel
from mock_server.control.operations import operations
from mock_server.control.wording import shown
from mock_server.faults import ActiveFault
from mock_server.faults.kinds import KINDS, AnyFault

router = operations("faults")


async def _known_kind(request: Request) -> None:
    """Refuse an unknown kind with a message that names the kinds, which pydantic's does not."""
    value = await request.json()
    if isinstance(value, dict) and value.get("kind") not in tuple(KINDS):
        begin = "must be" if "kind" in value else "is required:"
        raise invalid(f"kind {begin} one of {', '.join(KINDS)}")


class SetFault(ResponseModel):
    """A fault that was added; the definition is what was given."""

    id: str
    matched: int = Field(description="How many requests matched it.")
    struck: int = Field(description="To how many of them it was applied.")
    definition: dict[str, Any]

    @classmethod
    def of(cls, fault: ActiveFault) -> "SetFault":
        return cls(
            id=fault.id,
            matched=fault.matched,
            struck=fault.applied,
            definition=dict(fault.definition),
        )


class SetFaults(ResponseModel):
    """All faults, in the order in which they act."""

    items: list[SetFault]


FaultId = Annotated[str, Path(alias="id", description="Id of a fault.", examples=["fault-1"])]


@router.get("/faults")
async def list_faults(world: InWorld) -> SetFaults:
    """List the faults."""
    return SetFaults(items=[SetFault.of(fault) for fault in world.faults.all()])


@router.post("/faults", status_code=201, dependencies=[Depends(_known_kind)])
async def add_fault(world: InWorld, fault: Annotated[AnyFault, Body()]) -> SetFault:
    """Add a fault, after the existing ones.

    Faults apply in the order in which they were added, up to the first that answers or ends the
    connection.
    """
    return SetFault.of(world.faults.add(fault, world.generator))


@router.get("/faults/{id}")
async def get_fault(world: InWorld, fault_id: FaultId) -> SetFault:
    """Show one fault."""
    fault = world.faults.get(fault_id)
    if fault is None:
        raise not_found(f'Fault "{shown(fault_id)}"')
    return SetFault.of(fault)


@router.delete("/faults/{id}", status_code=204)
async def remove_fault(world: InWorld, fault_id: FaultId) -> None:
    """Remove a fault."""
    if not world.faults.remove(fault_id):
        raise not_found(f'Fault "{shown(fault_id)}"')


@router.delete("/faults", status_code=204)
async def remove_faults(world: InWorld) -> None:
    """Remove all faults."""
    world.faults.clear()
