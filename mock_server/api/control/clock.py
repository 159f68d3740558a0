"""A world's time."""

from fastapi import APIRouter
from pydantic import Field, model_validator

from mock_server.api.control.errors import ControlError
from mock_server.api.control.models import (
    MAX_SECONDS,
    ControlModel,
    Instant,
    InstantText,
    InWorld,
    can_be_shown,
    instant_of,
)
from mock_server.control.world import World

router = APIRouter(tags=["clock"])


class Clock(ControlModel):
    """What a clock shows, and whether it stands still."""

    now: Instant
    frozen: bool


class ClockChange(ControlModel):
    """How to change the clock: it is set first, moved then, and stopped or let run last."""

    now: InstantText | None = Field(None, description="The time to show, as a date.")
    advance: float | None = Field(
        None, ge=-MAX_SECONDS, le=MAX_SECONDS, description="Seconds to move it by; may be negative."
    )
    frozen: bool | None = Field(None, description="true: stand still; false: run on.")

    @model_validator(mode="after")
    def _something(self) -> "ClockChange":
        if not self.model_fields_set:
            raise ValueError("give now, advance or frozen")
        return self


@router.get("/clock")
async def show(world: InWorld) -> Clock:
    """Tell the time."""
    return _shown(world)


@router.put("/clock")
async def change(world: InWorld, wanted: ClockChange) -> Clock:
    """Set, move, stop or resume the clock: dates, ids, tokens and rate limits follow it."""
    clock = world.clock
    before = clock.setting
    if wanted.now is not None:
        clock.move_to(instant_of(wanted.now))
    if wanted.advance is not None:
        clock.advance(round(wanted.advance * 1000))
    if wanted.frozen is True:
        clock.freeze()
    if wanted.frozen is False:
        clock.resume()
    if not can_be_shown(clock.now()):
        clock.setting = before
        raise ControlError(400, "Validation", "advance: the clock goes from 1970 to 3000")
    return _shown(world)


def _shown(world: World) -> Clock:
    return Clock(now=world.clock.now(), frozen=world.clock.is_frozen)
