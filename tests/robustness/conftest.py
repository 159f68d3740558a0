"""A server under attack: how to reach it, and what must be true after every attack."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from mock_server import MockServer

TIMEOUT = 10.0
"""Seconds. Whatever takes so long hangs."""

SECRET = "the secret of a server under attack"
APPLICATION = "575ec8687ae143cd83dc4a97"
USER = "a" * 24
GROUP = "b" * 24
TOKEN = "c" * 24
SEED = {
    "applications": [
        {
            "id": APPLICATION,
            "name": "Attacked",
            "groups": [{"id": GROUP, "name": "North"}, {"name": "South"}],
            "users": [
                {
                    "id": USER,
                    "email": "ann@example.com",
                    "password": "ann's password",
                    "firstName": "Ann",
                    "userTags": {"floor": "3"},
                    "groups": ["North"],
                },
                {"email": "ben@example.com", "password": "ben's password", "lastName": "Oak"},
            ],
            "tokens": [{"id": TOKEN, "name": "Gateway"}],
        }
    ]
}


@pytest.fixture(scope="session")
def secret() -> str:
    """What the server signs tokens with."""
    return SECRET


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, secret: str) -> Iterator[MockServer]:
    """The server that all attacks go to."""
    seed = tmp_path_factory.mktemp("robustness") / "seed.json"
    Path(seed).write_text(json.dumps(SEED))
    with MockServer(fixtures=(str(seed),), jwt_secret=secret) as running:
        yield running


@pytest.fixture(autouse=True)
def _seeded(server: MockServer) -> None:
    """Begin every test with the same records."""
    server.reset()


@pytest.fixture(scope="session")
def paths() -> Mapping[str, str]:
    """Where things are, by short names."""
    application = f"/applications/{APPLICATION}"
    users, groups = f"{application}/experience/users", f"{application}/experience/groups"
    return {
        "login": "/auth/user",
        "applications": "/applications",
        "application": application,
        "tokens": f"{application}/tokens",
        "token": f"{application}/tokens/{TOKEN}",
        "users": users,
        "user": f"{users}/{USER}",
        "groups": groups,
        "group": f"{groups}/{GROUP}",
        "devices": f"{application}/devices",
        "nowhere": "/nowhere",
        "control tokens": "/_mock/tokens",
    }


@pytest.fixture(scope="session")
def authorization(server: MockServer) -> str:
    """The header that grants every mocked action."""
    return f"Bearer {server.token('all.User', 'all.Application')}"


@pytest.fixture(scope="session")
def client(server: MockServer, authorization: str) -> Iterator[httpx.Client]:
    """A client library, for requests that one would send."""
    with httpx.Client(
        base_url=server.url,
        headers={"Authorization": authorization},
        timeout=TIMEOUT,
        limits=httpx.Limits(keepalive_expiry=1.0),
    ) as sender:
        yield sender


@pytest.fixture(scope="session")
def request_of(authorization: str) -> Callable[..., bytes]:
    """Spell an authorized request, well-formed or not."""

    def spell(
        method: str,
        target: str | bytes,
        body: bytes = b"",
        *headers: str | bytes,
        version: str = "1.1",
        authorized: bool = True,
    ) -> bytes:
        given = [_encoded(header) for header in headers]
        names = {header.partition(b":")[0].lower() for header in given}
        if authorized:
            given.append(f"Authorization: {authorization}".encode())
        if b"content-type" not in names and b"X-No-Type: 1" not in given:
            given.append(b"Content-Type: application/json")
        if body and names.isdisjoint({b"content-length", b"transfer-encoding"}):
            given.append(f"Content-Length: {len(body)}".encode())
        start = b"%b %b HTTP/%b" % (_encoded(method), _encoded(target), version.encode())
        return b"\r\n".join([start, b"Host: localhost", *given, b"", body])

    return spell


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


@pytest.fixture(scope="session")
def chunked() -> Callable[[bytes], bytes]:
    """Cut a body into chunks, for ``Transfer-Encoding: chunked``."""

    def cut(body: bytes) -> bytes:
        parts = [body[start : start + 65536] for start in range(0, len(body), 65536)]
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])

    return cut


@pytest.fixture(scope="session")
def connect(server: MockServer) -> Callable[[], socket.socket]:
    """Open a connection to the server."""
    address = urlsplit(server.url)

    def opened() -> socket.socket:
        return socket.create_connection((address.hostname, address.port), timeout=TIMEOUT)

    return opened


@pytest.fixture(scope="session")
def receive() -> Callable[..., httpx.Response]:
    """Read one answer from a connection.

    A connection that is closed without one raises ``ConnectionResetError``, a hang
    ``TimeoutError``.
    """

    def read(connection: socket.socket, method: str = "GET") -> httpx.Response:
        with closing(HTTPResponse(connection, method=method)) as answer:
            answer.begin()
            headers = [(n.encode(), v.encode("latin-1")) for n, v in answer.getheaders()]
            return httpx.Response(answer.status, headers=headers, content=answer.read())

    return read


@pytest.fixture(scope="session")
def talk(
    connect: Callable[[], socket.socket], receive: Callable[..., httpx.Response]
) -> Callable[..., list[httpx.Response]]:
    """Send requests one after the other over one connection, and return the answers.

    ``hang_up``: say after each request that nothing more will come.
    """

    def send(*requests: bytes, hang_up: bool = False) -> list[httpx.Response]:
        answers = []
        with connect() as connection:
            for request in requests:
                # The server may answer before it has read all, and then close.
                with suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(request)
                if hang_up:
                    connection.shutdown(socket.SHUT_WR)
                method = request.partition(b" ")[0].decode("latin-1")
                answers.append(receive(connection, method))
        return answers

    return send


@pytest.fixture(scope="session")
def parsed() -> Callable[[httpx.Response], Any]:
    """Read a body as JSON, in UTF-8 and without the constants that are not JSON."""

    def read(response: httpx.Response) -> Any:
        return json.loads(response.content.decode(), parse_constant=_no_constant)

    return read


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} on the wire, which is not JSON")


@pytest.fixture(scope="session")
def untouched(
    connect: Callable[[], socket.socket],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> Callable[[], AbstractContextManager[None]]:
    """Check that a block changes nothing, and that the server still answers after it."""
    *kinds, last = ("users", "groups", "tokens", "applications")
    lists = [request_of("GET", paths[kind]) for kind in kinds]
    lists.append(request_of("GET", paths[last], b"", "Connection: close"))

    def records() -> bytes:
        with connect() as connection:
            connection.sendall(b"".join(lists))
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        assert received.count(b"HTTP/1.1 200 OK") == len(lists)
        return re.sub(rb"date: [^\r]*", b"", received)

    @contextmanager
    def check() -> Iterator[None]:
        before = records()
        yield
        assert records() == before

    return check


@pytest.fixture(scope="session")
def refused(
    talk: Callable[..., list[httpx.Response]],
    untouched: Callable[[], AbstractContextManager[None]],
    parsed: Callable[[httpx.Response], Any],
) -> Callable[[bytes], httpx.Response]:
    """Send a request that must be refused as the API refuses, and return the answer.

    What is not even HTTP may be refused in plain text, by the layer that reads HTTP.
    """

    def send(request: bytes) -> httpx.Response:
        with untouched():
            (answer,) = talk(request)
        assert 400 <= answer.status_code < 500, answer.text
        if answer.headers["content-type"] == "application/json":
            assert_error(parsed(answer))
        else:
            assert (answer.status_code, answer.text) == (400, "Invalid HTTP request received.")
        return answer

    return send


@pytest.fixture(scope="session")
def is_error() -> Callable[[object], None]:
    """Check that a document is one that the API refuses with."""
    return assert_error


def assert_error(document: object) -> None:
    """Check that a document is one that the API refuses with, and nothing more."""
    assert isinstance(document, dict)
    assert isinstance(document.get("message"), str)
    if document.keys() == {"code", "message"}:
        assert document["code"] == "InvalidContent"
    else:
        assert document.keys() == {"type", "message"}
        assert isinstance(document["type"], str)
