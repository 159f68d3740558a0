"""Faults where the application runs without a server of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mock_server import Settings, create_app


@pytest.fixture
def client() -> Iterator[TestClient]:
    """Starlette's client, with a token that may do everything."""
    with TestClient(create_app(Settings())) as opened:
        token = opened.post("/_mock/tokens", json={}).json()["token"]
        opened.headers["Authorization"] = f"Bearer {token}"
        yield opened


@pytest.fixture
def users(client: TestClient) -> str:
    """The path of the users."""
    application = client.get("/_mock/info").json()["applicationId"]
    return f"/applications/{application}/experience/users"


def add(client: TestClient, kind: str, **values: Any) -> None:
    """Set a fault."""
    assert client.post("/_mock/faults", json={"kind": kind, **values}).status_code == 201


@pytest.mark.parametrize("kind", ["reset", "close", "truncated"])
def test_connection_that_ends(client: TestClient, users: str, kind: str) -> None:
    """Where there is no connection, its end is an error of connections, and the next works."""
    add(client, kind, first=1)
    with pytest.raises(ConnectionError, match="a fault ended the connection"):
        client.get(users)
    assert client.get(users).status_code == 200
    recorded = client.get("/_mock/requests").json()["items"]
    assert [one["faults"] for one in recorded] == [["fault-1"], []]


@pytest.mark.parametrize("carry_out", [False, True])
def test_carrying_out(client: TestClient, users: str, carry_out: bool) -> None:
    """What was asked for is done or not, as the fault says."""
    add(client, "reset", carryOut=carry_out, method="POST")
    with pytest.raises(ConnectionError):
        client.post(users, json={"email": "new@example.com", "password": "password1234"})
    assert client.get(users).json()["totalCount"] == int(carry_out)


def test_delay(client: TestClient, users: str) -> None:
    """A delay takes its time."""
    add(client, "delay", seconds=0.1)
    began = time.monotonic()
    assert client.get(users).status_code == 200
    assert time.monotonic() - began >= 0.1


def test_slow_body(client: TestClient, users: str) -> None:
    """A slow body takes its time, and is whole."""
    whole = client.get(users).content
    add(client, "slow", bytesPerSecond=len(whole) / 0.1)
    began = time.monotonic()
    assert client.get(users).content == whole
    assert time.monotonic() - began >= 0.09


def test_errors_and_broken_bodies(client: TestClient, users: str) -> None:
    """What needs no connection is as ever."""
    add(client, "malformed")
    add(client, "status", status=503, retryAfter=2)
    response = client.get(users)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    with pytest.raises(ValueError, match=r"."):
        response.json()


def test_mounted_app(client: TestClient) -> None:
    """Below another application, paths begin where the API's do."""
    outer = FastAPI()
    outer.mount("/losant", create_app(Settings()))
    with TestClient(outer) as opened:
        added = opened.post("/losant/_mock/faults", json={"kind": "reset", "path": "/applications"})
        assert added.status_code == 201
        with pytest.raises(ConnectionError):
            opened.get("/losant/applications")


def test_asynchronous_client_that_gives_up() -> None:
    """A request that is cancelled while it is delayed leaves no task behind."""

    async def run() -> tuple[int, int]:
        transport = httpx.ASGITransport(app=create_app(Settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await client.post("/_mock/faults", json={"kind": "delay", "seconds": 60})
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.get("/applications"), 0.1)
            left = len(asyncio.all_tasks())
            await client.delete("/_mock/faults")
            return left, (await client.get("/applications")).status_code

    assert asyncio.run(run()) == (1, 403)
