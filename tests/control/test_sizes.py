"""Bodies that are too large."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator, MutableMapping
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import HTTPException, Request

from mock_server import MockServer, Settings, create_app
from mock_server.asgi.body import MAX_BODY, ClientGone
from mock_server.asgi.sandbox import SANDBOX
from mock_server.control.app import control_plane
from mock_server.control.bodies import MAX_DOCUMENT, read_body
from mock_server.worlds.registry import Worlds
from tests.control.conftest import Control

MEBIBYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}


def request(pieces: Iterator[bytes], *headers: tuple[bytes, bytes], ends: bool = True) -> Request:
    """Return a request whose body comes in pieces."""
    more = iter([*pieces])
    rest: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in more
    ]
    rest.append({"type": "http.request" if ends else "http.disconnect", "body": b""})
    messages = iter(rest)

    async def receive() -> MutableMapping[str, Any]:
        return next(messages)

    return Request({"type": "http", "headers": list(headers)}, receive)


def read(sent: Request, limit: int) -> bytes:
    """Return the body of a request."""
    return asyncio.run(read_body(sent, limit))


def test_largest() -> None:
    """A body may be just as large as is allowed."""
    assert len(read(request(iter([b"x" * 10] * 10)), 100)) == 100


@pytest.mark.parametrize("limit", [0, 99, MAX_BODY, MAX_DOCUMENT])
def test_too_large(limit: int) -> None:
    """One byte more is refused, and nothing is kept of it."""
    piece = b"x" * min(limit, 32 * MEBIBYTE)
    count = limit // len(piece) if piece else 0
    with pytest.raises(HTTPException, match="is larger than") as caught:
        read(request(iter([*[piece] * count, b"x"])), limit)
    assert caught.value.status_code == 413


def test_endless() -> None:
    """A body without end is not read for ever."""
    endless = request(iter([b"x" * 16 * MEBIBYTE] * 10))
    with pytest.raises(HTTPException, match="larger than 4 MiB"):
        read(endless, MAX_BODY)
    assert asyncio.run(_next(endless))["more_body"]


async def _next(sent: Request) -> MutableMapping[str, Any]:
    return await sent.receive()


def test_left() -> None:
    """A body that ends before its end is not acted on."""
    with pytest.raises(ClientGone):
        read(request(iter([b"{}"]), ends=False), 100)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/nowhere"), ("PUT", "/tokens"), ("POST", "/tokens"), ("POST", "/reset")],
)
@pytest.mark.parametrize("host", [b"localhost", b"evil.example"])
def test_leaving(method: str, path: str, host: bytes) -> None:
    """A client that leaves before it has sent everything is no mistake of the server."""
    sent = request(
        iter([b"{"]), (b"host", host), (b"content-type", b"application/json"), ends=False
    )
    scope = {
        **sent.scope, "method": method, "path": f"/_mock{path}", "root_path": "/_mock",
        "query_string": b"", "server": ("127.0.0.1", 80), SANDBOX: None,
    }  # fmt: skip
    answered: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        answered.append(message)

    async def ask() -> None:
        worlds: Worlds = create_app(Settings()).state.worlds
        await control_plane(worlds, dict)(scope, sent.receive, send)

    asyncio.run(ask())
    assert [one["status"] for one in answered if "status" in one] in ([], [400], [404], [405])


def test_waiting_client() -> None:
    """A client that waits for leave to send too much does not get it."""
    waiting = request(
        iter([]), (b"expect", b"100-continue"), (b"content-length", b"101"), ends=False
    )
    with pytest.raises(HTTPException, match="is larger than"):
        read(waiting, 100)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "tokens"), ("POST", "faults"), ("PUT", "clock"), ("POST", "reset"), ("GET", "info"),
     ("POST", "users"), ("POST", "requests/verify")],
)  # fmt: skip
def test_larger_than_4_mebibytes(
    control: Control, assert_refused: Callable[..., str], method: str, path: str
) -> None:
    """What is too large for an operation is refused as such."""
    content = b" " * (MAX_BODY + 1)
    answer = control.request(method, path, content=content, headers=JSON)
    assert assert_refused(answer, 413) == "The body is larger than 4 MiB"


def test_without_length(control: Control, assert_refused: Callable[..., str]) -> None:
    """So is what does not say beforehand how large it is."""
    pieces = iter([b" " * MEBIBYTE] * 5)
    assert_refused(control.post("tokens", content=pieces, headers=JSON), 413)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "state"), ("PATCH", "state"), ("POST", "sandboxes")]
)
def test_large_documents(control: Control, method: str, path: str) -> None:
    """Seed documents may be larger."""
    answer = control.request(method, path, content=b"{}" + b" " * (5 * MEBIBYTE), headers=JSON)
    assert answer.status_code in (201, 204)


@pytest.mark.parametrize("target", ["/_mock/nowhere", "/_mock/info", "/_mock/tokens"])
def test_refused_before_the_body_is_read(server: MockServer, target: str) -> None:
    """Who only listens when everything is sent, and then closes, hears why it was refused."""
    address = urlsplit(server.url)
    head = (
        f"PUT {target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"
        f"Content-Length: {MEBIBYTE}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.encode() + b" " * MEBIBYTE)
        with HTTPResponse(connection) as answer:
            answer.begin()
            assert answer.status == 403
            assert b"is not this machine" in answer.read()
