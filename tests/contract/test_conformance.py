"""Every request/response pair of the contract, over a socket and in process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import jwt
import pytest
from fastapi.testclient import TestClient

from mock_server import MockServer, Settings, create_app

SECRET = "the secret that the rows are signed with"
MISSING_ID = "ffffffffffffffffffffffff"
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "conformance.jsonl").read_text().splitlines()
]


@dataclass
class Place:
    """A server with an application, and a user and a group in it."""

    client: httpx.Client
    names: Mapping[str, str]

    def created(self, kind: str, body: Mapping[str, Any]) -> str:
        """Create something in the application and return its id."""
        path = f"/applications/{{app}}/experience/{kind}"
        token = {"scope": ["all.Application"]}
        response = self.send({"method": "POST", "path": path, "body": body, "token": token})
        return str(response.json()["id"])

    def send(self, request: Mapping[str, Any]) -> httpx.Response:
        """Send what a row says."""
        path = request["path"]
        for name, value in self.names.items():
            path = path.replace("{" + name + "}", value)
        query = dict(request.get("query") or {})
        headers = dict(request.get("headers") or {})
        self._authenticate(request.get("token"), query, headers)
        content: str | None = request.get("raw")
        if "body" in request and request["body"] is not None:
            content = json.dumps(request["body"])
            headers.setdefault("Content-Type", "application/json")
        url = httpx.URL(path, params=query) if query else httpx.URL(path)
        return self.client.request(request["method"], url, content=content, headers=headers)

    def _authenticate(
        self, token: Mapping[str, Any] | None, query: dict[str, str], headers: dict[str, str]
    ) -> None:
        if token is None:
            return
        text = token["literal"] if "literal" in token else self._jwt(token)
        if "in" in token:
            query[token["in"]] = text
        else:
            headers["Authorization"] = f"{token.get('scheme', 'Bearer')} {text}".strip()

    def _jwt(self, token: Mapping[str, Any]) -> str:
        now = time.time()
        claims: dict[str, Any] = {
            name: now + token[name] for name in ("exp", "nbf") if name in token
        }
        if "scope" in token:
            claims["scope"] = token["scope"]
        return jwt.encode(claims, token.get("sign", SECRET), token.get("alg", "HS256"))


@pytest.fixture(scope="module", params=["socket", "in process"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A furnished server, reached over a socket and without one."""
    if request.param == "socket":
        with MockServer(jwt_secret=SECRET) as server, httpx.Client(base_url=server.url) as client:
            yield _furnished(client, server.application_id)
    else:
        app = create_app(Settings(jwt_secret=SECRET))
        with TestClient(app) as client:
            yield _furnished(client, app.state.worlds.main.application_id)


def _furnished(client: httpx.Client, application_id: str) -> Place:
    place = Place(client, {"app": application_id, "missing": MISSING_ID})
    user = place.created("users", {"email": "row@example.com", "password": "password1"})
    group = place.created("groups", {"name": "Rows"})
    return Place(client, {**place.names, "user": user, "group": group})


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['id']} {row['name'][:60]}" for row in ROWS])
def test_pair(place: Place, row: Mapping[str, Any]) -> None:
    """The server answers a request of the table as the table says."""
    expected = row["expect"]
    response = place.send(row["request"])
    assert response.status_code == expected["status"], response.text
    if "body" in expected:
        assert_matches(response.json(), expected["body"])
    if "_type" in expected:
        assert response.json()["_type"] == expected["_type"]
    for where, keys in expected.get("keys", {}).items():
        document = response.json() if where == "top" else response.json()["items"][0]
        assert sorted(key for key in document if key.startswith("_")) == keys
    for name, value in expected.get("headers", {}).items():
        assert response.headers[name] == value


def assert_matches(actual: object, expected: object) -> None:
    """Compare as the table means it: ``{"startsWith": …}`` is any text that begins so."""
    if isinstance(expected, dict) and expected.keys() == {"startsWith"}:
        assert isinstance(actual, str)
        assert actual.startswith(expected["startsWith"])
    elif isinstance(expected, dict):
        assert isinstance(actual, dict)
        assert actual.keys() == expected.keys()
        for key, value in expected.items():
            assert_matches(actual[key], value)
    else:
        assert actual == expected
