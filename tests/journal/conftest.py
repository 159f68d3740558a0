"""A server whose log is read, and how to send it anything."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPConnection
from typing import Any, NamedTuple

import pytest

from mock_server import Settings, create_app
from mock_server.cli.serve import AccessLog
from mock_server.client import LosantMock
from mock_server.journal.journal import Exchange
from mock_server.server import UvicornServer, listen, url_of
from mock_server.settings import LogFormat
from mock_server.worlds.world import World

TIMEOUT = 10.0
USER = "a" * 24
PASSWORD = "ann's password"
USERS: Sequence[Mapping[str, Any]] = (
    {"id": USER, "email": "ann@example.com", "password": PASSWORD, "firstName": "Ann"},
    {"id": "b" * 24, "email": "ben@example.com", "firstName": "Ben"},
)


class Answer(NamedTuple):
    """A status and a body."""

    status: int
    body: bytes


Sending = Callable[..., Answer]


class Log:
    """What is logged, in both forms."""

    def __init__(self) -> None:
        self._streams = [io.StringIO(), io.StringIO()]
        forms = (LogFormat.TEXT, LogFormat.JSON)
        self._logs = [AccessLog(*pair) for pair in zip(forms, self._streams, strict=True)]

    def __call__(self, world: World, exchange: Exchange) -> None:
        for log in self._logs:
            log(world, exchange)

    def read(self) -> str:
        """Return what was logged since this was last asked."""
        text = "".join(stream.getvalue() for stream in self._streams)
        for stream in self._streams:
            stream.seek(0)
            stream.truncate()
        return text


@pytest.fixture(scope="session")
def log() -> Log:
    """The log of the server."""
    return Log()


@pytest.fixture(scope="session")
def server(log: Log) -> Iterator[LosantMock]:
    """The server that all requests go to."""
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    running = UvicornServer(create_app(Settings(seed=1), observe=log), started.set)
    thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
    thread.start()
    assert started.wait(TIMEOUT)
    handle = LosantMock(url_of(listener))
    yield handle
    handle.close()
    running.stop()
    thread.join(TIMEOUT)


@pytest.fixture
def losant(server: LosantMock) -> LosantMock:
    """The server with two users, and nothing in its journal."""
    server.reset()
    server.load({"users": list(USERS)})
    return server


@pytest.fixture
def users(losant: LosantMock) -> str:
    """The path of the users."""
    return f"/applications/{losant.application_id}/experience/users"


@pytest.fixture
def send(losant: LosantMock) -> Iterator[Sending]:
    """Send a request as it is given; with a token unless its headers say something else."""
    connection = HTTPConnection(losant.url.removeprefix("http://"), timeout=TIMEOUT)
    token = losant.token("all.Application", "all.User")

    def exchange(
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str | bytes] | None = None,
    ) -> Answer:
        given = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        given |= {"Content-Length": str(len(body))}
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in {**given, **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.read())

    yield exchange
    connection.close()
