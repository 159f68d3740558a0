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

from mock_server.asgi.sandbox import world_of_scope
from mock_server.auth.scopes import APPLICATION_FREE_ACTIONS, Principal, grants, is_granted
from mock_server.domain import problems
from mock_server.domain.catalog import catalog
from mock_server.domain.errors import (
    Forbidden,
    ForeignApplication,
    MethodNotAllowed,
    MissingToken,
    NotFound,
    NotImplementedByMock,
    ValidationFailed,
)
from mock_server.domain.ids import DEFAULT_APPLICATION_ID, is_object_id
from mock_server.domain.records import Application
from mock_server.jsonio import encode, encode_page
from mock_server.losant.bodies import ABSENT
from mock_server.losant.context import RequestContext, context_of
from mock_server.losant.hypermedia import Hypermedia
from mock_server.losant.middleware.headers import PREFLIGHT
from mock_server.losant.responses import ERRORS, JsonResponse, json_response
from mock_server.schemas.fields import ObjectId
from mock_server.schemas.listings import ListParameters, Parameters
from mock_server.schemas.validation import WireModel
from mock_server.settings import UnknownGroupIds
from mock_server.store import Membership
from mock_server.worlds.world import World

T = TypeVar("T")

APPLICATION = "Application"
BEARER = "accessToken"
"""The name of the security scheme in the OpenAPI document."""

ApplicationId = Annotated[
    ObjectId, params.Path(alias="applicationId", examples=[DEFAULT_APPLICATION_ID])
]
Endpoint = Callable[..., Awaitable[Response]]


class Call(Request):
    """A request that has passed all checks: who asks, in which world, for which application."""

    def __init__(
        self,
        scope: Scope,
        world: World,
        principal: Principal,
        parameters: Parameters,
        application: Application | None,
    ) -> None:
        super().__init__(scope)
        self.world = world
        self.settings = world.settings
        self.store = world.store
        self.principal = principal
        self._parameters = parameters
        self._application = application

    @property
    def application(self) -> Application:
        """The application that the path names."""
        if self._application is None:
            raise LookupError("the path of this action names no application")
        return self._application

    def deleted(self) -> Response:
        """Answer a deletion."""
        return json_response({"success": True})

    def members(self, ids: Sequence[str]) -> Membership:
        """Return a membership in groups, or of users; the settings say what unknown ids do."""
        is_strict = self.settings.unknown_group_ids is UnknownGroupIds.REJECT
        return Membership(ids, strict=is_strict)

    def hypermedia(self, resource: str) -> Hypermedia:
        """Return the hypermedia of a resource, as the request asks for it."""
        return Hypermedia.of(resource, self._parameters, self.principal)

    def entity(self, resource: str, href: str, document: Mapping[str, Any]) -> bytes:
        """Return a resource with its hypermedia, as JSON."""
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

        :param items: the resources on the page, as JSON
        :param total_count: how many there are on all pages
        :param more: additional properties of this listing
        """
        if not isinstance(self._parameters, ListParameters):
            raise TypeError(f"{resource} is not declared as a listing")
        frame = self._parameters.frame(self.settings, len(items), total_count)
        around = self.hypermedia(resource).around(href)
        return JsonResponse(encode_page(items, {**frame, **more, **around}))


async def _application(world: World, principal: Principal, application_id: str) -> Application:
    """Return the application that a path names.

    :raises NotFound: when there is none with this id
    :raises ForeignApplication: when the token belongs to another one
    """
    if principal.application_id not in (None, application_id):
        raise ForeignApplication(APPLICATION)
    return found(await world.store.application(application_id), APPLICATION)


def found(record: T | None, noun: str) -> T:
    """Return a record, or raise an error if there is none.

    :param noun: the name of such records in error messages
    :raises NotFound: when there is none
    """
    if record is None:
        raise NotFound(noun)
    return record


async def answer_unmocked(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that matches no route (contract, section 1).

    :raises ApiError: 501 for an action that only the real API has, 405 if there is no such action,
        or the reason why the request could not be read
    """
    context = context_of(scope)
    if context.method == "OPTIONS":
        await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
        return
    if context.oversize is not None:
        raise context.oversize
    if context.action is None:
        raise MethodNotAllowed(context.method, catalog().methods(context.segments))
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
        self._signature = _Signature(endpoint)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match if the catalogue has found this route's action.

        Starlette would compare the decoded path, in which ``%2F`` has become a slash.
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
        application = None
        if "application_id" in arguments:
            application = await _application(world, principal, arguments["application_id"])
        parameters = arguments[self._signature.query]
        call = Call(scope, world, principal, parameters, application)
        response: Response = await self.endpoint(call, **arguments)
        await response(scope, receive, send)

    async def _authorized(self, context: RequestContext, world: World) -> Principal:
        token = context.token
        principal = Principal() if token is None else await world.principal_of(token)
        # Logging in needs no token, but does not take one that is not valid.
        if self.name in grants() and not is_granted(self.name, principal):
            raise MissingToken if token is None else Forbidden(self._why_not(principal))
        return principal

    def _why_not(self, principal: Principal) -> str:
        if self.name in APPLICATION_FREE_ACTIONS and principal.application_id is not None:
            return f"a token of one application may not {self.name}"
        granted = ", ".join(sorted(principal.scopes)) or "nothing"
        needed = ", ".join(sorted(grants()[self.name]))
        return f"the token grants {granted}; the action requires one of {needed}"


def _security(action: str) -> list[dict[str, list[str]]]:
    """Return the security requirement for OpenAPI: a token with any one of these scopes."""
    return [{BEARER: [scope]} for scope in sorted(grants().get(action, ()))]


@dataclass(frozen=True)
class _Argument:
    """An argument of a path operation: its name in the API, and its model."""

    name: str
    kind: type[params.Param] | type[params.Body]
    field: str
    model: type[WireModel]


class _Signature:
    """What a path operation takes. The order of its arguments is the order of the checks."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._arguments: list[_Argument] = []
        for name, parameter in inspect.signature(endpoint, eval_str=True).parameters.items():
            model, declared = _declared(parameter.annotation)
            if declared is not None:
                field = declared.alias or declared.title or name
                self._arguments.append(_Argument(name, type(declared), field, model))
        [query] = [one for one in self._arguments if issubclass(one.kind, params.Query)]
        self.query = query.name
        self._no_parameters = query.model.read(None, {})

    def validated(self, context: RequestContext) -> dict[str, Any]:
        """Return the arguments for a request.

        What is required and absent is found first, then every value in its turn (contract,
        section 2).

        :raises ApiError: for the first thing that is not right
        """
        body = context.read_body()
        for one in self._arguments:
            if body is ABSENT and issubclass(one.kind, params.Body):
                raise ValidationFailed(one.field, problems.REQUIRED)
        if not all(isinstance(sent, str) for sent in context.token_parameters):
            raise ValidationFailed("accessToken", problems.WRONG_TYPE)
        return {one.name: self._value(one, context, body) for one in self._arguments}

    def _value(self, argument: _Argument, context: RequestContext, body: Any) -> Any:
        if issubclass(argument.kind, params.Path):
            return _object_id(argument.field, context.path_parameters[argument.field])
        if issubclass(argument.kind, params.Body):
            return argument.model.read(argument.field, body)
        parameters = context.parameters
        return argument.model.read(None, dict(parameters)) if parameters else self._no_parameters


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
