"""Handles of every kind, which all do the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from http.client import HTTPConnection
from json import dumps, loads
from typing import Any

import pytest

from mock_server import LosantMock, MockServer
from tests.client.servers import Served, serve

OTHER_APPLICATION = "b" * 24
SEED: Mapping[str, Any] = {
    "accounts": [{"email": "admin@example.com", "password": "password1234"}],
    "applications": [
        {"name": "First", "id": "a" * 24},
        {"name": "Other", "id": OTHER_APPLICATION, "users": [{"email": "other@example.com"}]},
    ],
}

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="session")
def own_server() -> Iterator[MockServer]:
    """A server on a thread of this process."""
    with MockServer() as server:
        yield server


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A server in a process of its own."""
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def remote_server(served: Served) -> Iterator[LosantMock]:
    """The handle on it."""
    with LosantMock(served.url) as server:
        yield server


@pytest.fixture(params=["server", "sandbox", "remote server", "remote sandbox"])
def losant(
    request: pytest.FixtureRequest, own_server: MockServer, remote_server: LosantMock
) -> Iterator[LosantMock]:
    """A world with two applications, the first of them empty."""
    server = remote_server if "remote" in request.param else own_server
    with ExitStack() as stack:
        if "sandbox" in request.param:
            yield stack.enter_context(server.sandbox(fixtures=SEED))
        else:
            server.reset()
            server.load(SEED)
            yield server


@pytest.fixture
def other_application() -> str:
    """The id of the application that is not the first."""
    return OTHER_APPLICATION


@pytest.fixture
def ask() -> Ask:
    """Ask the mocked API as a client does, and return status and answer."""

    def send(
        losant: LosantMock, method: str = "GET", path: str = "users", body: Any = None
    ) -> tuple[int, Any]:
        address, _, base = losant.url.removeprefix("http://").partition("/")
        connection = HTTPConnection(address)
        prefix = f"/{base}" if base else ""
        connection.request(
            method,
            f"{prefix}/applications/{losant.application_id}/experience/{path}",
            None if body is None else dumps(body),
            {"Authorization": f"Bearer {losant.token()}", "Content-Type": "application/json"},
        )
        try:
            response = connection.getresponse()
            return response.status, loads(response.read())
        finally:
            connection.close()

    return send


@pytest.fixture
def unchanged(losant: LosantMock) -> Iterator[None]:
    """Check that a test, whatever it tries, changes nothing."""
    before = losant.state()
    yield
    assert losant.state() == before
