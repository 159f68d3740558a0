"""The whole application: the only place that names implementations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from mock_server.api import (
    application_api_tokens,
    applications,
    auth,
    experience_groups,
    experience_users,
)
from mock_server.api.control.routes import control_plane
from mock_server.api.deferred import Deferred
from mock_server.api.losant import LosantApi, Observer
from mock_server.control.world import World
from mock_server.seeding.files import read_sources
from mock_server.settings import Settings
from mock_server.store.memory import MemoryStore

ENDPOINTS = (
    *auth.ENDPOINTS,
    *applications.ENDPOINTS,
    *application_api_tokens.ENDPOINTS,
    *experience_users.ENDPOINTS,
    *experience_groups.ENDPOINTS,
)


def create_app(settings: Settings | None = None, *, observe: Observer | None = None) -> FastAPI:
    """Return the mock as an ASGI application, to be served or mounted.

    :param settings: by default those of the environment variables
    :param observe: called after each request of the mocked API
    :raises FixtureError: when the fixtures in the settings can not be loaded
    """
    settings = Settings() if settings is None else settings
    world = World(settings, MemoryStore(), read_sources(settings.fixtures))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await world.ready()
        yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.world = world
    app.mount("/_mock", Deferred(lambda: control_plane(world)))
    # Whatever is not the control plane's is the API's, even what no router takes for a path.
    app.router.default = LosantApi(world, ENDPOINTS, observe)
    app.router.redirect_slashes = False
    return app
