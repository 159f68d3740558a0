"""Servers that begin with a shipped set, and a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import LosantMock, MockServer

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    """A server on which sandboxes are made of each set."""
    with MockServer() as server:
        yield server


@pytest.fixture
def losant(server: MockServer, request: pytest.FixtureRequest) -> Iterator[LosantMock]:
    """A world of the set that the module is about."""
    with server.sandbox(fixtures=request.module.SET) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client that keeps its connection."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def ask(losant: LosantMock, client: httpx.Client) -> Ask:
    """Send a request to an application of the set, the first one by default."""

    def send(
        path: str,
        method: str = "GET",
        *,
        application: str | None = None,
        token: str | None = None,
        **options: Any,
    ) -> httpx.Response:
        base = f"{losant.url}/applications/{application or losant.application_id}"
        headers = {"Authorization": f"Bearer {token or losant.token()}"}
        return client.request(method, f"{base}{path}", headers=headers, **options)

    return send
