"""What all objects of the control plane have in common."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from mock_server.api.dispatch import WORLD
from mock_server.control.matching import UNSET, RequestPattern
from mock_server.control.world import World
from mock_server.control.worlds import Worlds
from mock_server.domain.clock import format_instant, parse_instant

MAX_SECONDS = 100 * 365 * 24 * 3600
"""A hundred years: longer than anybody waits, and short enough for every date."""

_FIRST, _LAST = 0, 32_503_680_000_000
"""1970 to 3000: what clocks can be set to. Everything that is added to it is still a date."""


class ControlModel(BaseModel):
    """An object of the control plane: camelCase names, no unknown ones."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        extra="forbid",
        serialize_by_alias=True,
    )


def _world(request: Request) -> World:
    world: World = request.scope[WORLD]
    return world


InWorld = Annotated[World, Depends(_world)]
"""The world that a request is for."""


def _worlds(request: Request) -> Worlds:
    worlds: Worlds = request.app.state.worlds
    return worlds


InWorlds = Annotated[Worlds, Depends(_worlds)]
"""All worlds of the server."""


def can_be_shown(instant: int) -> bool:
    """Tell whether a clock can be set to an instant."""
    return _FIRST <= instant <= _LAST


def _instant(text: str) -> str:
    instant = parse_instant(text)
    if instant is None or not can_be_shown(instant):
        raise ValueError("must be an ISO 8601 date between 1970 and 3000: 2024-05-17T09:30:00Z")
    return text


InstantText = Annotated[str, AfterValidator(_instant)]
"""A date that names an instant which a clock can show."""

Instant = Annotated[int, PlainSerializer(format_instant, return_type=str)]
"""An instant in milliseconds, written as a date."""

ObjectId = Annotated[str, Field(pattern="^[A-Fa-f0-9]{24}$")]


def instant_of(text: str) -> int:
    """Return the instant of a text that is one."""
    instant = parse_instant(text)
    if instant is None:
        raise ValueError(text)
    return instant


class Pattern(ControlModel):
    """What to look for in requests; what is not given may be anything."""

    action: str | None = Field(
        None, description="Action as a glob: experienceUsers.post, experienceUser.*"
    )
    method: str | None = Field(None, description="GET, POST, PATCH, DELETE …")
    path: str | None = Field(
        None, description="Path as a glob, in which * is any run of characters, slashes too."
    )
    query: Mapping[str, str | int | float] | None = Field(
        None, description="Parameters of the query string that must be there."
    )
    body: Any = Field(
        None, description="JSON that must be in the body; objects may have more properties."
    )

    def pattern(self, status: int | str | None = None) -> RequestPattern:
        """Return the pattern as the journal takes it."""
        return RequestPattern(
            action=self.action,
            method=self.method,
            path=self.path,
            query=None if self.query is None else {k: str(v) for k, v in self.query.items()},
            body=self.body if "body" in self.model_fields_set else UNSET,
            status=status,
        )
