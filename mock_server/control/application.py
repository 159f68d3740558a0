"""The control plane as one application."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from mock_server.control import (
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
from mock_server.control.entrance import Entrance
from mock_server.version import __version__
from mock_server.worlds.registry import Worlds

# Those first that tests ask for most: routes are looked through one by one.
_ROUTERS = (server, sandboxes, requests, faults, clock, snapshots, state)


def control_plane(worlds: Worlds) -> ASGIApp:
    """Return the application that answers below ``/_mock``."""
    app = FastAPI(
        title="losant-mock-server control plane",
        description="The mock's own state over HTTP, beside the API that it mocks.",
        version=__version__,
        openapi_url=None,
        redirect_slashes=False,
        # Put in as they are: routers that are included take longer to find a route.
        routes=[*(route for module in _ROUTERS for route in module.router.routes), *docs.ROUTES],
    )
    app.state.worlds = worlds
    errors.install(app)
    return Entrance(app, worlds)
