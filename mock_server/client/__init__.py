"""The handle that a test holds: a thin client of the control plane, for any server."""

from mock_server.client.connection import ControlPlaneError
from mock_server.client.losant_mock import LosantMock

__all__ = ["ControlPlaneError", "LosantMock"]
