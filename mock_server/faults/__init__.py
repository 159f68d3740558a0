"""Faults: errors, delays and broken connections that are injected into the mocked API."""

from mock_server.faults.faults import ActiveFault, Faults
from mock_server.faults.injection import Answer, Corruption, Ending, Injection

__all__ = ["ActiveFault", "Answer", "Corruption", "Ending", "Faults", "Injection"]
