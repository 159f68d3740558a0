"""The whole application: its worlds, routers and middleware."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from mock_server.asgi.lazy_app import LazyApp
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

# Those first that are asked for most: routes are tried one by one.
ROUTERS = (
    experience_users.router,
    experience_groups.router,
    applications.router,
    application_api_tokens.router,
    auth.router,
)


# FastAPI would ask with each request whether anybody collects it, which takes longer than to find
# the route.
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
    :raises FixtureError: when the fixtures in the settings can not be loaded
    :raises ValueError: when a locale in the settings is none
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
    # Not by include_router, which would build other routes from these.
    app.router.routes[:] = [route for router in ROUTERS for route in router.routes]
    app.router.default = answer_unmocked

    # The way of a request, read from the bottom up. It stands in the place of FastAPI's own
    # middleware: the API has errors of its own, and every microsecond is paid with each request.
    losant: ASGIApp = RecordingMiddleware(app.router, worlds=worlds, observe=observe)
    losant = HeadersMiddleware(losant)
    control = LazyApp(lambda: _control_plane(worlds, app))
    app.middleware_stack = SandboxMiddleware(losant, control=control, worlds=worlds)
    return app


def _control_plane(worlds: Worlds, app: FastAPI) -> ASGIApp:
    """Return the control plane, whose modules take about as long to load as all others."""
    from mock_server.control.app import control_plane

    return control_plane(worlds, lambda: describe(app.routes))
