"""Fixtures for pytest, loaded by entry point.

Every pytest run of everybody who installs the package imports this module, so it imports nothing
heavy itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import mock_server

if TYPE_CHECKING:
    from mock_server.server import MockServer


@pytest.fixture(scope="session")
def losant_server() -> Iterator[MockServer]:
    """A mock server that runs as long as the test session."""
    with mock_server.MockServer() as server:
        yield server


@pytest.fixture
def losant(losant_server: MockServer) -> MockServer:
    """The mock server, in its first state. Give a client its ``url`` and a ``token(*scopes)``."""
    losant_server.reset()
    return losant_server
