"""The control plane as one application."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from mock_server.api.control import (
    clock,
    docs,
    errors,
    faults,
    requests,
    sandboxes,
    server,
    snapshots,
    state,
)
from mock_server.api.control.guard import Guard
from mock_server.control.worlds import Worlds
from mock_server.version import __version__

_ROUTERS = (server, snapshots, state, requests, faults, clock, sandboxes, docs)


def control_plane(worlds: Worlds) -> ASGIApp:
    """Return the application that answers below ``/_mock``."""
    app = FastAPI(
        title="losant-mock-server control plane",
        description="The mock's own state over HTTP, beside the API that it mocks.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.worlds = worlds
    errors.install(app)
    for module in _ROUTERS:
        app.include_router(module.router)
    return Guard(app, worlds.main.settings)
