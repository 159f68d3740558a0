"""The clock of a world."""

from fastapi import HTTPException
from pydantic import ConfigDict, Field, model_validator

from mock_server.control.routing import Instant, InWorld, ResponseModel, operations
from mock_server.schemas.request_model import (
    MAX_SECONDS,
    InstantText,
    RequestModel,
    instant_of,
    is_clock_time,
)
from mock_server.worlds.world import World

router = operations("clock")


class Clock(ResponseModel):
    """The time of the clock, and whether it is stopped."""

    now: Instant
    frozen: bool


class ClockChange(RequestModel):
    """Changes of the clock: first it is set, then moved, then stopped or resumed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"now": "2030-01-01T00:00:00Z", "frozen": True},
                {"advance": 7200},
                {"frozen": False},
            ]
        }
    )

    now: InstantText | None = Field(None, description="The date to set it to.")
    advance: float | None = Field(
        None, ge=-MAX_SECONDS, le=MAX_SECONDS, description="Seconds to move it by; may be negative."
    )
    frozen: bool | None = Field(None, description="true stops it, false resumes it.")

    @model_validator(mode="after")
    def _not_empty(self) -> "ClockChange":
        if (self.now, self.advance, self.frozen) == (None, None, None):
            raise ValueError("must have now, advance or frozen")
        return self


@router.get("/clock")
async def get_clock(world: InWorld) -> Clock:
    """Return the time."""
    return _shown(world)


@router.put("/clock")
async def change_clock(world: InWorld, change: ClockChange) -> Clock:
    """Set, move, stop or resume the clock, which dates, ids, tokens and rate limits follow."""
    clock = world.clock
    before, runs = clock.setting, not clock.is_frozen
    clock.freeze()  # no time passes between the steps
    if change.now is not None:
        clock.move_to(instant_of(change.now))
    if change.advance is not None:
        clock.advance(round(change.advance * 1000))
    if not is_clock_time(clock.now()):
        clock.setting = before
        raise HTTPException(400, "advance is too much: the clock goes from 1970 to 3000")
    if change.frozen is False or (change.frozen is None and runs):
        clock.resume()
    return _shown(world)


def _shown(world: World) -> Clock:
    return Clock(now=world.clock.now(), frozen=world.clock.is_frozen)
