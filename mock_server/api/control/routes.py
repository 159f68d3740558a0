"""The control plane: the mock's own state over HTTP, for any language."""

from fastapi import FastAPI
from pydantic import BaseModel, Field

from mock_server.control.world import World
from mock_server.version import API_VERSION, __version__


class Health(BaseModel):
    """Whether the server is alive and seeded."""

    status: str


class Info(BaseModel):
    """What is running, and where to begin."""

    version: str
    api_version: str
    application_id: str


class TokenRequest(BaseModel):
    """A token to make."""

    scope: list[str] = Field(["all.Application"], description="Scopes that the token grants.")
    application_id: str | None = Field(None, description="The only application it works in.")
    expires_in: int | None = Field(None, description="Seconds until it expires; never by default.")


class Token(BaseModel):
    """A token that works."""

    token: str


def control_plane(world: World) -> FastAPI:
    """Return the application that is mounted at ``/_mock``."""
    app = FastAPI(title="losant-mock-server control plane", version=__version__)

    @app.get("/health")
    async def health() -> Health:
        """Tell that the server is alive."""
        return Health(status="ok")

    @app.get("/info")
    async def info() -> Info:
        """Tell what is running."""
        return Info(
            version=__version__, api_version=API_VERSION, application_id=world.application_id
        )

    @app.post("/reset", status_code=204)
    async def reset() -> None:
        """Go back to the seeded state."""
        await world.reset()

    @app.post("/tokens", status_code=201)
    async def token(wanted: TokenRequest) -> Token:
        """Make a token."""
        now = world.clock.now()
        expires = None if wanted.expires_in is None else now + wanted.expires_in * 1000
        scopes = tuple(wanted.scope)
        signed = world.tokens.sign(
            scopes, now, application_id=wanted.application_id, expires=expires
        )
        return Token(token=signed)

    return app
