"""Several faults at once, and setting and removing them."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx2 as httpx
import pytest

from mock_server import ControlPlaneError, LosantMock, MockServer


def test_delays_add_up(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Two delays are as long as both together."""
    losant.faults.delay(0.1)
    losant.faults.delay(0.15)
    began = time.monotonic()
    assert client.get(users).status_code == 200
    assert time.monotonic() - began >= 0.25


def test_delay_before_an_error(losant: MockServer, client: httpx.Client, users: str) -> None:
    """An error can come late."""
    losant.faults.delay(0.1)
    losant.faults.status(503)
    began = time.monotonic()
    assert client.get(users).status_code == 503
    assert time.monotonic() - began >= 0.1


def test_broken_error(losant: MockServer, client: httpx.Client, users: str) -> None:
    """An injected error can have a broken body, if that was asked for before it."""
    losant.faults.malformed()
    losant.faults.status(503)
    response = client.get(users)
    assert response.status_code == 503
    with pytest.raises(ValueError, match=r"line 1"):
        response.json()


def test_slow_and_truncated(losant: MockServer, client: httpx.Client, users: str) -> None:
    """The half of a body that comes can come slowly."""
    size = len(client.get(users).content)
    losant.faults.slow(bytes_per_second=size / 2 / 0.1)
    losant.faults.truncated()
    began = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(users)
    assert time.monotonic() - began >= 0.09


def test_first_that_answers_decides(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Those after it do not see the request, and take over when it has run out."""
    first = losant.faults.status(500, first=1)
    second = losant.faults.status(502, first=1)
    third = losant.faults.too_many_requests(first=1)
    assert [client.get(users).status_code for _ in range(4)] == [500, 502, 429, 200]
    assert [one.matched for one in (first, second, third)] == [4, 3, 2]
    assert [one.struck for one in (first, second, third)] == [1, 1, 1]


def test_disconnect_before_an_answer_decides(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """A fault that ends the connection decides as one that answers does."""
    losant.faults.close(first=1)
    losant.faults.status(500)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(users)
    assert client.get(users).status_code == 500


def test_rate_limit_before_an_error(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Whom a rate limit lets pass, the next fault strikes."""
    losant.clock.freeze()
    losant.faults.rate_limit(1, window=60)
    losant.faults.status(500)
    assert [client.get(users).status_code for _ in range(2)] == [500, 429]


def test_journal_names_those_that_struck(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """The journal has the faults of a request in the order in which they struck."""
    delay = losant.faults.delay(0.001)
    never = losant.faults.status(500, nth=100)
    answer = losant.faults.status(503, first=1)
    client.get(users)
    client.get(users)
    struck = [request.faults for request in losant.requests]
    assert struck == [(delay.id, answer.id), (delay.id,)]
    assert never.id not in struck[0]


def test_removing(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A fault that is removed strikes no more; the others stay."""
    one = losant.faults.status(500)
    losant.faults.status(503)
    one.remove()
    one.remove()
    assert client.get(users).status_code == 503
    assert len(losant.faults) == 1


def test_clearing(losant: MockServer, client: httpx.Client, users: str) -> None:
    """All faults can be removed at once."""
    losant.faults.status(500)
    losant.faults.delay(60)
    losant.faults.clear()
    assert client.get(users).status_code == 200
    assert list(losant.faults) == []


def test_context_manager(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A fault lasts as long as its block, whatever happens in it."""

    def work() -> None:
        with losant.faults.status(500) as fault:
            assert client.get(users).status_code == 500
            assert fault.struck == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert client.get(users).status_code == 200


def test_reset_forgets_faults(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Every test begins without faults."""
    losant.faults.status(500)
    losant.reset()
    assert client.get(users).status_code == 200


def test_snapshots_leave_faults_alone(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Going back to saved records is no reason to forget a fault, or what it has counted."""
    fault = losant.faults.status(500, first=2)
    before = losant.snapshot()
    client.get(users)
    losant.restore(before)
    assert fault.struck == 1
    assert [client.get(users).status_code for _ in range(2)] == [500, 200]


def test_stale_fault_removes_no_other(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Removing a fault that a reset has removed already leaves later ones alone."""
    stale = losant.faults.status(500)
    losant.faults.clear()
    losant.faults.status(503)
    stale.remove()
    assert client.get(users).status_code == 503


def test_counters_after_the_end(losant: MockServer, client: httpx.Client, users: str) -> None:
    """How often a fault struck can be asked after its block."""
    with losant.faults.status(500) as fault:
        client.get(users)
    assert (fault.matched, fault.struck) == (1, 1)


def test_removing_without_a_server() -> None:
    """A fault that could not be removed is not passed over in silence."""
    with MockServer() as server:
        away = LosantMock(server.url)
        fault = away.faults.status(500)
    with pytest.raises(ControlPlaneError, match="does not answer"):
        fault.remove()


def test_listing(losant: MockServer) -> None:
    """Faults are listed in order, as they were given."""
    losant.faults.delay((1, 2), action="experienceUsers.*", first=2)
    losant.faults.status(429, retry_after=3, carry_out=True, json=None)
    assert [fault.definition for fault in losant.faults] == [
        {"kind": "delay", "min": 1, "max": 2, "action": "experienceUsers.*", "first": 2},
        {"kind": "status", "status": 429, "retryAfter": 3, "carryOut": True, "body": None},
    ]
    assert len(losant.faults) == 2


def test_sandboxes_do_not_share_faults(losant: MockServer, client: httpx.Client) -> None:
    """A fault strikes in its own world only, and so does a fault of the whole server."""
    with losant.sandbox() as one, losant.sandbox() as other:
        one.faults.status(500)
        losant.faults.status(502)

        def ask(world: LosantMock) -> int:
            path = f"/applications/{world.application_id}/experience/users"
            return client.get(world.url + path).status_code

        assert [ask(world) for world in (one, other, losant)] == [500, 200, 502]
        assert [len(world.faults) for world in (one, other, losant)] == [1, 0, 1]


def test_path_in_a_sandbox(losant: MockServer, client: httpx.Client) -> None:
    """In a sandbox a path begins where the API's does."""
    with losant.sandbox() as sandbox:
        sandbox.faults.status(500, path="/applications")
        assert client.get(f"{sandbox.url}/applications").status_code == 500


@pytest.mark.parametrize("kind", ["status", "delay", "reset", "malformed", "truncated"])
def test_control_plane_is_never_struck(
    losant: MockServer,
    client: httpx.Client,
    emails: Callable[[], list[str]],
    kind: str,
) -> None:
    """However bad it gets, a test can see what happens and end it."""
    values = {"status": {"status": 500}, "delay": {"seconds": 60}}.get(kind, {})
    document = {"kind": kind, "path": "*", **values}
    assert client.post("/_mock/faults", json=document).status_code == 201
    assert client.post("/_mock/faults", json={**document, "method": "GET"}).status_code == 201
    assert client.get("/_mock/health").status_code == 200
    assert len(emails()) == 2
    with losant.sandbox() as sandbox:
        assert sandbox.info()["sandbox"] == sandbox.name
    losant.faults.clear()
    assert [fault.struck for fault in losant.faults] == []


def test_unknown_keyword(losant: MockServer) -> None:
    """A keyword that is misspelled is told, with all that there are."""
    with pytest.raises(TypeError, match="unknown keyword 'acton'; there are: action, method"):
        losant.faults.reset(acton="experienceUsers.*")  # type: ignore[call-arg]
