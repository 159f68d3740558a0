"""The control plane: the mock's own state over HTTP, for any language."""

from datetime import timedelta

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mock_server.control.world import World
from mock_server.version import API_VERSION, __version__
from mock_server.wire.encoding import encode

MAX_SECONDS = 100 * 365 * 24 * 3600
"""A hundred years: longer than anybody waits, and short enough for every date."""


class ControlModel(BaseModel):
    """An object of the control plane: camelCase names, no unknown ones."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, extra="forbid", serialize_by_alias=True
    )


class Health(ControlModel):
    """Whether the server is alive and seeded."""

    status: str


class Info(ControlModel):
    """What is running, and where to begin."""

    version: str
    api_version: str
    application_id: str


class TokenRequest(ControlModel):
    """A token to make."""

    scope: list[str] = Field(["all.Application"], description="Scopes that the token grants.")
    application_id: str | None = Field(
        None, pattern="^[A-Fa-f0-9]{24}$", description="The only application it works in."
    )
    expires_in: int | None = Field(
        None,
        ge=-MAX_SECONDS,
        le=MAX_SECONDS,
        description="Seconds until it expires; never by default.",
    )


class Token(ControlModel):
    """A token that works."""

    token: str


async def _refuse(request: Request, error: Exception) -> Response:
    """Tell what is wrong with a request, in the form of the API's errors, without repeating it."""
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    message = "; ".join(
        f"{'.'.join(map(str, detail['loc'][1:])) or 'body'}: {detail['msg']}" for detail in details
    )
    return Response(
        encode({"type": "Validation", "message": message}), 400, media_type="application/json"
    )


def control_plane(world: World) -> FastAPI:
    """Return the application that is mounted at ``/_mock``."""
    app = FastAPI(
        title="losant-mock-server control plane",
        version=__version__,
        exception_handlers={RequestValidationError: _refuse},
    )

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
        seconds = wanted.expires_in
        signed = world.token(
            tuple(wanted.scope),
            application_id=wanted.application_id,
            lifetime=None if seconds is None else timedelta(seconds=seconds),
        )
        return Token(token=signed)

    return app
