"""An API to talk to, with a token that may do everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer

MakeApi = Callable[..., "Api"]


class Api:
    """Calls to the application of a server."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.client = httpx.Client(
            base_url=f"{server.url}/applications/{server.application_id}",
            headers={"Authorization": f"Bearer {server.token()}"},
        )

    def __call__(
        self, method: str, path: str, body: Any = None, token: str | None = None, **query: str
    ) -> httpx.Response:
        """Send a request; the path is that below the application, or begins with the URL."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.client.request(method, path, json=body, params=query, headers=headers)

    def user(self, email: str = "ann@example.com", **properties: Any) -> dict[str, Any]:
        """Create a user and return it."""
        body = {"email": email, "password": "password1", **properties}
        response = self("POST", "experience/users", body)
        assert response.status_code == 201, response.text
        document: dict[str, Any] = response.json()
        return document

    def group(self, name: str = "Sales", **properties: Any) -> dict[str, Any]:
        """Create a group and return it."""
        response = self("POST", "experience/groups", {"name": name, **properties})
        assert response.status_code == 201, response.text
        document: dict[str, Any] = response.json()
        return document

    def api_token(self, **properties: Any) -> dict[str, Any]:
        """Create an API token and return it."""
        response = self("POST", "tokens", {"name": "t", **properties})
        assert response.status_code == 201, response.text
        document: dict[str, Any] = response.json()
        return document


@pytest.fixture
def make_api() -> Iterator[MakeApi]:
    """Make servers with settings of their own."""
    apis: list[Api] = []

    def make(**settings: Any) -> Api:
        server = MockServer(**settings)
        server.start()
        apis.append(Api(server))
        return apis[-1]

    yield make
    for api in apis:
        api.client.close()
        api.server.stop()


@pytest.fixture
def api(losant: MockServer) -> Iterator[Api]:
    """The shared server in its first state."""
    api = Api(losant)
    yield api
    api.client.close()
