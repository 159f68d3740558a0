"""Every request is written down: what came, what it was taken for, and what came of it."""

from __future__ import annotations

import json
from collections import Counter
from http.client import BadStatusLine, RemoteDisconnected
from threading import Thread
from typing import Any

import httpx2 as httpx
import pytest

from mock_server.client import LosantMock
from tests.journal.conftest import USER, Sending

NEW = {"email": "zoe@example.com", "password": "zoe's password"}

# What is asked for below the users, and what is written down: action, status, error.
CASES: dict[str, tuple[str, str, Any, dict[str, str], str | None, int, str | None]] = {
    "found": ("GET", "", None, {}, "experienceUsers.get", 200, None),
    "one": ("GET", f"/{USER}", None, {}, "experienceUser.get", 200, None),
    "created": ("POST", "", NEW, {}, "experienceUsers.post", 201, None),
    "changed": ("PATCH", f"/{USER}", {}, {}, "experienceUser.patch", 200, None),
    "deleted": ("DELETE", f"/{USER}", None, {}, "experienceUser.delete", 200, None),
    "unreadable": ("POST", "", b"{", {}, "experienceUsers.post", 400, "InvalidContent"),
    "invalid": ("POST", "", {}, {}, "experienceUsers.post", 400, "Validation"),
    "unknown token": (
        "GET",
        "",
        None,
        {"Authorization": "Bearer x"},
        "experienceUsers.get",
        401,
        "Unauthorized",
    ),
    "no token": ("GET", "", None, {"Authorization": ""}, "experienceUsers.get", 403, "Forbidden"),
    "missing": ("GET", f"/{'c' * 24}", None, {}, "experienceUser.get", 404, "NotFound"),
    "unknown path": ("GET", "/x/y/z", None, {}, None, 405, "MethodNotAllowed"),
    "wrong method": ("PUT", "", None, {}, None, 405, "MethodNotAllowed"),
    "too large": (
        "POST",
        "",
        b" " * (4 * 1024 * 1024 + 1),
        {},
        "experienceUsers.post",
        413,
        "PayloadTooLarge",
    ),
    "too long": ("GET", f"?x={'x' * 32768}", None, {}, None, 414, "UriTooLong"),
    "large headers": (
        "GET",
        "",
        None,
        {"X-Large": "x" * 32768},
        None,
        431,
        "RequestHeaderFieldsTooLarge",
    ),
    "preflight": ("OPTIONS", "", None, {}, None, 204, None),
    "head": ("HEAD", "", None, {}, None, 405, "MethodNotAllowed"),
}


def content_of(body: Any) -> bytes:
    """Return a body as bytes."""
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_came_of_it(losant: LosantMock, users: str, send: Sending, case: Any) -> None:
    """Action, status and error are those of the answer."""
    method, target, body, headers, action, status, error = case
    answer = send(method, users + target, content_of(body), headers)
    (one,) = losant.requests
    assert (one.action, one.status, one.error) == (action, answer.status, error)
    assert (one.number, one.method, answer.status) == (1, method, status)
    assert (one.reason is None) == (error is None)
    assert one.response == (json.loads(answer.body) if answer.body else None)


@pytest.mark.parametrize(
    ("scopes", "is_bound", "reason"),
    [
        (["all.User"], True, "a token of one application may not applications.get"),
        (
            ["devices.get", "application.get"],
            False,
            "the token grants application.get, devices.get;"
            " the action requires one of all.Organization, ",
        ),
    ],
)
def test_why_it_is_forbidden(
    losant: LosantMock, send: Sending, scopes: list[str], is_bound: bool, reason: str
) -> None:
    """The answer only says that it is; the journal says why."""
    token = losant.token(*scopes, application_id=losant.application_id if is_bound else None)
    answer = send("GET", "/applications", headers={"Authorization": f"Bearer {token}"})
    assert json.loads(answer.body)["message"] == "Access is forbidden"
    assert str(losant.requests.last().reason).startswith(reason)


def test_not_mocked(losant: LosantMock, users: str, send: Sending) -> None:
    """An action that the mock does not have is written down by its name."""
    send("GET", users.replace("experience/users", "devices"))
    one = losant.requests.last()
    assert (one.action, one.status, one.error) == ("devices.get", 501, "NotImplemented")


def test_what_was_sent(losant: LosantMock, users: str, send: Sending) -> None:
    """Path, parameters, headers and body are those of the request, decoded."""
    document = {"email": "zoe@example.com", "firstName": "Zoë", "userTags": {"floor": "3"}}
    target = f"{users.replace('a', '%61')}?filter=%2Ann%2A&a=1&a=2&_links"
    send("POST", target, json.dumps(document).encode(), {"X-Case": "4711"})
    one = losant.requests.last()
    assert (one.path, one.json) == (users, document)
    assert one.query == {"filter": "*nn*", "a": ["1", "2"], "_links": ""}
    assert one.headers["x-case"] == "4711"


