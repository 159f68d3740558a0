"""The handle that a test holds: a thin client of the control plane, for any server."""

from mock_server.handle.connection import ControlPlaneError
from mock_server.handle.losant import LosantMock

__all__ = ["ControlPlaneError", "LosantMock"]
