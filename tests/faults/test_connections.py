"""Connections that live on after a fault, and those that do not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from http.client import HTTPResponse
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer

Waiting = Callable[[Callable[[], bool]], None]
STAYING: dict[str, dict[str, float]] = {
    "status": {"status": 503},
    "delay": {"seconds": 0.05},
    "slow": {"bytesPerSecond": 20_000},
    "malformed": {},
    "tooManyRequests": {},
}


def answers(received: bytes) -> int:
    """Count the answers in what came over a connection."""
    return received.count(b"HTTP/1.1 ")


@pytest.mark.parametrize("kind", STAYING)
def test_keeping_a_connection(
    losant: MockServer, client: httpx.Client, wire: Any, users: str, kind: str
) -> None:
    """After a fault that answers in full, the connection serves the next request."""
    client.post("/_mock/faults", json={"kind": kind, "first": 1, **STAYING[kind]})
    with closing(wire.open()) as connection:
        for faults in (("fault-1",), ()):
            connection.sendall(wire.request())
            with closing(HTTPResponse(connection, method="GET")) as response:
                response.begin()
                assert len(response.read()) == int(response.headers["content-length"])
            assert losant.requests.last().faults == faults


@pytest.mark.parametrize("kind", STAYING)
def test_pipelining_through_a_fault(
    losant: MockServer,
    client: httpx.Client,
    wire: Any,
    pending: Callable[[], int],
    eventually: Waiting,
    kind: str,
) -> None:
    """Requests that were sent ahead are answered in order, the struck one among them."""
    before = pending()
    client.post("/_mock/faults", json={"kind": kind, "nth": 2, **STAYING[kind]})
    last = wire.request("GET", None, "Connection: close")
    received = wire.exchange(wire.request(), wire.request(), last)
    assert answers(received) == 3
    assert [request.faults for request in losant.requests] == [(), ("fault-1",), ()]
    eventually(lambda: pending() == before)


@pytest.mark.parametrize(("kind", "answered"), [("close", 1), ("truncated", 2)])
def test_pipelining_up_to_the_end_of_a_connection(
    losant: MockServer, client: httpx.Client, wire: Any, kind: str, answered: int
) -> None:
    """What was answered before arrives, and what was sent after is not looked at."""
    client.post("/_mock/faults", json={"kind": kind, "nth": 2})
    received = wire.exchange(*[wire.request()] * 3)
    assert answers(received) == answered
    assert len(losant.requests) == 2


@pytest.mark.parametrize("kind", ["reset", "close", "truncated"])
def test_ended_pipeline_leaves_nothing_behind(
    losant: MockServer,
    client: httpx.Client,
    wire: Any,
    pending: Callable[[], int],
    eventually: Waiting,
    kind: str,
) -> None:
    """A connection that ends with requests sent ahead is forgotten altogether."""
    before = pending()
    client.post("/_mock/faults", json={"kind": kind, "nth": 2})
    wire.exchange(*[wire.request()] * 3)
    eventually(lambda: pending() == before)


def test_leaving_with_requests_sent_ahead(
    losant: MockServer, wire: Any, pending: Callable[[], int], eventually: Waiting
) -> None:
    """Whoever leaves a delayed request is noticed, though he had sent more."""
    before = pending()
    delay = losant.faults.delay(60)
    with closing(wire.open()) as connection:
        connection.sendall(wire.request() * 3)
        eventually(lambda: delay.struck == 1)
    eventually(lambda: pending() == before)


@pytest.mark.parametrize("kind", ["reset", "close", "truncated"])
def test_ending_many_connections(
    losant: MockServer,
    client: httpx.Client,
    wire: Any,
    users: str,
    pending: Callable[[], int],
    eventually: Waiting,
    kind: str,
) -> None:
    """Connections that faults ended leave nothing behind."""
    before = pending()
    client.post("/_mock/faults", json={"kind": kind, "first": 30})
    for _ in range(30):
        assert answers(wire.exchange(wire.request())) == (kind == "truncated")
    eventually(lambda: pending() == before)
    assert client.get(users).status_code == 200


@pytest.mark.parametrize("kind", ["malformed", "truncated", "slow"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "{users}", 405),
        ("HEAD", "/nowhere", 405),
        ("OPTIONS", "{users}", 204),
    ],
)
def test_answers_without_a_body(
    losant: MockServer,
    client: httpx.Client,
    wire: Any,
    users: str,
    kind: str,
    method: str,
    path: str,
    status: int,
) -> None:
    """What has no body cannot be broken: it arrives as always, and the connection stays."""
    values = {"bytesPerSecond": 1} if kind == "slow" else {}
    client.post("/_mock/faults", json={"kind": kind, "method": method, **values})
    request = wire.request(method, path.format(users=users))
    last = wire.request("GET", None, "Connection: close")
    received = wire.exchange(request, last)
    assert received.startswith(f"HTTP/1.1 {status} ".encode())
    assert answers(received) == 2
    assert losant.requests.list()[0].faults == ("fault-1",)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 405),
        ("GET", "/applications/{application}/devices", 501),
        ("GET", "/applications/none/experience/users", 400),
    ],
)
def test_broken_refusals(
    losant: MockServer, client: httpx.Client, method: str, path: str, status: int
) -> None:
    """Refusals have bodies, which are broken as those of other answers are."""
    path = path.format(application=losant.application_id)
    whole = client.request(method, path).content
    with losant.faults.malformed():
        response = client.request(method, path)
        assert response.status_code == status
        with pytest.raises(ValueError, match=r"."):
            response.json()
    with losant.faults.slow(bytes_per_second=10_000):
        assert client.request(method, path).content == whole
    with (
        losant.faults.truncated(),
        pytest.raises(httpx.RemoteProtocolError, match=f"received {len(whole) // 2} bytes"),
    ):
        client.request(method, path)


def test_head_with_an_injected_answer(losant: MockServer, client: httpx.Client, users: str) -> None:
    """The answer to HEAD has no body, whatever a fault says."""
    losant.faults.status(503, retry_after=1)
    response = client.head(users)
    assert (response.status_code, response.content) == (503, b"")
    assert response.headers["retry-after"] == "1"


def test_http_1_0(losant: MockServer, wire: Any, users: str) -> None:
    """A client of the last century sees a truncated body as such."""
    losant.faults.truncated()
    received = wire.exchange(wire.request().replace(b"HTTP/1.1", b"HTTP/1.0"))
    head, _, body = received.partition(b"\r\n\r\n")
    assert f"content-length: {len(body) * 2}".encode()[:-1] in head.lower()


def test_large_body_before_a_reset(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A body of some megabytes is read before its connection is reset, in whatever size it is."""
    losant.faults.reset()
    for size in (1_000_000, 8_000_000):
        with pytest.raises(httpx.TransportError):
            client.post(users, content=b"x" * size)
    assert [request.status for request in losant.requests] == [None, None]
