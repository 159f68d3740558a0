"""What all objects of the control plane have in common."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from mock_server.asgi.world import world_of_scope
from mock_server.domain.clock import format_instant
from mock_server.worlds.registry import NAME, Worlds
from mock_server.worlds.world import World


class ResponseModel(BaseModel):
    """An object that the control plane answers, made of an object of the same attributes."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        from_attributes=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )


async def _world(request: Request) -> World:
    return world_of_scope(request.scope)


InWorld = Annotated[World, Depends(_world)]
"""The world that a request is for."""


async def _worlds(request: Request) -> Worlds:
    worlds: Worlds = request.app.state.worlds
    return worlds


InWorlds = Annotated[Worlds, Depends(_worlds)]
"""All worlds of the server."""


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
