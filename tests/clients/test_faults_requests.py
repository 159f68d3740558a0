"""Faults as the library requests sees them, and a session that lives on after them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import IncompleteRead, RemoteDisconnected

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, JSONDecodeError

from mock_server import MockServer

TIMEOUT = 20.0
NEW = {"email": "gil@example.com", "password": "password1234"}


@pytest.fixture
def session(server: MockServer) -> Iterator[requests.Session]:
    """A session that keeps its connection and does not retry."""
    with requests.Session() as opened:
        opened.headers["Authorization"] = f"Bearer {server.token()}"
        yield opened


@pytest.fixture
def users(server: MockServer) -> str:
    """The URL of the users."""
    return f"{server.url}/applications/{server.application_id}/experience/users"


@pytest.fixture(autouse=True)
def _goes_on(server: MockServer, session: requests.Session, users: str) -> Iterator[None]:
    """Before a fault and after it, the session works, with the same pool of connections."""
    assert session.get(users, timeout=TIMEOUT).status_code == 200
    server.requests.clear()
    yield
    server.faults.clear()
    for _ in range(2):
        assert session.get(users, timeout=TIMEOUT).status_code == 200


def test_reset(server: MockServer, session: requests.Session, users: str) -> None:
    """A reset is one: the system says so."""
    server.faults.reset()
    with pytest.raises(requests.ConnectionError) as caught:
        session.get(users, timeout=TIMEOUT)
    assert isinstance(caught.value.args[0].args[1], ConnectionResetError)


def test_close(server: MockServer, session: requests.Session, users: str) -> None:
    """A connection that is closed without an answer is told from one that is reset."""
    server.faults.close()
    with pytest.raises(requests.ConnectionError) as caught:
        session.get(users, timeout=TIMEOUT)
    assert isinstance(caught.value.args[0].args[1], RemoteDisconnected)


def test_truncated(server: MockServer, session: requests.Session, users: str) -> None:
    """Half of a body is missing, and the library knows how much."""
    size = len(session.get(users, timeout=TIMEOUT).content)
    server.faults.truncated()
    with pytest.raises(ChunkedEncodingError) as caught:
        session.get(users, timeout=TIMEOUT)
    incomplete = caught.value.args[0].args[1]
    assert isinstance(incomplete, IncompleteRead)
    # The library puts a count where there should be bytes.
    assert str(incomplete.partial) == str(size // 2)
    assert incomplete.expected == size - size // 2


def test_malformed(server: MockServer, session: requests.Session, users: str) -> None:
    """A whole answer arrives that is no JSON."""
    server.faults.malformed()
    response = session.get(users, timeout=TIMEOUT)
    assert response.status_code == 200
    with pytest.raises(JSONDecodeError):
        response.json()


def test_delay(server: MockServer, session: requests.Session, users: str) -> None:
    """Whoever is patient gets his answer."""
    server.faults.delay(0.1)
    began = time.monotonic()
    assert session.get(users, timeout=TIMEOUT).status_code == 200
    assert time.monotonic() - began >= 0.1


def test_delay_that_is_too_long(server: MockServer, session: requests.Session, users: str) -> None:
    """Whoever is not patient has a timeout."""
    server.faults.delay(60)
    with pytest.raises(requests.ReadTimeout):
        session.get(users, timeout=0.1)


def test_slow_body(server: MockServer, session: requests.Session, users: str) -> None:
    """A timeout counts from one piece to the next: a slow body is whole in the end."""
    whole = session.get(users, timeout=TIMEOUT).content
    server.faults.slow(bytes_per_second=len(whole) / 0.2)
    began = time.monotonic()
    assert session.get(users, timeout=TIMEOUT).content == whole
    assert time.monotonic() - began >= 0.19


def test_status(server: MockServer, session: requests.Session, users: str) -> None:
    """An error is raised as one, and has its body."""
    server.faults.status(503, message="Back soon", retry_after=3)
    response = session.get(users, timeout=TIMEOUT)
    with pytest.raises(requests.HTTPError, match="503 Server Error: Service Unavailable"):
        response.raise_for_status()
    assert response.json() == {"type": "ServiceUnavailable", "message": "Back soon"}
    assert response.headers["Retry-After"] == "3"


@pytest.mark.parametrize("carry_out", [False, True])
def test_reset_after_the_deed(
    server: MockServer, session: requests.Session, users: str, carry_out: bool
) -> None:
    """A client that hears nothing cannot know whether its user was created."""
    server.faults.reset(carry_out=carry_out, method="POST")
    with pytest.raises(requests.ConnectionError):
        session.post(users, json=NEW, timeout=TIMEOUT)
    assert (NEW["email"] in {user.email for user in server.users}) is carry_out


@pytest.fixture
def retrying(session: requests.Session) -> requests.Session:
    """The session, with the usual retries."""
    retry = urllib3.Retry(
        total=5,
        backoff_factor=0.01,
        status_forcelist=[429, 500, 502, 503, 504],
        allowed_methods=None,
    )
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


@pytest.mark.parametrize("kind", ["status", "reset", "close"])
def test_retrying(server: MockServer, retrying: requests.Session, users: str, kind: str) -> None:
    """Two fail and the third succeeds, and so does whoever tries again."""
    if kind == "status":
        fault = server.faults.status(503, first=2)
    else:
        fault = getattr(server.faults, kind)(first=2)
    assert retrying.post(users, json=NEW, timeout=TIMEOUT).status_code == 201
    failed = 503 if kind == "status" else None
    tries = server.requests.list("experienceUsers.post")
    assert [one.status for one in tries] == [failed, failed, 201]
    assert [one.faults for one in tries] == [(fault.id,), (fault.id,), ()]
    assert (fault.matched, fault.struck) == (3, 2)


def test_retrying_heeds_retry_after(
    server: MockServer, retrying: requests.Session, users: str
) -> None:
    """Who is told to come back in a second does, and is let in."""
    server.faults.too_many_requests(retry_after=1, first=1)
    began = time.monotonic()
    assert retrying.get(users, timeout=TIMEOUT).status_code == 200
    assert time.monotonic() - began >= 0.99
    server.requests.assert_called("experienceUsers.get", times=1, status=429)
    server.requests.assert_called("experienceUsers.get", times=1, status=200)


def test_retrying_what_was_done(server: MockServer, retrying: requests.Session, users: str) -> None:
    """Who tries again what was carried out learns that it was."""
    server.faults.close(carry_out=True, first=1)
    response = retrying.post(users, json=NEW, timeout=TIMEOUT)
    assert (response.status_code, response.json()["type"]) == (400, "AlreadyExists")
    server.requests.assert_called("experienceUsers.post", times=2)
