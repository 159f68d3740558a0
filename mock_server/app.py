"""The whole application: its worlds, routers and middleware."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.asgi.sandbox import SandboxMiddleware
from mock_server.domain.progress import Progress, no_progress
from mock_server.losant import (
    application_api_tokens,
    applications,
    auth,
    experience_groups,
    experience_users,
)
from mock_server.losant.experience_users import UserDocuments
from mock_server.losant.middleware.headers import HeadersMiddleware
from mock_server.losant.middleware.recording import Observer, RecordingMiddleware
from mock_server.losant.openapi import describe
from mock_server.losant.routing import answer_unmocked
from mock_server.settings import EnvironmentSettings, Settings
from mock_server.worlds.registry import Worlds

# Routes are tried in this order, so the most used ones come first.
ROUTERS = (
    experience_users.router,
    experience_groups.router,
    applications.router,
    application_api_tokens.router,
    auth.router,
)


# FastAPI looks for collectors of telemetry with each request, which takes longer than finding the
# route.
_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False}


def create_app(
    settings: Settings | None = None,
    *,
    observe: Observer | None = None,
    progress: Progress = no_progress,
) -> FastAPI:
    """Return the mock as an ASGI application, to be served or mounted.

    :param settings: by default those of the environment variables
    :param observe: called after each request of the mocked API
    :param progress: told how far the fixtures are read, and users are generated
    :raises FixtureError: when the fixtures in the settings cannot be loaded
    :raises ValueError: for an unknown locale
    """
    settings = EnvironmentSettings() if settings is None else settings
    worlds = Worlds(settings, progress)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await worlds.ready()
        yield

    app = FastAPI(
        lifespan=lifespan, openapi_url=None, redirect_slashes=False, telemetry=_NO_TELEMETRY
    )
    app.state.worlds = worlds
    app.state.user_documents = UserDocuments()
    # include_router() would build new routes from these.
    app.router.routes[:] = [route for router in ROUTERS for route in router.routes]
    app.router.default = answer_unmocked

    # A request passes through these from the last line to the first. They replace FastAPI's own
    # middleware, which would answer errors in its own way and take longer.
    losant: ASGIApp = RecordingMiddleware(app.router, worlds=worlds, observe=observe)
    losant = HeadersMiddleware(losant)
    control = _LazyApp(lambda: _control_plane(worlds, app))
    app.middleware_stack = SandboxMiddleware(losant, control=control, worlds=worlds)
    return app


class _LazyApp:
    """An ASGI application that is created by its first request, to save time at start-up."""

    def __init__(self, create: Callable[[], ASGIApp]) -> None:
        self._create = create

    @cached_property
    def _app(self) -> ASGIApp:
        return self._create()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        await self._app(scope, receive, send)


def _control_plane(worlds: Worlds, app: FastAPI) -> ASGIApp:
    """Return the control plane, whose modules take about as long to load as all others."""
    from mock_server.control.app import control_plane

    return control_plane(worlds, lambda: describe(app.routes))
