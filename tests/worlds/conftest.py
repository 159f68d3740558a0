"""A server with a seed, to make sandboxes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import httpx2 as httpx
import pytest

from mock_server import MockServer
from mock_server.client import LosantMock
from tests.worlds.calls import Api

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    """The server in which all sandboxes are made."""
    with MockServer(fixtures=["demo"]) as running:
        yield running


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client for any URL."""
    with httpx.Client(limits=httpx.Limits(keepalive_expiry=1.0)) as shared:
        yield shared


@pytest.fixture(autouse=True)
def _afresh(server: MockServer, client: httpx.Client) -> None:
    """Begin every test with the seed, without sandboxes and snapshots."""
    for sandbox in client.get(f"{server.url}/_mock/sandboxes").json()["items"]:
        server.in_sandbox(sandbox["name"]).delete()
    client.delete(f"{server.url}/_mock/snapshots")
    server.reset()


@pytest.fixture
def name() -> str:
    """A name that no sandbox had before."""
    return f"new-{next(_NUMBERS)}"


@pytest.fixture
def api(client: httpx.Client) -> Callable[..., Api]:
    """Reach the mocked API of a world."""

    def reach(losant: LosantMock) -> Api:
        return Api(losant, client)

    return reach


@pytest.fixture
def sandbox(server: MockServer) -> LosantMock:
    """A sandbox that begins with the seed."""
    return server.sandbox()


@pytest.fixture
def other(server: MockServer) -> LosantMock:
    """Another one."""
    return server.sandbox()
