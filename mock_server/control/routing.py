"""What all operations share: the class of their routes, their routers, and types of values."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from mock_server.asgi.body import MAX_BODY
from mock_server.asgi.sandbox import NoWorld, world_of_scope
from mock_server.control.bodies import MAX_BYTES, MAX_JSON_LINES_BYTES, read_json, refuse_body
from mock_server.control.errors import BODY_REFUSALS, REFUSALS, shown
from mock_server.domain.clock import format_instant
from mock_server.domain.ids import is_object_id
from mock_server.jsonio import encode
from mock_server.schemas.fields import OBJECT_ID_SCHEMA
from mock_server.worlds.registry import NAME, Worlds
from mock_server.worlds.world import World

Endpoint = Callable[..., Awaitable[Any]]
Responses = dict[int | str, dict[str, Any]]


def operations(tag: str, responses: Responses = REFUSALS) -> APIRouter:
    """Return the router of a tag.

    :param responses: the error responses of its operations
    """
    return APIRouter(
        tags=[tag],
        responses=responses,
        route_class=Operation,
        generate_unique_id_function=lambda route: to_camel(route.name),
    )


async def _world(request: Request) -> World:
    return world_of_scope(request.scope)


async def _worlds(request: Request) -> Worlds:
    worlds: Worlds = request.app.state.worlds
    return worlds


InWorld = Annotated[World, Depends(_world)]
"""The world that a request is for."""
InWorlds = Annotated[Worlds, Depends(_worlds)]
"""All worlds of the server."""


def _object_id(text: str) -> str:
    if not is_object_id(text):
        raise ValueError("must be an id, which has 24 hexadecimal digits")
    return text


ObjectId = Annotated[str, AfterValidator(_object_id), OBJECT_ID_SCHEMA]
NameText = Annotated[str, Field(pattern=f"^{NAME}$")]
"""A name that a sandbox or a snapshot can have."""
Instant = Annotated[int, PlainSerializer(format_instant, return_type=str)]
"""An instant in milliseconds, written as a date."""


class ResponseModel(BaseModel):
    """An object that the control plane answers, made of an object of the same attributes."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        from_attributes=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )


class JsonResponse(Response):
    """A model or a JSON object, written by the encoder of the mocked API.

    It may hold what clients of the mocked API sent, such as unpaired surrogates, which neither
    FastAPI nor pydantic can write.
    """

    media_type = "application/json"

    def render(self, content: BaseModel | dict[str, Any]) -> bytes:
        return encode(content.model_dump() if isinstance(content, BaseModel) else content)


class Operation(APIRoute):
    """A route that refuses parameters and bodies which the operation does not declare.

    FastAPI can forbid unknown parameters, but only where a model of parameters is declared.
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        # FastAPI would make a title of the function's name.
        summary, _, more = inspect.cleandoc(endpoint.__doc__ or "").partition("\n\n")
        options.update(summary=summary.rstrip("."), description=more)
        super().__init__(path, _answering(endpoint, options.get("status_code") or 200), **options)
        if self.body_field is None:
            for status in BODY_REFUSALS:
                self.responses.pop(status, None)
        else:
            self.openapi_extra = {MAX_BYTES: MAX_BODY, **(self.openapi_extra or {})}

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()
        known = {field.alias for field in get_flat_params(self.dependant)} - {
            *self.param_convertors
        }
        limits = self.openapi_extra or {}
        limit, max_lines = limits.get(MAX_BYTES, MAX_BODY), limits.get(MAX_JSON_LINES_BYTES, 0)
        takes_body = self.body_field is not None

        async def handle_strictly(request: Request) -> Any:
            if request.scope["query_string"]:
                _refuse_unknown(request, known)
            if takes_body:
                request = await read_json(request, limit, max_lines)
            else:
                await refuse_body(request)
            world = world_of_scope(request.scope)
            if world.deleted:  # while the body was being sent
                raise NoWorld.deleted(world.name or "")
            return await handle(request)

        return handle_strictly


def _answering(endpoint: Endpoint, status: int) -> Endpoint:
    """Return the endpoint with its result as a response, which FastAPI sends as it is."""

    @wraps(endpoint)
    async def answering(**arguments: Any) -> Response:
        result = await endpoint(**arguments)
        if isinstance(result, Response):
            return result
        return Response(status_code=status) if result is None else JsonResponse(result, status)

    return answering


def _refuse_unknown(request: Request, known: set[str]) -> None:
    """Refuse parameters of the query string that the operation does not have."""
    for name in request.query_params:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise HTTPException(400, f"{shown(name)} is not a known parameter; known: {names}")
