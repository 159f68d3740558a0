"""The whole application: the only place that names implementations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from mock_server.asgi.lazy_app import LazyApp
from mock_server.control.app import control_plane
from mock_server.domain.progress import Progress, no_progress
from mock_server.losant import (
    application_api_tokens,
    applications,
    auth,
    experience_groups,
    experience_users,
)
from mock_server.losant.middleware.recording import LosantApi, Observer
from mock_server.losant.middleware.sandbox import Dispatcher
from mock_server.settings import EnvironmentSettings, Settings
from mock_server.store.memory import MemoryStore
from mock_server.version import __version__
from mock_server.worlds.registry import Worlds

ENDPOINTS = (
    *auth.ENDPOINTS,
    *applications.ENDPOINTS,
    *application_api_tokens.ENDPOINTS,
    *experience_users.ENDPOINTS,
    *experience_groups.ENDPOINTS,
)


def create_app(
    settings: Settings | None = None,
    *,
    observe: Observer | None = None,
    progress: Progress = no_progress,
) -> FastAPI:
    """Return the mock as an ASGI application, to be served or mounted.

    :param settings: by default those of the environment variables
    :param observe: called after each request of the mocked API
    :param progress: told how far the fixtures are read, and users made up
    :raises FixtureError: when the fixtures in the settings can not be loaded
    :raises ValueError: when a locale in the settings is none
    """
    settings = EnvironmentSettings() if settings is None else settings
    worlds = Worlds(settings, MemoryStore, progress)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await worlds.ready()
        yield

    app = _App(
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.worlds = worlds
    control = LazyApp(lambda: control_plane(worlds, _mocked_openapi))
    app.dispatch = Dispatcher(worlds, LosantApi(ENDPOINTS, observe), control)
    return app


class _App(FastAPI):
    """FastAPI for being started, stopped and mounted; requests have a way of their own."""

    dispatch: Dispatcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Past all middleware: the API has errors and headers of its own, and the time matters.
        if scope["type"] == "http":
            await self.dispatch(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _mocked_openapi() -> dict[str, Any]:
    """Return the OpenAPI document of the mocked API."""
    path_parameter = {
        "name": "applicationId",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Losant API (mocked)", "version": __version__},
        "paths": {
            "/applications/{applicationId}/experience/users": {
                "get": {
                    "operationId": "experienceUsers.get",
                    "parameters": [path_parameter],
                    "responses": {"200": {"description": "A page of users."}},
                }
            }
        },
        "components": {"securitySchemes": {"accessToken": {"type": "http", "scheme": "bearer"}}},
        "security": [{"accessToken": []}],
    }
