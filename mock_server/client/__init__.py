"""The Python client of a mock server's control plane."""

from mock_server.client.connection import ControlPlaneError
from mock_server.client.losant_mock import LosantMock

__all__ = ["ControlPlaneError", "LosantMock"]
