"""What each kind of fault makes of an answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer

NEW = {"email": "new@example.com", "password": "password1234"}


def body(response: httpx.Response) -> Any:
    """Return a JSON body that says that it is one."""
    assert response.headers["content-type"] == "application/json"
    return response.json()


@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        (400, "Validation", "Request is not valid"),
        (401, "Unauthorized", "Invalid access token"),
        (403, "Forbidden", "Access is forbidden"),
        (404, "NotFound", "Application was not found"),
        (409, "AlreadyExists", "Resource already exists"),
        (429, "TooManyRequests", "Too many requests"),
        (500, "InternalServerError", "Internal Server Error"),
        (502, "BadGateway", "Bad Gateway"),
        (503, "ServiceUnavailable", "Service Unavailable"),
        (504, "GatewayTimeout", "Gateway Timeout"),
        (599, "Error", "Error"),
    ],
)
def test_status_with_its_usual_body(
    losant: MockServer, client: httpx.Client, users: str, status: int, kind: str, message: str
) -> None:
    """An error has the type and the message that go with its status."""
    losant.faults.status(status)
    response = client.get(users)
    assert response.status_code == status
    assert body(response) == {"type": kind, "message": message}
    assert "retry-after" not in response.headers


def test_status_with_a_body_of_ones_own(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """Type and message can be given."""
    losant.faults.status(500, type="Broken", message="Nobody knows ✗")
    assert body(client.get(users)) == {"type": "Broken", "message": "Nobody knows ✗"}


def test_every_status(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Every error status there is, known or not, is answered with a type and a message."""
    for status in range(400, 600):
        losant.faults.status(status, first=1)
        response = client.get(users)
        assert response.status_code == status
        assert all(body(response)[name] for name in ("type", "message"))


