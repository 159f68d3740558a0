"""The route class of the mocked API: validate, authenticate, authorize, look up, act."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args, get_origin

from fastapi import params
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from mock_server.asgi.world import world_of_scope
from mock_server.auth.scopes import APPLICATION_FREE_ACTIONS, Principal, grants, is_granted
from mock_server.domain import problems
from mock_server.domain.errors import (
    Forbidden,
    ForeignApplication,
    MethodNotAllowed,
    MissingToken,
    NotFound,
    NotImplementedByMock,
    ValidationFailed,
)
from mock_server.domain.ids import is_object_id
from mock_server.domain.records import Application
from mock_server.jsonio import encode, encode_page
from mock_server.losant.context import ABSENT, RequestContext, context_of
from mock_server.losant.hypermedia import Hypermedia
from mock_server.losant.middleware.headers import PREFLIGHT
from mock_server.losant.responses import ERRORS, JsonResponse
from mock_server.schemas.fields import ObjectId
from mock_server.schemas.listings import ListParameters, Parameters
from mock_server.schemas.validation import WireModel
from mock_server.worlds.world import World

T = TypeVar("T")

APPLICATION = "Application"
BEARER = "accessToken"
"""What the OpenAPI document calls the way in which tokens are sent."""

ApplicationId = Annotated[ObjectId, params.Path(alias="applicationId")]
Endpoint = Callable[..., Awaitable[Response]]


class Call(Request):
    """A request that has passed all checks: who asks, in which world, for which application."""

    def __init__(
        self, scope: Scope, world: World, principal: Principal, parameters: Parameters
    ) -> None:
        super().__init__(scope)
        self.world = world
        self.settings = world.settings
        self.store = world.store
        self.principal = principal
        self._parameters = parameters
        self._application: Application | None = None

    @property
    def application(self) -> Application:
        """The application that the path names."""
        if self._application is None:
            raise LookupError("the path of this action names no application")
        return self._application

    async def look_up(self, application_id: str) -> None:
        """Look up the application that the path names.

        :raises NotFound: when there is none with this id
        :raises ForeignApplication: when the token belongs to another one
        """
        if self.principal.application_id not in (None, application_id):
            raise ForeignApplication(APPLICATION)
        self._application = found(await self.store.application(application_id), APPLICATION)

    def hypermedia(self, resource: str) -> Hypermedia:
        """Return what the request wants to see around ``resource``."""
        return Hypermedia.of(resource, self._parameters, self.principal)

    def entity(self, resource: str, href: str, document: Mapping[str, Any]) -> bytes:
        """Return a resource as it is answered, with its hypermedia."""
        return encode({**document, **self.hypermedia(resource).around(href)})

    def page(
        self,
        resource: str,
        href: str,
        items: Sequence[bytes],
        total_count: int,
        **more: str,
    ) -> Response:
        """Answer one page of a listing.

        :param items: the resources on it, as they are answered
        :param total_count: how many there are on all pages
        :param more: what this listing says besides
        """
        if not isinstance(self._parameters, ListParameters):
            raise TypeError(f"{resource} is not declared as a listing")
        frame = self._parameters.frame(self.settings, len(items), total_count)
        around = self.hypermedia(resource).around(href)
        return JsonResponse(encode_page(items, {**frame, **more, **around}))


def found(record: T | None, noun: str) -> T:
    """Return a record that was looked up.

    :param noun: what the API calls such a record
    :raises NotFound: when there is none
    """
    if record is None:
        raise NotFound(noun)
    return record


async def answer_unmocked(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that no path operation is for (contract, section 1).

    :raises ApiError: 501 for an action of the real API that the mock does not have, 405 for what
        is no action, or why the request could not be read
    """
    if scope["type"] == "websocket":
        await WebSocketClose()(scope, receive, send)
        return
    context = context_of(scope)
    if context.method == "OPTIONS":
        await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
        return
    if context.error is not None:
        raise context.error
    if context.action is None:
        raise MethodNotAllowed(context.method)
    raise NotImplementedByMock(context.action)


