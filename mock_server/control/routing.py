"""The routers of the control plane, and the class of their routes."""

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from mock_server.asgi.body import MAX_BODY
from mock_server.asgi.world import NoWorld, world_of_scope
from mock_server.control.bodies import MAX_BYTES, MAX_JSON_LINES_BYTES, read_json, refuse_body
from mock_server.control.errors import BODY_REFUSALS, REFUSALS
from mock_server.control.wording import shown
from mock_server.jsonio import encode

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
        super().__init__(path, _answering(endpoint, options.get("status_code") or 200), **options)
        if self.body_field is None:
            for status in BODY_REFUSALS:
                self.responses.pop(status, None)
        else:
            self.openapi_extra = {MAX_BYTES: MAX_BODY, **(self.openapi_extra or {})}

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()
        known = set(_parameters(self.dependant))
        limits = self.openapi_extra or {}
        limit, max_lines = limits.get(MAX_BYTES, MAX_BODY), limits.get(MAX_JSON_LINES_BYTES, 0)
        takes_body = self.body_field is not None

        async def handle_strictly(request: Request) -> Any:
            if request.scope["query_string"]:
                _refuse_unknown(request.query_params, known)
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


def _parameters(dependant: Dependant) -> Iterable[str]:
    """Yield the names of all parameters of the query string."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (inner.alias or name for name, inner in model.model_fields.items())
        else:
            yield field.alias
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _refuse_unknown(parameters: Iterable[str], known: set[str]) -> None:
    for name in parameters:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise HTTPException(400, f"{shown(name)} is not a known parameter; known: {names}")
