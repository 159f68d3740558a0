"""Requests to the mocked API and to the control plane of a world, as any client sends them."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx

from mock_server.client import LosantMock

SEEDED = 8
"""How many users the demo has."""


@dataclass(frozen=True)
class Api:
    """The mocked API and the control plane of a world."""

    losant: LosantMock
    client: httpx.Client

    def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **query: str
    ) -> httpx.Response:
        """Send a request to the mocked API; ``…`` at the beginning is the first application."""
        path = path.replace("…", f"/applications/{self.losant.application_id}")
        token = token or self.losant.token("all.Application", "all.User")
        return self.client.request(
            method,
            self.losant.url + path,
            json=body,
            params=query,
            headers={"Authorization": f"Bearer {token}"},
        )

    def control(self, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
        """Send a request to the control plane."""
        return self.client.request(
            method, f"{self.losant.url}/_mock{path}", json=body, params=query
        )

    def create(self, email: str) -> dict[str, Any]:
        """Create a user and return it."""
        response = self("POST", "…/experience/users", {"email": email, "password": "password1"})
        assert response.status_code == 201, response.text
        created: dict[str, Any] = response.json()
        return created

    def emails(self) -> set[str]:
        """Return the addresses of all users."""
        items = self("GET", "…/experience/users", perPage="1000").json()["items"]
        return {user["email"] for user in items}

    def api_token(self) -> dict[str, Any]:
        """Create an API token and return it."""
        response = self("POST", "…/tokens", {"name": "Sync"})
        assert response.status_code == 201, response.text
        created: dict[str, Any] = response.json()
        return created

    def opens(self, token: str) -> int:
        """Return the status that a token gets for looking at users."""
        return self("GET", "…/experience/users", token=token).status_code


def answer_to(url: str, target: str, method: str = "GET") -> tuple[int, Any]:
    """Return status and JSON of the answer to a request for exactly this target."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(method, target)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    return response.status, json.loads(content) if content else None