class LosantRoute(APIRoute):
    """A path operation of the mocked API. Its name is that of the action.

    The signature declares what the action takes: ids from the path, one model for the query
    string, one for the body. FastAPI documents it. This class checks it, because the API has an
    order of checks and messages of its own (contract, sections 2 and 4).
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        action = options["name"]
        summary, _, more = inspect.cleandoc(endpoint.__doc__ or action).partition("\n\n")
        options.update(operation_id=action, summary=summary, description=more)
        options["responses"] = {**ERRORS, **(options.get("responses") or {})}
        options["openapi_extra"] = {"security": _security(action)}
        super().__init__(path, endpoint, **options)
        self._signature = _Signature.of(endpoint)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match by the action, which the catalogue has found already.

        The catalogue compares the path as it was sent, in which a slash may be ``%2F``.
        """
        is_meant = context_of(scope).action == self.name
        return (Match.FULL if is_meant else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the checks, then the operation.

        :raises ApiError: for the first check that fails, or what the operation refuses
        """
        context, world = context_of(scope), world_of_scope(scope)
        arguments = self._signature.validated(context)
        principal = await self._authorized(context, world)
        call = Call(scope, world, principal, arguments[self._signature.query[0]])
        if "application_id" in arguments:
            await call.look_up(arguments["application_id"])
        response: Response = await self.endpoint(call, **arguments)
        await response(scope, receive, send)

    async def _authorized(self, context: RequestContext, world: World) -> Principal:
        if self.name not in grants():
            return Principal()  # logging in takes no token, and looks at none
        token = context.token
        principal = Principal() if token is None else await world.principal_of(token)
        if not is_granted(self.name, principal):
            raise MissingToken if token is None else Forbidden(self._why_not(principal))
        return principal

    def _why_not(self, principal: Principal) -> str:
        if self.name in APPLICATION_FREE_ACTIONS and principal.application_id is not None:
            return f"a token of one application may not {self.name}"
        granted = ", ".join(sorted(principal.scopes)) or "nothing"
        needed = ", ".join(sorted(grants()[self.name]))
        return f"the token grants {granted}; needed is one of {needed}"


def _security(action: str) -> list[dict[str, list[str]]]:
    """Return what the action needs, for OpenAPI: a token with any one of these scopes."""
    return [{BEARER: [scope]} for scope in sorted(grants().get(action, ()))]


@dataclass(frozen=True)
class _Signature:
    """What a path operation takes, by the names of its arguments."""

    ids: Mapping[str, str]
    """Argument → parameter of the path."""
    query: tuple[str, type[WireModel]]
    defaults: WireModel
    """The parameters of a request that has no query string."""
    body: tuple[str, str, type[WireModel]] | None
    """Argument, what error messages call the body, and its model."""

    @classmethod
    def of(cls, endpoint: Endpoint) -> _Signature:
        ids: dict[str, str] = {}
        query = body = None
        for name, parameter in inspect.signature(endpoint, eval_str=True).parameters.items():
            kind, declared = _declared(parameter.annotation)
            if isinstance(declared, params.Path):
                ids[name] = declared.alias or name
            elif isinstance(declared, params.Query):
                query = name, kind
            elif isinstance(declared, params.Body):
                body = name, declared.title or name, kind
        if query is None:
            raise TypeError(f"{endpoint.__name__} declares no parameters of the query string")
        return cls(ids, query, query[1].read(None, {}), body)

    def validated(self, context: RequestContext) -> dict[str, Any]:
        """Return the arguments for a request.

        :raises ApiError: for the first value that is not right: path, query string, body
        """
        # A body that can not be read at all is refused before anything is looked at.
        sent = ABSENT if self.body is None else context.json()
        path = context.path_parameters
        arguments: dict[str, Any] = {
            name: _object_id(parameter, path[parameter]) for name, parameter in self.ids.items()
        }
        name, model = self.query
        parameters = context.parameters
        arguments[name] = model.read(None, dict(parameters)) if parameters else self.defaults
        if self.body is not None:
            name, shown, model = self.body
            if sent is ABSENT:
                raise ValidationFailed(shown, problems.REQUIRED)
            arguments[name] = model.read(shown, sent)
        return arguments


def _declared(annotation: Any) -> tuple[Any, Any]:
    """Return type and FastAPI's declaration of an ``Annotated`` argument."""
    if get_origin(annotation) is not Annotated:
        return annotation, None
    kind, *metadata = get_args(annotation)
    kinds = (params.Path, params.Query, params.Body)
    return kind, next((one for one in metadata if isinstance(one, kinds)), None)


def _object_id(parameter: str, value: str) -> str:
    if not is_object_id(value):
        raise ValidationFailed(parameter, problems.PATTERN_MISMATCH)
    return value.lower()
