"""A server with known contents, and the official Python client to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from losant_rest import Client, LosantError

from mock_server import MockServer
from tests.clients.listing import Listing

WORLD = Path(__file__).parent / "world.yaml"


@pytest.fixture(scope="session")
def world_server() -> Iterator[MockServer]:
    """A server that runs as long as the test session."""
    with pytest.MonkeyPatch.context() as patch, MockServer(fixtures=[str(WORLD)]) as server:
        # Clients heed the environment, but no proxy knows the way to this machine.
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("no_proxy", "127.0.0.1")
        yield server


@pytest.fixture
def server(world_server: MockServer) -> MockServer:
    """The server, in its first state."""
    world_server.reset()
    return world_server


@pytest.fixture
def connect(server: MockServer) -> Callable[[str], Client]:
    """Make a client from a token."""
    return lambda token: Client(auth_token=token, url=server.url)


@pytest.fixture
def client(server: MockServer) -> Client:
    """A client that may do everything."""
    return Client(auth_token=server.token("all.User"), url=server.url)


@pytest.fixture
def listing(client: Client, request: pytest.FixtureRequest) -> Listing:
    """The list of a resource, which is the fixture's parameter."""
    return Listing(request.param, client)


@pytest.fixture
def app_id(server: MockServer) -> str:
    """The application that has users and groups in it."""
    return server.application_id


@pytest.fixture
def refusal() -> Callable[..., tuple[int, Any]]:
    """Perform an action that must be refused, and return status and body of the answer."""

    def perform(action: Callable[..., Any], **parameters: Any) -> tuple[int, Any]:
        with pytest.raises(LosantError) as caught:
            action(**parameters)
        return caught.value.status, caught.value.data

    return perform
