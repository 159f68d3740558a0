"""What is running, and tokens for it."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from mock_server.control.models import InWorld, ObjectId, ResponseModel
from mock_server.control.operations import operations
from mock_server.query.listing import ListQuery, Window
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.request_model import MAX_SECONDS, RequestModel
from mock_server.version import API_VERSION, __version__
from mock_server.worlds.world import World

_ALL = 1_000_000

router = operations("server")


class Health(ResponseModel):
    """Whether the server is alive, or seeded."""

    status: str


class ApplicationInfo(ResponseModel):
    """An application, and how much it holds now."""

    id: str
    name: str
    users: int
    groups: int
    api_tokens: int


class Info(ResponseModel):
    """What is running, and where to begin."""

    version: str
    api_version: str
    sandbox: str | None = Field(description="Name of the sandbox that was asked; null outside.")
    application_id: str = Field(description="Id of the first application of the seed.")
    account: str = Field(description="Email address of the first account of the seed.")
    applications: list[ApplicationInfo]
    requests: int = Field(description="How many requests there were since the last reset.")
    settings: dict[str, Any] = Field(description="All but the secret ones.")


class TokenRequest(RequestModel):
    """A token to make."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"scope": ["experienceUsers.*", "experienceUser.*"], "expiresIn": 3600}]
        }
    )

    scope: Annotated[list[str], FirstMistake()] = Field(
        ["all.Application"], description="Scopes that the token grants."
    )
    application_id: ObjectId | None = Field(
        None, description="The only application it works in; by default it works in all."
    )
    expires_in: float | None = Field(
        None,
        ge=-MAX_SECONDS,
        le=MAX_SECONDS,
        description="Seconds until it expires, by the world's clock; may be negative, never by"
        " default.",
    )


class Token(ResponseModel):
    """A token that works."""

    token: str


@router.get("/health")
async def health() -> Health:
    """Tell that the server is alive."""
    return Health(status="ok")


@router.get("/ready")
async def ready() -> Health:
    """Tell that the seed is loaded."""
    return Health(status="ok")


@router.get("/info")
async def info(world: InWorld) -> Info:
    """Tell what is running."""
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
    query = ListQuery(sort_field="creationDate", descending=False, window=Window(0, _ALL))
    found = []
    for application in (await world.store.applications(query)).items:
        counts = await world.store.counts(application.id)
        found.append(
            ApplicationInfo(
                id=application.id,
                name=application.name,
                users=counts.users,
                groups=counts.groups,
                api_tokens=counts.api_tokens,
            )
        )
    return found


class ApiToken(ResponseModel):
    """An API token, which may have expired, and what a client sends."""

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
    """List the API tokens of the world, with what the real API shows only once."""
    return ApiTokens(
        items=[
            ApiToken(
                id=token.id,
                application_id=token.application_id,
                name=token.name,
                scope=list(token.scope),
                status=token.status,
                expiration_date=token.expiration_date,
                token=world.tokens.for_api_token(token),
            )
            for application in await world.store.all_applications()
            for token in await world.store.all_api_tokens(application.id)
        ]
    )


@router.post("/tokens", status_code=201)
async def make_token(world: InWorld, wanted: TokenRequest) -> Token:
    """Make a token. It works in every sandbox, for none of them keeps it."""
    seconds = wanted.expires_in
    signed = world.token(
        tuple(wanted.scope),
        application_id=wanted.application_id,
        lifetime=None if seconds is None else timedelta(seconds=seconds),
    )
    return Token(token=signed)
