"""Operations of the control plane: what they take is read strictly, what they return as it is."""

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from mock_server.asgi.body import MAX_BODY
from mock_server.asgi.world import NoWorld
from mock_server.control.errors import ControlError, invalid
from mock_server.control.intake import read_body, read_json
from mock_server.control.models import WORLD
from mock_server.control.wording import shown
from mock_server.jsonio import encode
from mock_server.worlds.world import World

_NOTHING = (b"", b"{}", b"null")
"""Bodies that clients send where there is nothing to send."""

Endpoint = Callable[..., Awaitable[Any]]


def operations(tag: str) -> APIRouter:
    """Return a router for operations."""
    return APIRouter(
        tags=[tag],
        route_class=Operation,
        generate_unique_id_function=lambda route: to_camel(route.name),
    )


def answer(document: BaseModel | dict[str, Any] | None, status: int) -> Response:
    """Return what was asked for as it is answered.

    It may hold what clients of the mocked API sent, such as half a character, which neither
    FastAPI nor pydantic can write.
    """
    if document is None:
        return Response(status_code=status)
    value = document.model_dump() if isinstance(document, BaseModel) else document
    return Response(encode(value), status, media_type="application/json")


class Operation(APIRoute):
    """An operation, which takes no parameters and no body but those that it knows."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        status = options.get("status_code") or 200
        super().__init__(path, _answering(endpoint, status), **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()
        known = set(_parameters(self.dependant))
        limits = self.openapi_extra or {}
        limit = limits.get("x-max-body-bytes", MAX_BODY)
        max_lines = limits.get("x-max-json-lines-bytes", 0)
        takes_body = self.body_field is not None

        async def handle_strictly(request: Request) -> Any:
            _refuse_unknown(request, known)
            if takes_body:
                whole = await read_json(request, limit, max_lines)
                _refuse_after_the_end(request)
                return await handle(whole)
            if (await read_body(request, limit)).strip() not in _NOTHING:
                raise invalid(f"{request.method} {shown(request.scope['path'])} takes no body")
            _refuse_after_the_end(request)
            return await handle(request)

        return handle_strictly


def _answering(endpoint: Endpoint, status: int) -> Endpoint:
    @wraps(endpoint)
    async def answering(**given: Any) -> Response:
        result = await endpoint(**given)
        return result if isinstance(result, Response) else answer(result, status)

    return answering


def _parameters(dependant: Dependant) -> Iterable[str]:
    """Yield the names of all parameters of the query string."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _refuse_after_the_end(request: Request) -> None:
    """Refuse a request whose sandbox was deleted while its body was still on the way."""
    world: World = request.scope[WORLD]
    if world.deleted:
        error = NoWorld.deleted(world.name or "")
        raise ControlError(error.status, error.kind, error.message)


def _refuse_unknown(request: Request, known: set[str]) -> None:
    if not request.scope["query_string"]:
        return
    for name in request.query_params:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise invalid(f"{shown(name)} is not a known parameter; known: {names}")
