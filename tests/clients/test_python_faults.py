"""The official Python client: what it makes of faults, and of time that passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from losant_rest import Client, LosantError

from mock_server import MockServer

Refusal = Callable[..., tuple[int, Any]]

NEW = {"email": "gil@example.com", "password": "password1234"}
EXPIRED = (401, {"type": "Unauthorized", "message": "Access token has expired"})


def test_status(server: MockServer, client: Client, app_id: str, refusal: Refusal) -> None:
    """An injected error arrives as the client's own."""
    server.faults.status(503)
    answer = refusal(client.experience_users.get, applicationId=app_id)
    assert answer == (503, {"type": "ServiceUnavailable", "message": "Service Unavailable"})


def test_message(server: MockServer, client: Client, app_id: str) -> None:
    """Type and message of an injected error are those that the client tells."""
    server.faults.status(500, type="Broken", message="Nobody knows")
    with pytest.raises(LosantError, match="Nobody knows"):
        client.experience_users.get(applicationId=app_id)


def test_too_many_requests(
    server: MockServer, client: Client, app_id: str, refusal: Refusal
) -> None:
    """One request too many is refused as the API does."""
    server.faults.rate_limit(1, window=60)
    assert client.experience_users.get(applicationId=app_id)["totalCount"] == 6
    answer = refusal(client.experience_users.get, applicationId=app_id)
    assert answer == (429, {"type": "TooManyRequests", "message": "Too many requests"})


def test_expired_token_by_a_fault(
    server: MockServer, client: Client, app_id: str, refusal: Refusal
) -> None:
    """A token that is good is answered as one that has expired."""
    server.faults.expired_token(action="experienceUser*")
    assert refusal(client.experience_users.get, applicationId=app_id) == EXPIRED
    assert client.application.get(applicationId=app_id)["id"] == app_id


def test_expired_token_by_the_clock(
    server: MockServer, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """A token of one hour works, and two hours later it does not; nobody has slept."""
    client = connect(server.token("all.Application", expires_in=3600))
    assert client.experience_users.get(applicationId=app_id)["totalCount"] == 6
    server.clock.advance(hours=2)
    assert refusal(client.experience_users.get, applicationId=app_id) == EXPIRED


def test_api_token_that_expires(
    server: MockServer,
    client: Client,
    connect: Callable[[str], Client],
    app_id: str,
    refusal: Refusal,
) -> None:
    """An API token works until its expirationDate on the world's clock."""
    server.clock.freeze("2029-12-31T23:59:59Z")
    wanted = {"name": "Brief", "expirationDate": "2030-01-01T00:00:00.000Z"}
    token = client.application_api_tokens.post(applicationId=app_id, apiToken=wanted)["token"]
    brief = connect(token)
    assert brief.experience_users.get(applicationId=app_id)["totalCount"] == 6
    server.clock.advance(seconds=1)
    assert refusal(brief.experience_users.get, applicationId=app_id) == EXPIRED


def test_login_that_expires(
    server: MockServer, connect: Callable[[str | None], Client], refusal: Refusal
) -> None:
    """The token of a login works for its tokenTTL on the world's clock."""
    server.clock.freeze()
    credentials = {"email": "robin@example.com", "password": "password1234", "tokenTTL": 60}
    client = connect(connect(None).auth.authenticate_user(credentials=credentials)["token"])
    assert client.applications.get()["totalCount"] == 3
    server.clock.advance(minutes=1)
    assert refusal(client.applications.get) == EXPIRED


def test_dates_and_ids(server: MockServer, client: Client, app_id: str) -> None:
    """While the clock stands still, whatever is created has one date, and ids begin with it."""
    at = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    server.clock.freeze(at)
    user = client.experience_users.post(applicationId=app_id, experienceUser=NEW)
    group = client.experience_groups.post(applicationId=app_id, experienceGroup={"name": "New"})
    written = "2031-02-03T04:05:06.000Z"
    assert user["creationDate"] == group["creationDate"] == group["lastUpdated"] == written
    assert user["id"][:8] == group["id"][:8] == f"{int(at.timestamp()):08x}"


def test_malformed(server: MockServer, client: Client, app_id: str) -> None:
    """The client hands on what it could not parse, as text."""
    server.faults.malformed()
    answer = client.experience_users.get(applicationId=app_id)
    assert isinstance(answer, str)
    assert answer.startswith('{"items":[')


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", requests.ConnectionError),
        ("close", requests.ConnectionError),
        ("truncated", requests.exceptions.ChunkedEncodingError),
    ],
)
def test_ended_connection(
    server: MockServer, client: Client, app_id: str, kind: str, error: type[Exception]
) -> None:
    """The client lets errors of the connection through, and works again after them."""
    getattr(server.faults, kind)(first=1)
    with pytest.raises(error):
        client.experience_users.get(applicationId=app_id)
    assert client.experience_users.get(applicationId=app_id)["totalCount"] == 6


def test_delay(server: MockServer, client: Client, app_id: str) -> None:
    """The client has no timeout, and waits."""
    server.faults.delay(0.15)
    began = time.monotonic()
    assert client.experience_users.get(applicationId=app_id)["totalCount"] == 6
    assert time.monotonic() - began >= 0.15


@pytest.mark.parametrize("carry_out", [False, True])
def test_error_after_the_deed(
    server: MockServer, client: Client, app_id: str, refusal: Refusal, carry_out: bool
) -> None:
    """A creation that fails with an error created somebody or nobody, as the fault says."""
    server.faults.status(500, action="experienceUsers.post", carry_out=carry_out)
    refusal(client.experience_users.post, applicationId=app_id, experienceUser=NEW)
    count = client.experience_users.get(applicationId=app_id)["totalCount"]
    assert count == (7 if carry_out else 6)


def test_one_user_only(server: MockServer, client: Client, app_id: str, refusal: Refusal) -> None:
    """A fault for what is in a body strikes the request that has it, and no other."""
    server.faults.status(500, json={"email": NEW["email"]})
    other = {**NEW, "email": "ida@example.com"}
    client.experience_users.post(applicationId=app_id, experienceUser=other)
    answer = refusal(client.experience_users.post, applicationId=app_id, experienceUser=NEW)
    assert answer[0] == 500


def test_one_token_only(
    server: MockServer, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """Of two clients, the one whose token is named is struck."""
    one, other = server.token("experienceUsers.get"), server.token("experienceUsers.*")
    server.faults.status(503, token=one)
    assert refusal(connect(one).experience_users.get, applicationId=app_id)[0] == 503
    assert connect(other).experience_users.get(applicationId=app_id)["totalCount"] == 6
