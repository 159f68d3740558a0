"""What all objects of the control plane have in common."""

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from mock_server.asgi.world import world_of_scope
from mock_server.control.wording import shown
from mock_server.domain.catalog import catalog
from mock_server.domain.clock import format_instant, parse_instant
from mock_server.query.glob import Glob
from mock_server.query.request_pattern import UNSET, RequestPattern
from mock_server.schemas.validation import problem
from mock_server.worlds.registry import NAME, Worlds
from mock_server.worlds.world import World

MAX_SECONDS = 100 * 365 * 24 * 3600
"""A hundred years: longer than anybody waits, and short enough for every date."""

MAX_COUNT = 1_000_000_000
"""More of anything than there ever is."""

MAX_GLOB = 4096
"""Characters. Globs are made into regular expressions, which takes its time."""

_FIRST, _LAST = 0, 32_503_680_000_000
"""1970 to 3000: what clocks can be set to. Everything that is added to it is still a date."""


class ResponseModel(BaseModel):
    """An object that the control plane answers, made of an object of the same attributes."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        from_attributes=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )


class RequestModel(BaseModel):
    """An object that the control plane is given: camelCase names, no unknown ones, exact types."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        """Refuse an unknown property, and say which ones there are."""
        if isinstance(value, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            unknown = next((name for name in value if name not in known), None)
            if unknown is not None:
                close = difflib.get_close_matches(shown(unknown), known, n=1)
                there_are = ", ".join(known)
                hint = f"did you mean {close[0]}?" if close else f"there are {there_are}"
                raise problem(f"is not a known property; {hint}", shown(unknown))
        return value


async def _world(request: Request) -> World:
    return world_of_scope(request.scope)


InWorld = Annotated[World, Depends(_world)]
"""The world that a request is for."""


async def _worlds(request: Request) -> Worlds:
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


def _object_id(text: str) -> str:
    if len(text) != 24 or not set(text) <= set("0123456789abcdefABCDEF"):
        raise ValueError("must be an id, which has 24 hexadecimal digits")
    return text


ObjectId = Annotated[
    str,
    AfterValidator(_object_id),
    WithJsonSchema({"type": "string", "pattern": "^[A-Fa-f0-9]{24}$"}),
]


NameText = Annotated[str, Field(pattern=f"^{NAME}$")]
"""What a sandbox or a snapshot can be called."""


def whole(value: object) -> object:
    """Return a whole number as one: JSON has 3.0 and 3 for the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(whole)
"""Lets whole numbers be written as they like; stands after their limits."""

HowMany = Annotated[int, Field(ge=0, le=MAX_COUNT), WHOLE]
Ordinal = Annotated[int, Field(ge=1, le=MAX_COUNT), WHOLE]
GlobText = Annotated[str, Field(max_length=MAX_GLOB)]


def _parameters(values: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of a query string as they are sent."""
    return {name: _parameter(name, value) for name, value in values.items()}


def _parameter(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise problem("must be text, a number, true or false", name)


Parameters = Annotated[
    dict[str, Any],
    AfterValidator(_parameters),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    ),
]
"""Parameters of a query string."""


def instant_of(text: str) -> int:
    """Return the instant of a text that is one."""
    instant = parse_instant(text)
    if instant is None:
        raise ValueError(text)
    return instant


def _action(pattern: str) -> str:
    """Refuse what fits no action: nothing would ever be found or struck, and nobody would know."""
    actions = catalog().actions
    glob = Glob.parse(pattern, case_sensitive=True)
    if not any(map(glob.matches, actions)):
        close = difflib.get_close_matches(pattern, actions, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"fits no action of the API{hint}")
    return pattern


def _method(name: str) -> str:
    if name.upper() not in _METHODS:
        raise ValueError(f"must be one of {', '.join(_METHODS)}")
    return name


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Pattern(RequestModel):
    """What to look for in requests; what is not given may be anything."""

    action: Annotated[GlobText, AfterValidator(_action)] | None = Field(
        None, description="Action as a glob: experienceUsers.post, experienceUser.*"
    )
    method: Annotated[str, AfterValidator(_method)] | None = Field(
        None, description="GET, POST, PATCH, DELETE …"
    )
    path: GlobText | None = Field(
        None, description="Path as a glob, in which * is any run of characters, slashes too."
    )
    query: Parameters | None = Field(
        None, description="Parameters of the query string that must be there."
    )
    body: Any = Field(
        None, description="JSON that must be in the body; objects may have more properties."
    )

    def pattern(self, status: int | str | None = None) -> RequestPattern:
        """Return the pattern as the journal takes it."""
        query: Mapping[str, str] | None = self.query
        return RequestPattern(
            action=self.action,
            method=self.method,
            path=self.path,
            query=query,
            body=self.body if "body" in self.model_fields_set else UNSET,
            status=status,
        )
