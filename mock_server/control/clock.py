"""A world's time."""

from pydantic import ConfigDict, Field, model_validator

from mock_server.control.errors import invalid
from mock_server.control.models import Instant, InWorld, ResponseModel
from mock_server.control.operations import operations
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
    """What a clock shows, and whether it stands still."""

    now: Instant
    frozen: bool


class ClockChange(RequestModel):
    """How to change the clock: it is set first, moved then, and stopped or let run last."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"now": "2030-01-01T00:00:00Z", "frozen": True},
                {"advance": 7200},
                {"frozen": False},
            ]
        }
    )

    now: InstantText | None = Field(None, description="The time to show, as a date.")
    advance: float | None = Field(
        None, ge=-MAX_SECONDS, le=MAX_SECONDS, description="Seconds to move it by; may be negative."
    )
    frozen: bool | None = Field(None, description="true: stand still; false: run on.")

    @model_validator(mode="after")
    def _something(self) -> "ClockChange":
        if (self.now, self.advance, self.frozen) == (None, None, None):
            raise ValueError("must have now, advance or frozen")
        return self


@router.get("/clock")
async def get_clock(world: InWorld) -> Clock:
    """Tell the time."""
    return _shown(world)


@router.put("/clock")
async def change_clock(world: InWorld, wanted: ClockChange) -> Clock:
    """Set, move, stop or resume the clock: dates, ids, tokens and rate limits follow it."""
    clock = world.clock
    before, runs = clock.setting, not clock.is_frozen
    clock.freeze()  # so that no time passes meanwhile
    if wanted.now is not None:
        clock.move_to(instant_of(wanted.now))
    if wanted.advance is not None:
        clock.advance(round(wanted.advance * 1000))
    if not is_clock_time(clock.now()):
        clock.setting = before
        raise invalid("advance is too much: the clock goes from 1970 to 3000")
    if wanted.frozen is False or (wanted.frozen is None and runs):
        clock.resume()
    return _shown(world)


def _shown(world: World) -> Clock:
    return Clock(now=world.clock.now(), frozen=world.clock.is_frozen)
