"""Which requests are listed, over HTTP and by the handle."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from mock_server.client import LosantMock
from tests.journal.conftest import USER, Sending


@pytest.fixture
def _requests(losant: LosantMock, users: str, send: Sending) -> None:
    """Send a request of each kind; their numbers are those of the comments."""
    ann = {"email": "ann@example.com", "password": "12345678", "userTags": {"a": "1", "b": "2"}}
    send("GET", f"{users}?filter=*nn*&_links=false")  # 1
    send("POST", users, json.dumps({**ann, "email": "zoe@example.com"}).encode())  # 2
    send("POST", users, json.dumps(ann).encode())  # 3, refused
    send("GET", f"{users}/{USER}")  # 4
    send("GET", f"{users}/{'c' * 24}")  # 5, not found
    send("DELETE", f"{users}/{USER}")  # 6
    send("GET", "/nowhere")  # 7


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2, 3, 4, 5, 6, 7]),
    ({"action": "experienceUsers.post"}, [2, 3]),
    ({"action": "experienceUser.*"}, [4, 5, 6]),
    ({"action": "experienceUser*.get"}, [1, 4, 5]),
    ({"action": "*"}, [1, 2, 3, 4, 5, 6]),
    ({"method": "GET"}, [1, 4, 5, 7]),
    ({"method": "delete"}, [6]),
    ({"path": "/nowhere"}, [7]),
    ({"path": "*/users"}, [1, 2, 3]),
    ({"path": "*/users/*"}, [4, 5, 6]),
    ({"status": 404}, [5]),
    ({"status": "404"}, [5]),
    ({"status": "4xx"}, [3, 5, 7]),
    ({"status": "2xx", "method": "GET"}, [1, 4]),
    ({"status": "5xx"}, []),
    ({"query": {"filter": "*nn*"}}, [1]),
    ({"query": {"filter": "*nn*", "_links": False}}, [1]),
    ({"query": {"filter": "*n*"}}, []),
    ({"query": {}}, [1, 2, 3, 4, 5, 6, 7]),
    ({"json": {"email": "zoe@example.com"}}, [2]),
    ({"json": {"userTags": {"a": "1"}}}, [2, 3]),
    ({"json": {"userTags": {"a": 1}}}, []),
    ({"json": {"password": "[hidden]"}}, [2, 3]),
    ({"json": {"password": "12345678"}}, []),
    ({"json": None}, [1, 4, 5, 6, 7]),
]


@pytest.mark.usefixtures("_requests")
@pytest.mark.parametrize(("wanted", "numbers"), FILTERS, ids=str)
def test_handle(losant: LosantMock, wanted: dict[str, Any], numbers: list[int]) -> None:
    """The handle lists those requests that match."""
    assert [one.number for one in losant.requests.list(**wanted)] == numbers


@pytest.mark.usefixtures("_requests")
@pytest.mark.parametrize(("wanted", "numbers"), FILTERS, ids=str)
def test_http(send: Sending, wanted: dict[str, Any], numbers: list[int]) -> None:
    """So does the control plane, with JSON for what is not text."""
    query = {
        {"json": "body"}.get(name, name): json.dumps(value) if name in ("query", "json") else value
        for name, value in wanted.items()
    }
    answer = json.loads(send("GET", f"/_mock/requests?{urlencode(query)}").body)
    assert [item["number"] for item in answer["items"]] == numbers
    assert (answer["matched"], answer["total"], answer["kept"]) == (len(numbers), 7, 7)


@pytest.mark.usefixtures("_requests")
@pytest.mark.parametrize(
    ("limit", "numbers"),
    [(0, []), (1, [7]), (3, [5, 6, 7]), (7, [*range(1, 8)]), (9, [*range(1, 8)])],
)
def test_limit(send: Sending, limit: int, numbers: list[int]) -> None:
    """Of more than that the newest are listed, oldest first."""
    answer = json.loads(send("GET", f"/_mock/requests?limit={limit}").body)
    assert [item["number"] for item in answer["items"]] == numbers
    assert answer["matched"] == 7


@pytest.mark.parametrize(
    "query",
    [
        "status=abc",
        "status=600",
        "status=4x",
        "status=99999",
        "status=",
        "query=x",
        "query=[]",
        'query={"a":{"b":1}}',
        'query={"a":null}',
        "body={",
        f"body={'[' * 5000}",
        "limit=-1",
        "limit=x",
        "actoin=x",
    ],
)
def test_invalid(losant: LosantMock, send: Sending, query: str) -> None:
    """What is no filter is refused, and it is said why."""
    answer = send("GET", f"/_mock/requests?{query}")
    error = json.loads(answer.body)
    assert (answer.status, error["type"]) == (400, "Validation")
    assert error["message"].startswith(query.partition("=")[0])


@pytest.mark.usefixtures("_requests")
def test_last(losant: LosantMock) -> None:
    """The last request is the newest that matches."""
    assert losant.requests.last("experienceUser.get").number == 5
    assert losant.requests.last(status="2xx").number == 6


def test_no_last(losant: LosantMock) -> None:
    """Where nothing matches, there is no last request."""
    with pytest.raises(LookupError):
        losant.requests.last("experienceUser.get")
