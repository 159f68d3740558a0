"""Reset, and saved states."""

from typing import Annotated, Literal

from fastapi import Path, Query

from mock_server.control.errors import not_found
from mock_server.control.routing import InWorld, NameText, ResponseModel, operations

router = operations("snapshots")

Name = Annotated[NameText, Path(description="The snapshot's name.", examples=["before"])]


class Snapshot(ResponseModel):
    """A saved state."""

    name: str


class Snapshots(ResponseModel):
    """All saved states, oldest first."""

    items: list[Snapshot]


@router.get("/snapshots")
async def list_snapshots(world: InWorld) -> Snapshots:
    """List the saved states."""
    return Snapshots(items=[Snapshot(name=name) for name in world.snapshots])


@router.post("/snapshots/{name}", status_code=201)
async def save_snapshot(world: InWorld, name: Name) -> Snapshot:
    """Save the records and the clock; a snapshot of the same name is replaced."""
    snapshot = await world.snapshot()
    world.snapshots.pop(name, None)  # so that it becomes the newest
    world.snapshots[name] = snapshot
    return Snapshot(name=name)


@router.post("/snapshots/{name}/restore", status_code=204)
async def restore_snapshot(world: InWorld, name: Name) -> None:
    """Restore a saved state. It can be restored again. Requests and faults stay."""
    snapshot = world.snapshots.get(name)
    if snapshot is None:
        known = ", ".join(world.snapshots)
        raise not_found(f'Snapshot "{name}"', f"saved: {known or 'none'}")
    await world.restore(snapshot)


@router.delete("/snapshots/{name}", status_code=204)
async def remove_snapshot(world: InWorld, name: Name) -> None:
    """Delete a saved state."""
    if world.snapshots.pop(name, None) is None:
        raise not_found(f'Snapshot "{name}"')


@router.delete("/snapshots", status_code=204)
async def remove_snapshots(world: InWorld) -> None:
    """Delete all saved states."""
    world.snapshots.clear()


@router.post("/reset", status_code=204)
async def reset(
    world: InWorld,
    to: Annotated[
        Literal["seed", "empty"], Query(description="The seeded state, or no records at all.")
    ] = "seed",
) -> None:
    """Restore the seeded records and the clock; delete requests and faults. Snapshots stay."""
    await world.reset()
    if to == "empty":
        await world.store.clear()
