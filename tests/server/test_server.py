"""The server on a thread, and the application mounted elsewhere."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import mock_server
from mock_server import FixtureError, MockServer, Settings, create_app
from mock_server.server import AddressInUse


def users(client: httpx.Client, server: MockServer) -> list[str]:
    """Return the emails of all users."""
    response = client.get(
        f"{server.url}/applications/{server.application_id}/experience/users",
        headers={"Authorization": f"Bearer {server.token()}"},
    )
    return [user["email"] for user in response.json()["items"]]


def add_user(client: httpx.Client, server: MockServer, email: str) -> None:
    """Create a user."""
    response = client.post(
        f"{server.url}/applications/{server.application_id}/experience/users",
        headers={"Authorization": f"Bearer {server.token()}"},
        json={"email": email, "password": "password1"},
    )
    assert response.status_code == 201


def test_two_servers_never_meet() -> None:
    """What one server is told, another in the same process does not know."""
    with MockServer() as one, MockServer() as other, httpx.Client() as client:
        add_user(client, one, "ann@example.com")
        assert users(client, one) == ["ann@example.com"]
        assert users(client, other) == []


def test_reset_goes_back_to_the_seeded_state() -> None:
    """After a reset the users of the fixtures are there, and no others."""
    with MockServer(fixtures=["demo"]) as server, httpx.Client() as client:
        before = users(client, server)
        add_user(client, server, "new@example.com")
        server.reset()
        assert users(client, server) == before
        assert len(before) == 8


def test_reset_over_http() -> None:
    """Any language can reset the server."""
    with MockServer() as server, httpx.Client() as client:
        add_user(client, server, "new@example.com")
        assert client.post(f"{server.url}/_mock/reset").status_code == 204
        assert users(client, server) == []


def test_stopping_twice_and_with_open_connections() -> None:
    """Stopping ends the thread, though a client holds a connection; stopping again is fine."""
    before = threading.active_count()
    with httpx.Client() as client:
        server = MockServer()
        server.start()
        users(client, server)
        server.stop()
        server.stop()
        with pytest.raises(httpx.TransportError):
            client.get(server.url)
    assert threading.active_count() == before


def test_starting_again() -> None:
    """A server that was stopped can be started again, and knows what it knew."""
    server = MockServer()
    with httpx.Client() as client:
        for expected in ([], ["ann@example.com"]):
            with server:
                assert users(client, server) == expected
                if not expected:
                    add_user(client, server, "ann@example.com")


def test_a_taken_port_is_an_error() -> None:
    """A second server on the same port says so instead of hanging."""
    with MockServer() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(AddressInUse, match=f"cannot listen on 127.0.0.1 port {port}"):
            MockServer(port=port).start()


def test_without_a_running_server() -> None:
    """What needs a running server says that there is none, before the start and after the stop."""
    with pytest.raises(RuntimeError, match="is not running"):
        MockServer().reset()
    with MockServer() as stopped:
        pass
    with pytest.raises(RuntimeError, match="is not running"):
        stopped.reset()


def test_settings_or_keywords() -> None:
    """Settings and keywords together are refused: one would silently win."""
    with pytest.raises(TypeError, match="not both"):
        MockServer(Settings(), port=1)


def test_wrong_fixtures_raise() -> None:
    """A set that does not exist is an error when the server is made."""
    with pytest.raises(FixtureError, match="is not a file, a directory or a built-in set"):
        MockServer(fixtures=["nope"])


def test_mounted_below_a_prefix() -> None:
    """Mounted in another application, it answers below the prefix, and its links begin anew."""
    app = create_app(Settings(fixtures=("demo",)))
    outer = FastAPI()
    outer.mount("/losant", app)
    world = app.state.worlds.main
    token = world.tokens.sign(("all.Application",), world.clock.now())
    with TestClient(outer) as client:
        response = client.get(
            f"/losant/applications/{world.application_id}/experience/users",
            headers={"Authorization": f"Bearer {token}"},
        )
    assert response.status_code == 200
    assert response.json()["totalCount"] == 8
    assert client.get("/losant/nowhere").status_code == 405


def test_without_lifespan_events() -> None:
    """An application whose start-up event never comes is seeded by its first request."""
    app = create_app(Settings(fixtures=("demo",)))
    world = app.state.worlds.main
    token = world.tokens.sign(("all.User",), world.clock.now())

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.get("/applications", headers={"Authorization": f"Bearer {token}"})

    assert asyncio.run(ask()).json()["items"][0]["summary"]["experienceUserCount"] == 8


def test_repeatable_runs() -> None:
    """With a seed, two servers that are asked the same answer the same, byte for byte."""
    answers = []
    for _ in range(2):
        with MockServer(seed=7, fixtures=["demo"]) as server, httpx.Client() as client:
            token = server.token()
            path = f"{server.url}/applications/{server.application_id}/experience/users"
            headers = {"Authorization": f"Bearer {token}"}
            body = {"email": "ann@example.com", "password": "password1"}
            created = client.post(path, headers=headers, json=body)
            answers.append((token, created.content, client.get(path, headers=headers).content))
    assert answers[0] == answers[1]


def test_token_keywords() -> None:
    """A token can be bound to an application, and can have expired."""
    with MockServer() as server, httpx.Client() as client:
        path = f"{server.url}/applications/{server.application_id}"

        def status(token: str) -> int:
            return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code

        assert status(server.token(application_id=server.application_id)) == 200
        assert status(server.token(application_id="0" * 24)) == 404
        assert status(server.token(expires_in=-1)) == 401
        assert status(server.token(expires_in=60)) == 200
        assert status(server.token("experienceUsers.get")) == 403


def test_public_names() -> None:
    """The package exports what it says, and nothing that does not exist."""
    assert all(getattr(mock_server, name) is not None for name in mock_server.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mock_server.nothing  # noqa: B018 - that it is looked up is the point


def test_python_m(tmp_path: Path) -> None:
    """``python -m mock_server`` is the command."""
    found = subprocess.run(
        [sys.executable, "-m", "mock_server", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert found.stdout.startswith(f"mock-server {mock_server.__version__}")
