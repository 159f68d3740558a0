"""A local mock of the Losant API's Experience Users, for tests.

Importing this package imports next to nothing: the names below load when they are used, because
the pytest plugin in it is imported in every pytest run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_server.version import __version__

if TYPE_CHECKING:
    from mock_server.app import create_app as create_app
    from mock_server.client import ControlPlaneError as ControlPlaneError
    from mock_server.client import LosantMock as LosantMock
    from mock_server.seeds.mistakes import FixtureError as FixtureError
    from mock_server.server import MockServer as MockServer
    from mock_server.settings import Settings as Settings

__all__ = [
    "ControlPlaneError",
    "FixtureError",
    "LosantMock",
    "MockServer",
    "Settings",
    "__version__",
    "create_app",
]

_HOMES = {
    "ControlPlaneError": "mock_server.client",
    "LosantMock": "mock_server.client",
    "FixtureError": "mock_server.seeds.mistakes",
    "MockServer": "mock_server.server",
    "Settings": "mock_server.settings",
    "create_app": "mock_server.app",
}


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