@pytest.mark.parametrize(
    ("content", "body"), [(b"", None), (b"null", None), (b"[1]", [1]), (b"{", "{"), (b"\xff", "�")]
)
def test_bodies(losant: LosantMock, users: str, send: Sending, content: bytes, body: Any) -> None:
    """A body is written down as JSON, else as text."""
    send("POST", users, content)
    assert losant.requests.last().json == body


def test_half_characters(losant: LosantMock, users: str, send: Sending) -> None:
    """What is no text to most programs can be looked at all the same."""
    send("POST", f"{users}?filter=%ff", b'{"email":"\\ud800","\\udfff":1}')
    one = losant.requests.last()
    assert one.json == {"email": "\ud800", "\udfff": 1}
    losant.requests.assert_called(json={"email": "\ud800"})
    with pytest.raises(AssertionError, match=r"body.email: expected \"x\", was \"\\ud800\""):
        losant.requests.assert_called(json={"email": "x"})


@pytest.mark.parametrize("ending", ["reset", "close"])
@pytest.mark.parametrize("carry_out", [False, True])
def test_no_answer(
    losant: LosantMock, users: str, send: Sending, ending: str, *, carry_out: bool
) -> None:
    """A request that is not answered has no status, carried out or not."""
    fault = getattr(losant.faults, ending)(carry_out=carry_out)
    with pytest.raises((RemoteDisconnected, ConnectionResetError, BadStatusLine)):
        send("GET", users)
    (one,) = losant.requests
    assert (one.action, one.status, one.response) == ("experienceUsers.get", None, None)
    assert one.faults == (fault.id,)


def test_injected_answer(losant: LosantMock, users: str, send: Sending) -> None:
    """An answer that a fault gives is written down as what was answered."""
    fault = losant.faults.status(503)
    answer = send("GET", users)
    (one,) = losant.requests
    assert (one.status, one.faults) == (503, (fault.id,))
    assert one.response == json.loads(answer.body)


def test_numbers_and_order(losant: LosantMock, users: str, send: Sending) -> None:
    """Requests are numbered in the order in which they came."""
    for page in range(20):
        send("GET", f"{users}?page={page}")
    numbered = [(one.number, one.query["page"]) for one in losant.requests]
    assert numbered == [(page + 1, str(page)) for page in range(20)]


def test_control_plane(losant: LosantMock, send: Sending) -> None:
    """Requests to the control plane are not written down."""
    send("GET", "/_mock/info")
    send("GET", "/_mock/no/such/path")
    assert len(losant.requests) == 0


@pytest.mark.parametrize("forget", ["clear", "reset"])
def test_forgetting(losant: LosantMock, users: str, send: Sending, forget: str) -> None:
    """After all are forgotten, numbers and counts begin again."""
    send("GET", users)
    {"clear": losant.requests.clear, "reset": losant.reset}[forget]()
    assert (len(losant.requests), list(losant.requests)) == (0, [])
    assert json.loads(send("GET", "/_mock/requests").body)["counts"] == []
    send("GET", "/nowhere")
    assert losant.requests.last().number == 1


def test_restoring(losant: LosantMock, users: str, send: Sending) -> None:
    """Going back to a snapshot forgets no request."""
    saved = losant.snapshot()
    send("GET", users)
    losant.restore(saved)
    assert len(losant.requests) == 1


def test_sandboxes(losant: LosantMock, users: str, send: Sending) -> None:
    """A sandbox has a journal of its own."""
    with losant.sandbox() as sandbox:
        send("GET", f"/_sandbox/{sandbox.name}{users}")
        assert [one.path for one in sandbox.requests] == [users]
        assert len(losant.requests) == 0


def test_at_once(losant: LosantMock, users: str, send: Sending) -> None:
    """Who has an answer finds the request."""
    for number in range(1, 301):
        send("GET", f"{users}?perPage=1")
        assert len(losant.requests) == number


def test_counts(losant: LosantMock, users: str, send: Sending) -> None:
    """Requests are counted by action, method and status."""
    sent: Counter[tuple[str | None, str, int]] = Counter()
    for method, target, body, headers, action, _, _ in CASES.values():
        status = send(method, users + target, content_of(body), headers).status
        sent[action, method, status] += 1
    listed = json.loads(send("GET", "/_mock/requests?limit=0").body)
    counts = {
        (count["action"], count["method"], count["status"]): count["count"]
        for count in listed["counts"]
    }
    assert counts == sent
    assert listed["total"] == listed["matched"] == sum(sent.values())


def test_several_clients(losant: LosantMock, users: str, send: Sending) -> None:
    """No request of several clients at a time is lost or has a number twice."""
    headers = {"Authorization": f"Bearer {losant.token()}"}

    def work() -> None:
        with httpx.Client(base_url=losant.url, headers=headers) as client:
            for _ in range(50):
                client.get(users, params={"perPage": 1})

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in losant.requests] == list(range(1, 201))
    assert losant.requests.count("experienceUsers.get", status=200) == 200