def test_status_has_the_headers_of_every_answer(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """A browser may read an injected answer as any other."""
    losant.faults.status(503)
    headers = client.get(users, headers={"Origin": "https://app.example.com"}).headers
    assert headers["access-control-allow-origin"] == "https://app.example.com"
    assert headers["cache-control"] == "no-cache, no-store, must-revalidate"


@pytest.mark.parametrize("seconds", [0, 1, 3600])
def test_status_with_retry_after(
    losant: MockServer, client: httpx.Client, users: str, seconds: int
) -> None:
    """A status can say when to try again."""
    losant.faults.status(503, retry_after=seconds)
    assert client.get(users).headers["retry-after"] == str(seconds)


def test_too_many_requests(losant: MockServer, client: httpx.Client, users: str) -> None:
    """The answer to one request too many says when to come back."""
    losant.faults.too_many_requests(retry_after=7)
    response = client.get(users)
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert body(response) == {"type": "TooManyRequests", "message": "Too many requests"}


def test_expired_token(losant: MockServer, client: httpx.Client, users: str) -> None:
    """The answer to a token that has expired is the real one."""
    losant.faults.expired_token()
    injected = client.get(users)
    losant.faults.clear()
    old = {"Authorization": f"Bearer {losant.token(expires_in=-60)}"}
    real = client.get(users, headers=old)
    assert (injected.status_code, injected.content) == (real.status_code, real.content)
    assert body(real) == {"type": "Unauthorized", "message": "Access token has expired"}


@pytest.mark.parametrize("carry_out", [False, True])
@pytest.mark.parametrize("kind", ["status", "reset", "close"])
def test_carrying_out(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    emails: Callable[[], list[str]],
    kind: str,
    carry_out: bool,
) -> None:
    """What fails was done all the same where that was asked for, and else it was not."""
    if kind == "status":
        losant.faults.status(500, carry_out=carry_out)
    elif kind == "reset":
        losant.faults.reset(carry_out=carry_out)
    else:
        losant.faults.close(carry_out=carry_out)
    try:
        assert client.post(users, json=NEW).status_code == 500
    except httpx.TransportError:
        assert kind != "status"
    assert ("new@example.com" in emails()) is carry_out


@pytest.mark.parametrize("kind", ["malformed", "truncated"])
def test_broken_answers_were_carried_out(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    emails: Callable[[], list[str]],
    kind: str,
) -> None:
    """Whoever cannot read that something was done finds it done."""
    getattr(losant.faults, kind)()
    try:
        assert client.post(users, json=NEW).status_code == 201
    except httpx.RemoteProtocolError:
        assert kind == "truncated"
    assert "new@example.com" in emails()


@pytest.mark.parametrize("kind", ["status", "tooManyRequests", "expiredToken"])
def test_errors_are_not_carried_out_unless_asked_for(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    emails: Callable[[], list[str]],
    kind: str,
) -> None:
    """An error means that nothing was done."""
    status = {"status": 500} if kind == "status" else {}
    client.post("/_mock/faults", json={"kind": kind, **status})
    assert client.post(users, json=NEW).status_code >= 400
    assert emails() == ["ann@example.com", "ben@example.com"]


def test_malformed_is_complete_http(losant: MockServer, client: httpx.Client, users: str) -> None:
    """All bytes that were announced arrive as JSON, but no parser takes them for it."""
    losant.faults.malformed()
    response = client.get(users)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.content)
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_malformed_errors(losant: MockServer, client: httpx.Client, users: str) -> None:
    """An answer that was an error anyway is broken as well."""
    losant.faults.malformed()
    response = client.get(f"{users}/{'f' * 24}")
    assert response.status_code == 404
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_truncated_stops_half_way(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Of the announced body comes the beginning, and then the end of the connection."""
    whole = client.get(users).content
    losant.faults.truncated()
    pieces: list[bytes] = []
    with client.stream("GET", users) as response:
        assert response.headers["content-length"] == str(len(whole))
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message"):
            pieces.extend(response.iter_raw())
    assert b"".join(pieces) == whole[: len(whole) // 2]


def test_delay(losant: MockServer, client: httpx.Client, users: str) -> None:
    """An answer comes as late as was asked for, and is what it always is."""
    usual = client.get(users)
    losant.faults.delay(0.2)
    began = time.monotonic()
    late = client.get(users)
    assert time.monotonic() - began >= 0.2
    assert (late.status_code, late.content) == (200, usual.content)


def test_delay_between(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A delay of a range is never less than the least."""
    losant.faults.delay((0.05, 0.1))
    for _ in range(3):
        began = time.monotonic()
        assert client.get(users).status_code == 200
        assert time.monotonic() - began >= 0.05


def test_delay_without_spread(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A log-normal delay without deviation is its median."""
    losant.faults.delay(median=0.1, sigma=0)
    began = time.monotonic()
    assert client.get(users).status_code == 200
    assert time.monotonic() - began >= 0.099


def test_log_normal_delay(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A log-normal delay delays."""
    losant.faults.delay(median=0.02, sigma=0.5)
    assert client.get(users).status_code == 200
    assert losant.requests.last().milliseconds >= 0.1


def test_slow_body(losant: MockServer, client: httpx.Client, users: str) -> None:
    """The head comes at once, the body as slowly as was asked for, and whole."""
    whole = client.get(users).content
    losant.faults.slow(bytes_per_second=len(whole) / 0.3)
    began = time.monotonic()
    with client.stream("GET", users) as response:
        pieces = list(response.iter_raw())
    assert time.monotonic() - began >= 0.29
    assert b"".join(pieces) == whole
    assert len(pieces) > 1


@pytest.mark.parametrize("rate", [1e6, 1e9, 1e308])
def test_slow_as_lightning(
    losant: MockServer, client: httpx.Client, users: str, rate: float
) -> None:
    """No rate is too high."""
    whole = client.get(users).content
    losant.faults.slow(bytes_per_second=rate)
    assert client.get(users).content == whole


def test_slower_than_a_byte_per_second(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """Of a body that is slower than anybody waits, the head comes all the same."""
    losant.faults.slow(bytes_per_second=0.001)
    with client.stream("GET", users) as response:
        assert response.status_code == 200


def test_rate_limit(losant: MockServer, client: httpx.Client, users: str) -> None:
    """So many requests pass in a window, and the rest are told how long it is yet."""
    losant.clock.freeze()
    losant.faults.rate_limit(2, window=60)
    assert [client.get(users).status_code for _ in range(4)] == [200, 200, 429, 429]
    losant.clock.advance(seconds=45)
    refused = client.get(users)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
    losant.clock.advance(seconds=15)
    assert [client.get(users).status_code for _ in range(3)] == [200, 200, 429]


def test_rate_limit_rounds_the_wait_up(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """Whoever waits as long as he is told is let in."""
    losant.clock.freeze()
    losant.faults.rate_limit(1, window=1.5)
    client.get(users)
    refused = client.get(users)
    assert refused.headers["retry-after"] == "2"
    losant.clock.advance(seconds=2)
    assert client.get(users).status_code == 200


def test_rate_limit_of_nothing(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A limit of 0 lets nobody pass."""
    losant.faults.rate_limit(0, window=60)
    assert client.get(users).status_code == 429


def test_rate_limit_when_the_clock_goes_back(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """Before a window began, there is a new one."""
    losant.clock.freeze()
    losant.faults.rate_limit(1, window=60)
    assert [client.get(users).status_code for _ in range(2)] == [200, 429]
    losant.clock.advance(hours=-1)
    assert [client.get(users).status_code for _ in range(2)] == [200, 429]
