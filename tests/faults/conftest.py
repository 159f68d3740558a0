"""A server with two users, and ways to ask it over real connections."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from mock_server import MockServer

TIMEOUT = 10.0
"""Seconds. Whatever takes so long hangs."""

SEED = {
    "users": [
        {"email": "ann@example.com", "password": "password1234", "firstName": "Ann"},
        {"email": "ben@example.com", "password": "password1234", "firstName": "Ben"},
    ]
}


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A request as faults see it."""

    action: str | None = None
    method: str = "GET"
    path: str = "/"
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    token: str | None = None
    status: None = None


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    """A server that runs as long as the test session."""
    seed = tmp_path_factory.mktemp("faults") / "seed.json"
    Path(seed).write_text(json.dumps(SEED))
    with MockServer(fixtures=[str(seed)]) as server:
        yield server


@pytest.fixture
def losant(running: MockServer) -> MockServer:
    """The server, in its first state."""
    running.reset()
    return running


@pytest.fixture(autouse=True)
def _no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, the server takes nothing of it for a mistake of its own."""
    caplog.set_level(logging.WARNING)
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert [one.getMessage() for one in records if one.levelno >= logging.ERROR] == []


@pytest.fixture
def token(losant: MockServer) -> str:
    """A token that may do everything in applications."""
    return losant.token()


@pytest.fixture
def users(losant: MockServer) -> str:
    """The path of the users."""
    return f"/applications/{losant.application_id}/experience/users"


@pytest.fixture(scope="session")
def pool(running: MockServer) -> Iterator[httpx.Client]:
    """A client with a pool of connections, which works all session long."""
    limits = httpx.Limits(keepalive_expiry=1.0)
    with httpx.Client(base_url=running.url, timeout=TIMEOUT, limits=limits) as opened:
        yield opened


@pytest.fixture
def client(pool: httpx.Client, token: str) -> httpx.Client:
    """A client that may do everything."""
    pool.headers["Authorization"] = f"Bearer {token}"
    return pool


@pytest.fixture
def emails(losant: MockServer) -> Callable[[], list[str]]:
    """Tell who is there."""
    return lambda: sorted(user.email for user in losant.users)


@dataclass(frozen=True)
class Wire:
    """Connections to the server, and requests spelled for them."""

    server: MockServer
    token: str
    users: str

    def open(self) -> socket.socket:
        """Return a new connection."""
        address = urlsplit(self.server.url)
        return socket.create_connection((address.hostname, address.port), timeout=TIMEOUT)

    def request(self, method: str = "GET", target: str | None = None, *headers: str) -> bytes:
        """Return an authorized request without a body, by default for the list of users."""
        lines = [
            f"{method} {target or self.users} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {self.token}",
            *headers,
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def exchange(self, *requests: bytes) -> bytes:
        """Send requests all at once, and return what comes until the connection ends."""
        received = b""
        with closing(self.open()) as connection:
            connection.sendall(b"".join(requests))
            try:
                while piece := connection.recv(65536):
                    received += piece
            except ConnectionResetError:
                pass
        return received


@pytest.fixture
def wire(losant: MockServer, token: str, users: str) -> Wire:
    """Connections to the server, without a client library."""
    return Wire(losant, token, users)


@pytest.fixture
def in_background() -> Iterator[Callable[[Callable[[], object]], threading.Thread]]:
    """Run a function on a thread, which the test does not outlive."""
    threads: list[threading.Thread] = []

    def run(work: Callable[[], object]) -> threading.Thread:
        threads.append(threading.Thread(target=work))
        threads[-1].start()
        return threads[-1]

    yield run
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()


@pytest.fixture
def pending(losant: MockServer) -> Callable[[], int]:
    """Count the requests that the server is still at work with, of whatever connection."""

    async def count() -> int:
        tasks = [task.get_coro() for task in asyncio.all_tasks()]
        return sum("run_asgi" in getattr(one, "__qualname__", "") for one in tasks)

    def ask() -> int:
        server = losant._server
        assert server is not None
        return asyncio.run_coroutine_threadsafe(count(), server.loop).result(TIMEOUT)

    return ask
