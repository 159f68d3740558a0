"""Faults that cannot be set, and what is said about them."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import ControlPlaneError, MockServer
from mock_server.client.faults import Fault, Faults

JSON = {"Content-Type": "application/json"}
STATUS = {"kind": "status", "status": 503}


def refusal(client: httpx.Client, document: object) -> str:
    """Send what must be refused, and return what is said."""
    response = client.post("/_mock/faults", content=json.dumps(document), headers=JSON)
    assert response.status_code == 400, response.text
    assert response.json()["type"] == "Validation"
    return str(response.json()["message"])


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"kind": "status"}, ["status"]),
        ({"kind": "status", "status": 399}, ["status", "400"]),
        ({"kind": "status", "status": 600}, ["status", "599"]),
        ({"kind": "status", "status": None}, ["status"]),
        ({**STATUS, "retryAfter": -1}, ["retryAfter", "0"]),
        ({**STATUS, "retryAfter": 1.5}, ["retryAfter"]),
        ({**STATUS, "message": 5}, ["message"]),
        ({**STATUS, "first": 0}, ["first", "1"]),
        ({**STATUS, "every": 0}, ["every", "1"]),
        ({**STATUS, "nth": 0}, ["nth", "1"]),
        ({**STATUS, "nth": 1.5}, ["nth"]),
        ({**STATUS, "probability": 1.1}, ["probability", "1"]),
        ({**STATUS, "probability": -0.1}, ["probability", "0"]),
        ({**STATUS, "until": "soon"}, ["until", "ISO 8601", "1970", "3000"]),
        ({**STATUS, "until": "3001-01-01"}, ["until", "1970", "3000"]),
        ({**STATUS, "acton": "x"}, ["acton", "not a known property"]),
        ({**STATUS, "query": "page=0"}, ["query"]),
        ({**STATUS, "carryOut": None}, ["carryOut"]),
        ({"kind": "delay"}, ["seconds", "min", "max", "median", "sigma"]),
        ({"kind": "delay", "min": 1}, ["seconds", "min", "max", "median", "sigma"]),
        ({"kind": "delay", "min": 2, "max": 1}, ["min", "max"]),
        ({"kind": "delay", "seconds": 1, "sigma": 1}, ["seconds", "sigma"]),
        ({"kind": "delay", "seconds": -1}, ["seconds", "0"]),
        ({"kind": "delay", "seconds": 3600.1}, ["seconds", "3600"]),
        ({"kind": "delay", "median": 0, "sigma": 1}, ["median", "0"]),
        ({"kind": "delay", "median": 1, "sigma": 9}, ["sigma", "5"]),
        ({"kind": "slow"}, ["bytesPerSecond"]),
        ({"kind": "slow", "bytesPerSecond": 0}, ["bytesPerSecond", "0"]),
        ({"kind": "rateLimit"}, ["limit", "window"]),
        ({"kind": "rateLimit", "limit": -1, "window": 1}, ["limit", "0"]),
        ({"kind": "rateLimit", "limit": 1, "window": 0}, ["window", "0"]),
        ({"kind": "malformed", "carryOut": True}, ["carryOut", "not a known property"]),
        ({"kind": "boom"}, ["kind", "status", "rateLimit"]),
        ({"kind": None}, ["kind", "status", "rateLimit"]),
        ({"kind": ["status"]}, ["kind", "status", "rateLimit"]),
        ({}, ["kind", "status", "rateLimit"]),
        ({"Kind": "status"}, ["kind"]),
        ({"status": 503}, ["kind"]),
        ([], ["object"]),
        (None, ["object"]),
        ("status", ["object"]),
    ],
    ids=str,
)
def test_mistake(client: httpx.Client, document: object, named: list[str]) -> None:
    """A mistake is told by the name of what is wrong and what is right, and nothing is set."""
    message = refusal(client, document)
    assert [one for one in named if not re.search(rf"\b{one}\b", message)] == [], message
    assert client.get("/_mock/faults").json() == {"items": []}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
@pytest.mark.parametrize("kind", ["delay", "slow", "rateLimit", "status"])
def test_number_that_is_none(client: httpx.Client, kind: str, number: str) -> None:
    """What is no number, or none that anything could take so long, is refused."""
    name = {"delay": "seconds", "slow": "bytesPerSecond", "rateLimit": "window"}.get(
        kind, "probability"
    )
    rest = ', "limit": 1' if kind == "rateLimit" else ', "status": 503' * (kind == "status")
    content = f'{{"kind": "{kind}", "{name}": {number}{rest}}}'
    response = client.post("/_mock/faults", content=content, headers=JSON)
    assert (response.status_code, response.json()["type"]) == (400, "Validation")


@pytest.mark.parametrize(
    "content", ["{", "{'kind': 'reset'}", '{"kind": "reset"', "[" * 100_000, '{"a": 1e}', "\x00"]
)
def test_not_json(client: httpx.Client, content: str) -> None:
    """What is not JSON is refused as an invalid body."""
    response = client.post("/_mock/faults", content=content, headers=JSON)
    assert (response.status_code, response.json()["type"]) == (400, "Validation")
    assert re.search("JSON|nested", response.json()["message"])


def test_without_content_type(client: httpx.Client) -> None:
    """Whoever forgets to say that he sends JSON is told what is missing."""
    response = client.post("/_mock/faults", content=b'{"kind": "reset"}')
    assert response.status_code == 201 or "Content-Type: application/json" in response.text


@pytest.mark.parametrize(
    "document",
    [
        '{"kind": "status", "status": 503, "message": "\\ud800"}',
        '{"kind": "status", "status": 503, "type": "\\ud800"}',
        '{"kind": "status", "status": 503, "token": "\\ud800"}',
        '{"kind": "status", "status": 503, "path": "\\ud800"}',
        '{"kind": "status", "status": 503, "body": {"\\ud800": "\\ud800"}}',
        '{"kind": "status", "status": 503, "query": {"\\ud800": "\\ud800"}}',
        '{"kind": "status", "status": 503, "body": %s}' % ("[" * 200 + "]" * 200),
        '{"kind": "status", "status": 503, "body": %s}' % ("[" * 900 + "]" * 900),
        '{"kind": "status", "status": 503, "retryAfter": %s}' % ("9" * 4000),
    ],
    ids=["message", "type", "token", "path", "body", "query", "deep", "deeper", "digits"],
)
def test_what_is_hard_to_show(client: httpx.Client, users: str, document: str) -> None:
    """Half characters and bodies without bottom are accepted or refused, but break nothing."""
    response = client.post("/_mock/faults", content=document, headers=JSON)
    assert response.status_code in (201, 400)
    assert client.get("/_mock/faults").status_code == 200
    for depth in (200, 3000):
        answer = client.post(users, content="[" * depth + "]" * depth, headers=JSON)
        assert answer.status_code in (400, 503)
    assert client.get("/_mock/requests").status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_fault(client: httpx.Client, method: str) -> None:
    """A fault that there is not is told by its id."""
    response = client.request(method, "/_mock/faults/fault-9")
    assert response.status_code == 404
    assert response.json() == {"type": "NotFound", "message": 'Fault "fault-9" was not found'}


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda faults: faults.delay(), "median and sigma"),
        (lambda faults: faults.delay(-1), "seconds"),
        (lambda faults: faults.delay((2, 1)), "max"),
        (lambda faults: faults.delay(median=1), "median and sigma"),
        (lambda faults: faults.status(200), "400"),
        (lambda faults: faults.slow(bytes_per_second=0), "bytesPerSecond"),
        (lambda faults: faults.rate_limit(1, window=0), "window"),
        (lambda faults: faults.reset(until="soon"), "ISO 8601"),
    ],
)
def test_mistakes_in_python(losant: MockServer, mistake: Any, message: str) -> None:
    """The handle tells what the control plane says, and sets nothing."""
    with pytest.raises(ControlPlaneError, match=message):
        mistake(losant.faults)
    assert len(losant.faults) == 0


def test_handle_returns_faults(losant: MockServer) -> None:
    """Every kind can be set by the handle, and is what was asked for."""
    faults: Faults = losant.faults
    made: list[Fault] = [
        faults.status(500),
        faults.too_many_requests(),
        faults.expired_token(),
        faults.delay(1),
        faults.slow(bytes_per_second=1),
        faults.reset(),
        faults.close(),
        faults.malformed(),
        faults.truncated(),
        faults.rate_limit(1, window=1),
    ]
    assert [fault.definition["kind"] for fault in made] == [
        "status",
        "tooManyRequests",
        "expiredToken",
        "delay",
        "slow",
        "reset",
        "close",
        "malformed",
        "truncated",
        "rateLimit",
    ]
    assert [fault.id for fault in faults] == [fault.id for fault in made]
