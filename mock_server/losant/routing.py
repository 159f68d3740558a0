"""What stands between a request and an action: the API's order of checks, alike for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mock_server.auth.principal import Principal
from mock_server.auth.scopes import APPLICATION_FREE_ACTIONS, grants, is_granted
from mock_server.domain import problems
from mock_server.domain.catalog import Route
from mock_server.domain.errors import Forbidden, MissingToken, ValidationFailed
from mock_server.domain.ids import is_object_id
from mock_server.jsonio import encode
from mock_server.losant.actions.auth import principal_of
from mock_server.losant.actions.caller import Caller
from mock_server.losant.hypermedia import Documents, Hypermedia
from mock_server.losant.reply import Reply
from mock_server.losant.request import ABSENT, Request, body_of
from mock_server.schemas.listings import Parameters
from mock_server.schemas.validation import WireModel
from mock_server.settings import Settings
from mock_server.worlds.world import World

P = TypeVar("P", bound=Parameters)
B = TypeVar("B", bound=WireModel | None)


@dataclass(frozen=True)
class Call(Generic[P, B]):
    """A request that passed all checks, with everything in it as typed values."""

    caller: Caller
    ids: Mapping[str, str]
    parameters: P
    body: B
    documents: Documents
    request: Request

    @property
    def world(self) -> World:
        return self.caller.world

    @property
    def settings(self) -> Settings:
        return self.caller.world.settings

    @property
    def application_id(self) -> str:
        return self.ids["applicationId"]

    def hypermedia(self, resource: str) -> Hypermedia:
        """Return what the request wants to see around ``resource``."""
        return Hypermedia.wanted(resource, self.request, self.caller.principal)


AnyCall = Call[Any, Any]
Handler = Callable[[Call[P, B]], Awaitable[Reply]]


@dataclass(frozen=True)
class BodySpec(Generic[B]):
    """The body that an action takes, and what error messages call it."""

    name: str
    model: type[B]


@dataclass(frozen=True)
class Endpoint(Generic[P, B]):
    """An action with what it takes."""

    action: str
    handler: Handler[P, B]
    parameters: type[P]
    body: BodySpec[B] | None = None

    async def answer(
        self,
        route: Route,
        request: Request,
        content: bytes | None,
        world: World,
        documents: Documents,
    ) -> Reply:
        """Check, then act (contract, section 2).

        :param content: the body; None for one that is too large
        :raises ApiError: for the first check that fails
        """
        sent = ABSENT if self.body is None else body_of(request, content)
        ids = _ids(route.values(request.segments))
        parameters = self.parameters.read(None, dict(request.parameters))
        body: Any = None if self.body is None else _body(self.body, sent)
        principal = await self._authorized(request, world)
        return await self.handler(
            Call(Caller(world, principal), ids, parameters, body, documents, request)
        )

    async def _authorized(self, request: Request, world: World) -> Principal:
        if self.action not in grants():
            return Principal()  # logging in takes no token, and looks at none
        token = request.token()
        principal = Principal() if token is None else await principal_of(world, token)
        if not is_granted(self.action, principal):
            raise MissingToken if token is None else Forbidden(self._why_not(principal))
        return principal

    def _why_not(self, principal: Principal) -> str:
        if self.action in APPLICATION_FREE_ACTIONS and principal.application_id is not None:
            return f"a token of one application may not {self.action}"
        granted = ", ".join(sorted(principal.scopes)) or "nothing"
        needed = ", ".join(sorted(grants()[self.action]))
        return f"the token grants {granted}; needed is one of {needed}"


def _ids(path: Mapping[str, str]) -> dict[str, str]:
    for name, value in path.items():
        if not is_object_id(value):
            raise ValidationFailed(name, problems.PATTERN_MISMATCH)
    return {name: value.lower() for name, value in path.items()}


def _body(spec: BodySpec[Any], sent: object) -> WireModel:
    if sent is ABSENT:
        raise ValidationFailed(spec.name, problems.REQUIRED)
    body: WireModel = spec.model.read(spec.name, sent)
    return body


def deleted() -> Reply:
    """Return the answer to every deletion."""
    return Reply(200, encode({"success": True}))
