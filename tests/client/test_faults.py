"""``losant.faults``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

import pytest

from mock_server import ControlPlaneError, LosantMock
from mock_server.client.faults import Fault, Faults
from tests.client.conftest import Ask

Set = Callable[[Faults], Fault]


@pytest.mark.parametrize(
    ("put", "status"),
    [
        (lambda faults: faults.status(503), 503),
        (lambda faults: faults.status(418, type="Tea", message="pot", retry_after=1), 418),
        (lambda faults: faults.too_many_requests(), 429),
        (lambda faults: faults.expired_token(), 401),
        (lambda faults: faults.rate_limit(0, window=60), 429),
        (lambda faults: faults.rate_limit(5, window=timedelta(minutes=1)), 200),
        (lambda faults: faults.delay(0.001), 200),
        (lambda faults: faults.delay(timedelta(milliseconds=1)), 200),
        (lambda faults: faults.delay((0.001, 0.002)), 200),
        (lambda faults: faults.delay(median=0.001, sigma=0.1), 200),
        (lambda faults: faults.slow(bytes_per_second=1_000_000), 200),
    ],
)
def test_answers(losant: LosantMock, ask: Ask, put: Set, status: int) -> None:
    """A fault answers, or makes the answer late; it counts what it was for and what it did."""
    fault = put(losant.faults)
    assert ask(losant)[0] == status
    assert fault.matched == 1
    assert losant.requests.last().status == status
    fault.remove()
    assert ask(losant)[0] == 200


@pytest.mark.parametrize(
    "put",
    [
        lambda faults: faults.reset(),
        lambda faults: faults.close(),
        lambda faults: faults.malformed(),
        lambda faults: faults.truncated(),
    ],
)
def test_no_answers(losant: LosantMock, ask: Ask, put: Set) -> None:
    """A fault ends the connection, or breaks the answer."""
    with put(losant.faults) as fault:
        with pytest.raises((OSError, HTTPException, ValueError)):
            ask(losant)
        assert (fault.matched, fault.struck) == (1, 1)
        assert losant.requests.last().faults == (fault.id,)
    assert ask(losant)[0] == 200


def test_carrying_out(losant: LosantMock, ask: Ask) -> None:
    """A request can fail although it was carried out."""
    body = {"email": "ann@example.com", "password": "password1"}
    with losant.faults.status(500, carry_out=True):
        assert ask(losant, "POST", body=body)[0] == 500
    assert [user.email for user in losant.users] == ["ann@example.com"]


@pytest.mark.parametrize(
    ("strikes", "struck"),
    [
        ({"action": "experienceUser.*"}, [False, False, True]),
        ({"method": "GET", "path": "*/users"}, [True, True, False]),
        ({"query": {"page": "0"}}, [False, True, False]),
        ({"first": 1}, [True, False, False]),
        ({"nth": 2}, [False, True, False]),
        ({"every": 2}, [False, True, False]),
        ({"probability": 0.0}, [False, False, False]),
        ({"probability": 1.0}, [True, True, True]),
        ({"until": datetime(2000, 1, 1)}, [False, False, False]),
        ({"until": "2999-01-01T00:00:00Z"}, [True, True, True]),
        ({"token": "no token of theirs"}, [False, False, False]),
        ({"json": {"email": "x"}}, [False, False, False]),
    ],
)
def test_whom_it_strikes(
    losant: LosantMock, ask: Ask, strikes: dict[str, Any], struck: list[bool]
) -> None:
    """A fault strikes what its keywords say, and nothing else."""
    losant.faults.status(503, **strikes)
    paths = ("users", "users?page=0", f"users/{'f' * 24}")
    assert [ask(losant, path=path)[0] == 503 for path in paths] == struck


def test_several(losant: LosantMock, ask: Ask) -> None:
    """Faults act in their order, are listed, and can be cleared all at once."""
    first = losant.faults.status(503, first=1)
    losant.faults.too_many_requests()
    assert [ask(losant)[0] for _ in range(2)] == [503, 429]
    found, _ = losant.faults
    assert (found.id, found.definition) == (first.id, first.definition)
    losant.faults.clear()
    assert len(losant.faults) == 0
    assert ask(losant)[0] == 200


def test_by_definition(losant: LosantMock, ask: Ask) -> None:
    """A fault can be added as the control plane describes it, and as another one was."""
    fault = losant.faults.add({"kind": "tooManyRequests", "retryAfter": 5, "nth": 2})
    again = losant.faults.add(fault.definition)
    assert again.definition == {"kind": "tooManyRequests", "retryAfter": 5, "nth": 2}
    assert [ask(losant)[0] for _ in range(3)] == [200, 429, 429]
    assert (fault.struck, again.struck) == (1, 1)
    with pytest.raises(ControlPlaneError, match="kind must be one of status, tooManyRequests"):
        losant.faults.add({"kind": "teapot"})


def test_removing_twice(losant: LosantMock, ask: Ask) -> None:
    """Removing a fault that is gone does nothing; what it did is known still."""
    fault = losant.faults.status(503)
    ask(losant)
    fault.remove()
    fault.remove()
    assert (fault.matched, fault.struck, len(losant.faults)) == (1, 1, 0)


def test_faults_that_others_removed(losant: LosantMock, ask: Ask) -> None:
    """A fault that was cleared away does not tell of itself what is not so."""
    fault = losant.faults.status(503)
    ask(losant)
    losant.faults.clear()
    with suppress(ControlPlaneError, LookupError):
        assert fault.struck == 1


def test_removing_by_id(losant: LosantMock) -> None:
    """A fault is removed by its id as well, if there is one."""
    first, second = losant.faults.reset(), losant.faults.close()
    losant.faults.remove(first.id)
    assert [fault.id for fault in losant.faults] == [second.id]
    with pytest.raises((ControlPlaneError, LookupError), match="was not found"):
        losant.faults.remove(first.id)


def test_repr_shows_no_token(losant: LosantMock) -> None:
    """A fault shows what it does, but not for which token."""
    token = losant.token()
    fault = losant.faults.status(503, token=token)
    assert "503" in repr(fault)
    assert token not in repr([fault, *losant.faults])


@pytest.mark.parametrize(
    "put",
    [
        lambda faults: faults.status(200),
        lambda faults: faults.status(503, first=0),
        lambda faults: faults.status(503, probability=2),
        lambda faults: faults.status(503, until="tomorrow"),
        lambda faults: faults.rate_limit(-1, window=1),
        lambda faults: faults.rate_limit(1, window=0),
        lambda faults: faults.delay(),
        lambda faults: faults.delay(-1),
        lambda faults: faults.delay((2, 1)),
        lambda faults: faults.delay(1, median=1, sigma=1),
        lambda faults: faults.slow(bytes_per_second=0),
    ],
)
def test_impossible_faults(losant: LosantMock, put: Set) -> None:
    """A fault that cannot be is refused, and none is set."""
    with pytest.raises(ControlPlaneError) as refused:
        put(losant.faults)
    assert refused.value.status == 400
    assert len(losant.faults) == 0


def test_unknown_keywords(losant: LosantMock) -> None:
    """A keyword that does not exist is a TypeError that tells those that do."""
    with pytest.raises(TypeError, match=r"unknown keyword 'times'; there are: action, .* first"):
        losant.faults.status(503, times=1)  # type: ignore[call-arg]
