"""Clients that leave, and servers that stop, in the middle of a fault."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer

Waiting = Callable[[Callable[[], bool]], None]
RESET = struct.pack("ii", 1, 0)


def leave(connection: socket.socket, *, abruptly: bool) -> None:
    """End a connection, in the regular way or not."""
    if abruptly:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


@pytest.mark.parametrize("abruptly", [False, True])
@pytest.mark.parametrize(
    "then", [None, "status", "reset", "close", "malformed", "truncated", "slow"]
)
def test_leaving_during_a_delay(
    losant: MockServer,
    wire: Any,
    eventually: Waiting,
    pending: Callable[[], int],
    then: str | None,
    abruptly: bool,
) -> None:
    """Whoever does not wait is written down without an answer, and leaves nothing behind."""
    before = pending()
    delay = losant.faults.delay(60)
    if then == "status":
        losant.faults.status(503)
    elif then == "slow":
        losant.faults.slow(bytes_per_second=1)
    elif then is not None:
        getattr(losant.faults, then)()
    connection = wire.open()
    connection.sendall(wire.request())
    eventually(lambda: delay.struck == 1)
    leave(connection, abruptly=abruptly)
    eventually(lambda: pending() == before)
    request = losant.requests.last("experienceUsers.get")
    assert (request.status, request.error) == (None, "ClientGone")


def test_leaving_means_that_nothing_is_done(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    emails: Callable[[], list[str]],
    eventually: Waiting,
) -> None:
    """What was still delayed when its client left is never carried out."""
    losant.faults.delay(60)
    new = {"email": "new@example.com", "password": "password1234"}
    with pytest.raises(httpx.ReadTimeout):
        client.post(users, json=new, timeout=0.1)
    eventually(lambda: len(losant.requests) == 1)
    assert emails() == ["ann@example.com", "ben@example.com"]


@pytest.mark.parametrize("abruptly", [False, True])
@pytest.mark.parametrize("rate", [50, 0.01, 1e-300])
def test_leaving_during_a_slow_body(
    losant: MockServer,
    wire: Any,
    eventually: Waiting,
    pending: Callable[[], int],
    rate: float,
    abruptly: bool,
) -> None:
    """Whoever has the head and not the patience for the body leaves nothing behind."""
    before = pending()
    losant.faults.slow(bytes_per_second=rate)
    connection = wire.open()
    connection.sendall(wire.request())
    assert connection.recv(12) == b"HTTP/1.1 200"
    leave(connection, abruptly=abruptly)
    eventually(lambda: pending() == before)
    assert losant.requests.last().faults == ("fault-1",)


def test_leaving_often(
    losant: MockServer,
    wire: Any,
    client: httpx.Client,
    users: str,
    eventually: Waiting,
    pending: Callable[[], int],
) -> None:
    """After a crowd of clients that left, the server is as before."""
    before = pending()
    losant.faults.delay(60, first=50)
    connections = [wire.open() for _ in range(50)]
    for connection in connections:
        connection.sendall(wire.request())
    eventually(lambda: pending() == before + 50)
    for index, connection in enumerate(connections):
        leave(connection, abruptly=index % 2 == 0)
    eventually(lambda: pending() == before)
    assert client.get(users).status_code == 200
    assert [request.status for request in losant.requests] == [None] * 50 + [200]


def test_others_do_not_wait(
    losant: MockServer,
    wire: Any,
    client: httpx.Client,
    users: str,
    eventually: Waiting,
) -> None:
    """While one request is delayed, others are answered."""
    delay = losant.faults.delay(60, first=1)
    with wire.open() as connection:
        connection.sendall(wire.request())
        eventually(lambda: delay.struck == 1)
        assert client.get(users).status_code == 200


@pytest.mark.parametrize("kind", ["delay", "slow", "both"])
def test_stopping_in_the_middle(
    eventually: Waiting,
    in_background: Callable[[Callable[[], object]], threading.Thread],
    kind: str,
) -> None:
    """A server stops at once, whatever it was waiting for."""
    server = MockServer()
    server.start()
    token, url = server.token(), server.url
    if kind != "slow":
        fault = server.faults.delay(60)
    if kind != "delay":
        fault = server.faults.slow(bytes_per_second=0.1)

    def ask() -> None:
        with suppress(httpx.TransportError):
            httpx.get(
                f"{url}/applications/{server.application_id}/experience/users",
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )

    thread = in_background(ask)
    eventually(lambda: fault.struck == 1)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10
    thread.join(10)
    assert not thread.is_alive()


def test_deleting_a_sandbox_in_the_middle(
    losant: MockServer,
    client: httpx.Client,
    eventually: Waiting,
    in_background: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    """A request that outlives its sandbox harms nobody."""
    sandbox = losant.sandbox()
    delay = sandbox.faults.delay(0.3)
    statuses: list[int] = []
    path = f"{sandbox.url}/applications/{sandbox.application_id}/experience/users"
    thread = in_background(lambda: statuses.append(client.get(path).status_code))
    eventually(lambda: delay.struck == 1)
    sandbox.delete()
    thread.join(10)
    assert len(statuses) == 1


def test_reset_in_the_middle(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    emails: Callable[[], list[str]],
    eventually: Waiting,
    in_background: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    """A request of one test is not carried out in the next one, nor is it in its journal."""
    delay = losant.faults.delay(0.3)

    def ask() -> None:
        with suppress(httpx.TransportError):
            client.post(users, json={"email": "new@example.com", "password": "password1234"})

    thread = in_background(ask)
    eventually(lambda: delay.struck == 1)
    losant.reset()
    thread.join(10)
    assert len(losant.requests) == 0
    assert emails() == ["ann@example.com", "ben@example.com"]
