"""What is running, and access tokens for it."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from mock_server.control.errors import OPEN_REFUSALS
from mock_server.control.routing import InWorld, ObjectId, ResponseModel, operations
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.request_model import MAX_SECONDS, RequestModel
from mock_server.version import API_VERSION, __version__
from mock_server.worlds.world import World

router = operations("server")
open_router = operations("server", OPEN_REFUSALS)
"""Operations that need no admin token."""


class Health(ResponseModel):
    """The server is alive, or seeded."""

    status: str


class ApplicationInfo(ResponseModel):
    """An application, and how many records it has."""

    id: str
    name: str
    users: int
    groups: int
    api_tokens: int


class Info(ResponseModel):
    """What is running."""

    version: str
    api_version: str
    sandbox: str | None = Field(description="Name of this sandbox; null for the main state.")
    application_id: str = Field(description="Id of the first seeded application.")
    account: str = Field(description="Email address of the first seeded account.")
    applications: list[ApplicationInfo]
    requests: int = Field(description="How many requests were received since the last reset.")
    settings: dict[str, Any] = Field(description="The settings, except secret ones.")


class TokenRequest(RequestModel):
    """An access token to create."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"scope": ["experienceUsers.*", "experienceUser.*"], "expiresIn": 3600}]
        }
    )

    scope: Annotated[list[str], FirstMistake()] = Field(
        ["all.Application"], description="The scopes that the token grants."
    )
    application_id: ObjectId | None = Field(
        None, description="The only application it is valid for; by default it is valid for all."
    )
    expires_in: float | None = Field(
        None,
        ge=-MAX_SECONDS,
        le=MAX_SECONDS,
        description="Seconds until it expires, by the mock's clock; may be negative. By default it"
        " never expires.",
    )


class Token(ResponseModel):
    """A signed access token."""

    token: str


@open_router.get("/health")
async def health() -> Health:
    """Answer once the server is alive."""
    return Health(status="ok")


@open_router.get("/ready")
async def ready() -> Health:
    """Answer once the seed is loaded."""
    return Health(status="ok")


@router.get("/info")
async def info(world: InWorld) -> Info:
    """Return what is running: version, settings, and the size of each application."""
    return Info(
        version=__version__,
        api_version=API_VERSION,
        sandbox=world.name,
        application_id=world.application_id,
        account=world.start.account.email,
        applications=await _applications(world),
        requests=world.journal.total,
        settings=world.settings.public(),
    )


async def _applications(world: World) -> list[ApplicationInfo]:
    applications = await world.store.all_applications()
    return [
        ApplicationInfo(id=one.id, name=one.name, **asdict(await world.store.counts(one.id)))
        for one in sorted(applications, key=lambda one: (one.creation_date, one.id))
    ]


class ApiToken(ResponseModel):
    """An API token, which may have expired; ``token`` is what a client sends."""

    id: str
    application_id: str
    name: str
    scope: list[str]
    status: str
    expiration_date: str | None
    token: str


class ApiTokens(ResponseModel):
    """All API tokens, by application, oldest first."""

    items: list[ApiToken]


@router.get("/tokens")
async def list_tokens(world: InWorld) -> ApiTokens:
    """List the API tokens, each with the token that the real API shows only once."""
    return ApiTokens(
        items=[
            ApiToken(**{**asdict(token), "token": world.tokens.for_api_token(token)})
            for application in await world.store.all_applications()
            for token in await world.store.all_api_tokens(application.id)
        ]
    )


@router.post("/tokens", status_code=201)
async def make_token(world: InWorld, body: TokenRequest) -> Token:
    """Create a signed token. Tokens are not stored, so it is valid in every sandbox."""
    seconds = body.expires_in
    signed = world.token(
        tuple(body.scope),
        application_id=body.application_id,
        lifetime=None if seconds is None else timedelta(seconds=seconds),
    )
    return Token(token=signed)
