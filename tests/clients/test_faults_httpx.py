"""Faults as the library httpx sees them, and a client that lives on after them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import httpx2 as httpx
import pytest

from mock_server import MockServer

TIMEOUT = 20.0
NEW = {"email": "gil@example.com", "password": "password1234"}


@pytest.fixture
def api(server: MockServer) -> Iterator[httpx.Client]:
    """A client that keeps its connections."""
    headers = {"Authorization": f"Bearer {server.token()}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=TIMEOUT) as opened:
        yield opened


@pytest.fixture
def users(app_id: str) -> str:
    """The path of the users."""
    return f"/applications/{app_id}/experience/users"


@pytest.fixture(autouse=True)
def _goes_on(server: MockServer, api: httpx.Client, users: str) -> Iterator[None]:
    """Before a fault and after it, the client works, with the same pool of connections."""
    assert api.get(users).status_code == 200
    server.requests.clear()
    yield
    server.faults.clear()
    for _ in range(2):
        assert api.get(users).status_code == 200


def test_reset(server: MockServer, api: httpx.Client, users: str) -> None:
    """A reset is one: the system says so."""
    server.faults.reset()
    with pytest.raises(httpx.ReadError) as caught:
        api.get(users)
    errors = [caught.value, caught.value.__cause__]
    while errors[-1] is not None:
        errors.append(errors[-1].__cause__ or errors[-1].__context__)
    assert any(isinstance(error, ConnectionResetError) for error in errors)


def test_close(server: MockServer, api: httpx.Client, users: str) -> None:
    """A connection that is closed without an answer is told from one that is reset."""
    server.faults.close()
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        api.get(users)


def test_truncated(server: MockServer, api: httpx.Client, users: str) -> None:
    """Half of a body is missing, and the library knows how much."""
    size = len(api.get(users).content)
    server.faults.truncated()
    message = rf"received {size // 2} bytes, expected {size}\b"
    with pytest.raises(httpx.RemoteProtocolError, match=message):
        api.get(users)


def test_malformed(server: MockServer, api: httpx.Client, users: str) -> None:
    """A whole answer arrives that is no JSON."""
    server.faults.malformed()
    response = api.get(users)
    assert response.status_code == 200
    with pytest.raises(ValueError, match="line 1"):
        response.json()


def test_delay_that_is_too_long(server: MockServer, api: httpx.Client, users: str) -> None:
    """Whoever is not patient has a timeout."""
    server.faults.delay(60)
    with pytest.raises(httpx.ReadTimeout):
        api.get(users, timeout=0.1)


def test_slow_body(server: MockServer, api: httpx.Client, users: str) -> None:
    """A slow body is whole in the end."""
    whole = api.get(users).content
    server.faults.slow(bytes_per_second=len(whole) / 0.2)
    began = time.monotonic()
    assert api.get(users).content == whole
    assert time.monotonic() - began >= 0.19


def test_slow_body_that_is_too_slow(server: MockServer, api: httpx.Client, users: str) -> None:
    """Whoever is not patient between two pieces has a timeout, after the head."""
    server.faults.slow(bytes_per_second=0.01)
    with (
        api.stream("GET", users, timeout=httpx.Timeout(TIMEOUT, read=0.3)) as response,
        pytest.raises(httpx.ReadTimeout),
    ):
        response.read()
    assert response.status_code == 200


def test_status(server: MockServer, api: httpx.Client, users: str) -> None:
    """An error is raised as one, and has its body."""
    server.faults.too_many_requests(retry_after=3)
    response = api.get(users)
    with pytest.raises(httpx.HTTPStatusError, match="429 Too Many Requests"):
        response.raise_for_status()
    assert response.json() == {"type": "TooManyRequests", "message": "Too many requests"}
    assert response.headers["Retry-After"] == "3"


@pytest.mark.parametrize("carry_out", [False, True])
def test_close_after_the_deed(
    server: MockServer, api: httpx.Client, users: str, carry_out: bool
) -> None:
    """A client that hears nothing cannot know whether its user was created."""
    server.faults.close(carry_out=carry_out, method="POST")
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(users, json=NEW)
    assert (NEW["email"] in {user.email for user in server.users}) is carry_out


def test_asynchronous_client(server: MockServer, users: str) -> None:
    """One of many concurrent requests is reset, and the others are answered."""
    server.faults.reset(nth=5)
    headers = {"Authorization": f"Bearer {server.token()}"}

    async def run() -> list[object]:
        async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
            gathered = await asyncio.gather(
                *(client.get(users) for _ in range(10)), return_exceptions=True
            )
        return [one.status_code if isinstance(one, httpx.Response) else one for one in gathered]

    answers = asyncio.run(run())
    assert answers.count(200) == 9
    assert sum(isinstance(one, httpx.ReadError) for one in answers) == 1


def persistently(send: Callable[[], httpx.Response], tries: int) -> httpx.Response:
    """Send a request again while it fails, and wait longer each time, or as long as one is told."""
    pause = 0.01
    for _ in range(tries):
        try:
            response = send()
        except httpx.TransportError:
            pass
        else:
            if response.status_code < 500 and response.status_code != 429:
                return response
            pause = max(pause, float(response.headers.get("retry-after", 0)))
        time.sleep(pause)
        pause *= 2
    raise AssertionError(f"failed {tries} times")


@pytest.mark.parametrize("kind", ["status", "reset", "close", "truncated"])
def test_retrying(server: MockServer, api: httpx.Client, users: str, kind: str) -> None:
    """Two fail and the third succeeds, and so does whoever tries again."""
    if kind == "status":
        fault = server.faults.status(503, first=2)
    else:
        fault = getattr(server.faults, kind)(first=2)
    assert persistently(lambda: api.get(users), 3).status_code == 200
    tries = server.requests.list()
    failed = {"status": 503, "truncated": 200}.get(kind)
    assert [one.status for one in tries] == [failed, failed, 200]
    assert [one.faults for one in tries] == [(fault.id,), (fault.id,), ()]


def test_retrying_through_a_rate_limit(server: MockServer, api: httpx.Client, users: str) -> None:
    """Whoever waits as long as a rate limit says is let in again."""
    server.faults.rate_limit(2, window=1)
    for _ in range(3):
        assert persistently(lambda: api.get(users), 3).status_code == 200
    assert [one.status for one in server.requests] == [200, 200, 429, 200]
