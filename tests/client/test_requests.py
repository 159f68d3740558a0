"""``losant.requests``."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from mock_server import ControlPlaneError, LosantMock
from tests.client.conftest import Ask

ANN = {"email": "ann@example.com", "password": "correct horse", "userTags": {"floor": "3"}}


@pytest.fixture
def asked(losant: LosantMock, ask: Ask) -> LosantMock:
    """A world to which three requests came: a user created, the users listed, one looked for."""
    ask(losant, "POST", body=ANN)
    ask(losant, path="users?sortField=email&page=0")
    ask(losant, path=f"users/{'f' * 24}")
    return losant


def test_what_a_request_is(asked: LosantMock) -> None:
    """A request has what was sent and answered, without its secrets."""
    request = asked.requests.list()[0]
    assert (request.number, request.action, request.method) == (1, "experienceUsers.post", "POST")
    assert request.path == f"/applications/{asked.application_id}/experience/users"
    assert request.json == {**ANN, "password": "[hidden]"}
    assert (request.status, request.response["email"]) == (201, "ann@example.com")
    assert (request.error, request.reason, request.faults) == (None, None, ())
    assert request.headers["authorization"] == "Bearer [hidden]"
    assert request.time.utcoffset() == timedelta(0)
    assert request.time.tzinfo is UTC
    assert request.milliseconds > 0
    assert "horse" not in repr(request)


def test_what_a_refused_request_is(asked: LosantMock) -> None:
    """A request that was refused has the type of the error, and the reason."""
    request = asked.requests.last()
    assert (request.status, request.error, request.query) == (404, "NotFound", {})
    assert request.reason


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"action": "experienceUsers.*"}, [1, 2]),
        ({"method": "GET"}, [2, 3]),
        ({"path": "*/users/*"}, [3]),
        ({"query": {"page": 0}}, [2]),
        ({"query": {"page": "0", "sortField": "email"}}, [2]),
        ({"json": {"userTags": {"floor": "3"}}}, [1]),
        ({"json": {"userTags": {"floor": "4"}}}, []),
        ({"status": 404}, [3]),
        ({"status": "2xx"}, [1, 2]),
        ({"action": "experienceUsers.get", "status": "4xx"}, []),
    ],
)
def test_looking_for_requests(
    asked: LosantMock, wanted: dict[str, Any], numbers: list[int]
) -> None:
    """List, count, last and the assertions agree about what matches."""
    requests = asked.requests
    assert [request.number for request in requests.list(**wanted)] == numbers
    assert requests.count(**wanted) == len(numbers)
    requests.assert_called(**wanted, times=len(numbers))
    if numbers:
        assert requests.last(**wanted).number == numbers[-1]
        requests.assert_called(**wanted)
        with pytest.raises(AssertionError):
            requests.assert_not_called(**wanted)
    else:
        requests.assert_not_called(**wanted)
        with pytest.raises(LookupError):
            requests.last(**wanted)
        with pytest.raises(AssertionError):
            requests.assert_called(**wanted)


def test_how_often(asked: LosantMock) -> None:
    """An assertion can say how often, exactly or from and to."""
    asked.requests.assert_called(at_least=2, at_most=3)
    asked.requests.assert_called("experienceUsers.get", times=1)
    with pytest.raises(AssertionError, match="expected exactly"):
        asked.requests.assert_called("experienceUsers.get", times=2)
    with pytest.raises(AssertionError, match="expected at least"):
        asked.requests.assert_called(at_least=4)
    with pytest.raises(AssertionError, match="expected at most"):
        asked.requests.assert_called(at_most=2)


def test_the_nearest_request_is_told(asked: LosantMock) -> None:
    """An assertion that fails tells what was nearest, and in what it differs."""
    with pytest.raises(AssertionError) as failed:
        asked.requests.assert_called("experienceUsers.post", json={"email": "ben@example.com"})
    assert '"ben@example.com", was "ann@example.com"' in str(failed.value)


def test_order(asked: LosantMock) -> None:
    """An assertion about order takes actions and patterns, and lets others come between."""
    asked.requests.assert_order("experienceUsers.post", {"status": 404})
    asked.requests.assert_order({"json": ANN | {"password": "[hidden]"}}, "experienceUsers.get")
    with pytest.raises(AssertionError, match="missing"):
        asked.requests.assert_order("experienceUsers.get", "experienceUsers.post")


def test_iterating_and_clearing(asked: LosantMock) -> None:
    """They can be gone over, counted, and forgotten; then numbers begin at 1 again."""
    assert [request.number for request in asked.requests] == [1, 2, 3]
    assert len(asked.requests) == 3
    asked.requests.clear()
    assert (len(asked.requests), list(asked.requests), asked.requests.count()) == (0, [], 0)
    assert len(asked.users) == 1


def test_the_report(asked: LosantMock) -> None:
    """The report shows each request on a line, what was sent and answered below it."""
    lines = asked.requests.report().splitlines()
    path = f"/applications/{asked.application_id}/experience/users"
    assert lines[0] == f"#1 experienceUsers.post POST {path} -> 201"
    assert lines[1].startswith('    sent     {"email": "ann@example.com", "password": "[hidden]"')
    assert lines[2].startswith('    answered {"')
    assert "    query    sortField=email page=0" in lines
    assert f"#3 experienceUser.get GET {path}/{'f' * 24} -> 404" in lines
    assert "horse" not in asked.requests.report(whole=True)


@pytest.mark.parametrize(
    "call",
    [
        lambda requests: requests.list(colour="red"),
        lambda requests: requests.assert_called(body={}),
        lambda requests: requests.assert_order({"colour": "red"}),
    ],
)
def test_unknown_keywords(losant: LosantMock, call: Any) -> None:
    """A keyword that does not exist is a TypeError that tells those that do."""
    with pytest.raises(TypeError, match="there are: method, path, query, json, status"):
        call(losant.requests)


@pytest.mark.parametrize(
    "call",
    [
        lambda requests: requests.count(status=42),
        lambda requests: requests.assert_called(times=1, at_least=1),
        lambda requests: requests.assert_called(times=-1),
        lambda requests: requests.assert_order(),
    ],
)
def test_expectations_that_make_no_sense(losant: LosantMock, call: Any) -> None:
    """What cannot be meant is refused, and is no failed assertion."""
    with pytest.raises(ControlPlaneError):
        call(losant.requests)
