"""Injected trouble."""

from typing import Annotated, Any

from fastapi import Body, Depends, Path, Request
from pydantic import Field

from mock_server.control.errors import invalid, not_found
from mock_server.control.fault_kinds import KINDS, AnyFault
from mock_server.control.models import InWorld, ResponseModel
from mock_server.control.operations import operations
from mock_server.control.wording import shown
from mock_server.faults.faults import Fault

router = operations("faults")


async def _known_kind(request: Request) -> None:
    """Refuse what is of no kind before pydantic does, which says less."""
    value = await request.json()
    if isinstance(value, dict) and value.get("kind") not in KINDS:
        begin = "must be" if "kind" in value else "is required:"
        raise invalid(f"kind {begin} one of {', '.join(KINDS)}")


class SetFault(ResponseModel):
    """A fault that is set; the definition is what was given."""

    id: str
    matched: int = Field(description="How many requests it was for.")
    struck: int = Field(description="How many of them it did something to.")
    definition: dict[str, Any]

    @classmethod
    def of(cls, fault: Fault) -> "SetFault":
        return cls(
            id=fault.id,
            matched=fault.matched,
            struck=fault.struck,
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
async def add_fault(world: InWorld, wanted: Annotated[AnyFault, Body()]) -> SetFault:
    """Set a fault, after those that are set already.

    The first that answers or ends the connection decides; those after it do not see the request.
    """
    fault = world.faults.add(
        wanted.target(), wanted.schedule(), wanted.effect(), world.generator, wanted.definition()
    )
    return SetFault.of(fault)


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
