"""Requests that are wrong, and what is said about them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import pytest

from mock_server import MockServer
from tests.control.conftest import Control

JSON = {"Content-Type": "application/json"}
BODIES = [
    ("POST", "tokens"), ("POST", "sandboxes"), ("PUT", "state"), ("PATCH", "state"),
    ("POST", "generate"), ("POST", "users"), ("POST", "groups"), ("POST", "requests/verify"),
    ("POST", "faults"), ("PUT", "clock"),
]  # fmt: skip
NO_BODIES = [
    ("GET", "info"), ("POST", "reset"), ("POST", "snapshots/a"), ("DELETE", "faults"),
    ("DELETE", "sandboxes/a"), ("DELETE", "users/a"), ("GET", "requests"),
]  # fmt: skip

Refused = Callable[..., str]
Unchanged = Callable[[], AbstractContextManager[None]]

UNREADABLE: Mapping[str, tuple[bytes, str]] = {
    "a beginning": (b"[", "is not JSON: Expecting value (line 1 column 2)"),
    "two values": (b"{}{}", "is not JSON: Extra data (line 1 column 3)"),
    "words": (b"hello", "is not JSON"),
    "NaN": (b'{"a":NaN}', "is not JSON: NaN is not JSON"),
    "Infinity": (b'{"a":[-Infinity]}', "is not JSON: -Infinity is not JSON"),
    "no UTF-8": (b'{"a":"\xff"}', "is not UTF-8 (byte 6)"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "is not UTF-8 (byte 0)"),
    "a large number": (b'{"a":1e999}', "1e999 is too large a number"),
    "many digits": (b'{"a":%b}' % (b"1" * 5000), "a number has more than 4300 digits"),
    "a name that is given twice": (b'{"a":[{"b":1,"c":2,"b":3}]}', 'an object has "b" twice'),
    "300 levels": (b'{"a":%b%b}' % (b"[" * 300, b"]" * 300), "is nested more than"),
    "100,000 levels": (b"[" * 100_000, "is nested more than"),
    "a control character": (b'{"a":"\n"}', "is not JSON: Invalid control character"),
}


@pytest.mark.parametrize(("content", "words"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable(control: Control, assert_refused: Refused, content: bytes, words: str) -> None:
    """A body that is not JSON is refused with the reason and the place."""
    message = assert_refused(control.put("state", content=content, headers=JSON), 400)
    assert message.startswith("the body is ")
    assert words in message


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_unreadable_anywhere(
    control: Control, assert_refused: Refused, unchanged: Unchanged, method: str, path: str
) -> None:
    """It is refused by every operation, and changes nothing."""
    with unchanged():
        answer = control.request(method, path, content=b'{"users":[NaN]}', headers=JSON)
        assert_refused(answer, 400)


@pytest.mark.parametrize("body", [[], [{}], "x"])
@pytest.mark.parametrize(("method", "path"), BODIES)
def test_no_object(
    control: Control, assert_refused: Refused, method: str, path: str, body: object
) -> None:
    """A body that is no object is refused as such."""
    message = assert_refused(control.request(method, path, json=body), 400)
    assert message == "the body must be an object"


@pytest.mark.parametrize("content", [b"", b"null"])
@pytest.mark.parametrize(("method", "path"), [one for one in BODIES if one[1] != "sandboxes"])
def test_no_body(
    control: Control, assert_refused: Refused, method: str, path: str, content: bytes
) -> None:
    """A body that is wanted is asked for."""
    message = assert_refused(control.request(method, path, content=content, headers=JSON), 400)
    assert message in (
        "the body must be JSON, sent with Content-Type: application/json",
        "the body must be an object",
    )


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_unknown_property(
    control: Control, assert_refused: Refused, unchanged: Unchanged, method: str, path: str
) -> None:
    """A property that there is not is refused, with those that there are."""
    body = {"kind": "reset", "nmae": "x"} if path == "faults" else {"nmae": "x"}
    with unchanged():
        message = assert_refused(control.request(method, path, json=body), 400)
    assert "nmae is not a known property; " in message


@pytest.mark.parametrize("kind", ["", "text/plain"])
@pytest.mark.parametrize(("method", "path"), BODIES)
def test_not_sent_as_json(
    control: Control,
    assert_refused: Refused,
    unchanged: Unchanged,
    method: str,
    path: str,
    kind: str,
) -> None:
    """A body that is not sent as JSON is not read as JSON."""
    headers = {"Content-Type": kind} if kind else {}
    with unchanged():
        answer = control.request(method, path, content=b"{}", headers=headers)
        message = assert_refused(answer, 415)
    assert message.startswith("Send the body with the header Content-Type: application/json")


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/merge-patch+json",
        "application/json ;x",
    ],
)
def test_kinds_of_json(control: Control, kind: str) -> None:
    """JSON may be sent under all of its names."""
    answer = control.post("tokens", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 201


def test_byte_order_mark(control: Control) -> None:
    """What editors on Windows put before a file does no harm."""
    answer = control.post("tokens", content=b"\xef\xbb\xbf{}", headers=JSON)
    assert answer.status_code == 201


@pytest.mark.parametrize(("method", "path"), NO_BODIES)
def test_body_too_many(
    control: Control, assert_refused: Refused, unchanged: Unchanged, method: str, path: str
) -> None:
    """A body where none is wanted, such as {"to": "empty"} for a reset, is not passed over."""
    with unchanged():
        message = assert_refused(control.request(method, path, json={"to": "empty"}), 400)
    assert message == f"{method} /_mock/{path} takes no body"


@pytest.mark.parametrize("content", [b"{}", b"null", b" "])
def test_body_of_nothing(control: Control, content: bytes) -> None:
    """Clients may send an empty object where there is nothing to send."""
    assert control.post("reset", content=content, headers=JSON).status_code == 204


@pytest.mark.parametrize(("method", "path"), [*BODIES, *NO_BODIES, ("GET", "health")])
def test_unknown_parameter(
    control: Control, assert_refused: Refused, unchanged: Unchanged, method: str, path: str
) -> None:
    """A parameter that there is not is refused, with those that there are."""
    with unchanged():
        answer = control.request(method, path, params={"tto": "empty"})
        message = assert_refused(answer, 400)
    assert message.startswith("tto is not a known parameter; known: ")


MISTAKES: list[tuple[str, str, Any, str]] = [
    ("POST", "tokens", {"scope": "x"}, "scope must be a list"),
    ("POST", "tokens", {"scope": ["x", 1]}, "scope[1] must be text"),
    ("POST", "tokens", {"expiresIn": "3"}, "expiresIn must be a number"),
    ("POST", "tokens", {"expiresIn": True}, "expiresIn must be a number"),
    ("POST", "tokens", {"expiresIn": 1e30}, "expiresIn must be at most 3153600000"),
    ("POST", "tokens", {"expiresIn": -1e30}, "expiresIn must be at least -3153600000"),
    ("POST", "tokens", {"expires_in": 1},
     "expires_in is not a known property; did you mean expiresIn?"),
    ("POST", "tokens", {"applicationId": "x"},
     "applicationId must be an id, which has 24 hexadecimal digits"),
    ("POST", "tokens", {"x": 1},
     "x is not a known property; there are scope, applicationId, expiresIn"),
    ("POST", "sandboxes", {"name": "a b"},
     "name must be up to 128 letters, digits, dots, hyphens and underscores, the first of them a"
     " letter or a digit"),
    ("POST", "sandboxes", {"fixtures": "demo"}, "fixtures must be a list"),
    ("POST", "sandboxes", {"fixtures": [5]}, "fixtures[0] must be text or an object"),
    (
        "POST",
        "sandboxes",
        {"fixtures": ["x"]},
        'fixtures[0]: unknown fixture set "x" (built-in: demo, edge-cases, paging, roles)',
    ),
    ("POST", "sandboxes", {"generate": 1.5}, "generate must be a whole number"),
    ("POST", "sandboxes", {"generate": 100_001}, "generate must be at most 100000"),
    ("POST", "generate", {}, "count is required"),
    ("POST", "generate", {"count": -1}, "count must be at least 0"),
    ("POST", "generate", {"count": 1, "locales": []}, "locales must not be empty"),
    ("PUT", "state", {"users": [{"firstName": 5}]},
     "users[0].email is required\nusers[0].firstName must be text; write it in quotes"),
    ("PATCH", "state", {"user": []}, "user is not a known property; did you mean users?"),
    ("POST", "users", {}, "email is required"),
    ("POST", "users", {"email": "a@b.cc", "groups": ["x"]},
     'groups[0] refers to unknown group "x"'),
    ("POST", "groups", {"name": "x", "groups": [{}]}, "groups[0].name is required"),
    ("POST", "requests/verify", {"times": -1}, "times must be at least 0"),
    ("POST", "requests/verify", {"times": 1, "atMost": 1},
     "the body must have times, or atLeast and atMost, but not both"),
    ("POST", "requests/verify", {"atLeast": 2, "atMost": 1},
     "the body must have an atLeast that is not more than atMost"),
    ("POST", "requests/verify", {"inOrder": []}, "inOrder must not be empty"),
    ("POST", "requests/verify", {"inOrder": [{}, {"acton": "x"}]},
     "inOrder[1].acton is not a known property; did you mean action?"),
    ("POST", "requests/verify", {"inOrder": [{}], "times": 1},
     "the body must have no property beside inOrder"),
    ("POST", "requests/verify", {"status": "6xx"},
     "status must be a status such as 201, or a class of them such as 4xx"),
    ("POST", "requests/verify", {"query": {"a": [1]}},
     "query.a must be text, a number, true or false"),
    ("POST", "faults", {}, "kind is required: one of status, tooManyRequests, expiredToken, delay,"
     " slow, reset, close, malformed, truncated, rateLimit"),
    ("POST", "faults", {"kind": "x"}, "kind must be one of status, tooManyRequests, expiredToken,"
     " delay, slow, reset, close, malformed, truncated, rateLimit"),
    ("POST", "faults", {"kind": "status"}, "status is required"),
    ("POST", "faults", {"kind": "status", "status": 200}, "status must be at least 400"),
    ("POST", "faults", {"kind": "status", "status": 503, "retryAfter": -1},
     "retryAfter must be at least 0"),
    ("POST", "faults", {"kind": "delay"},
     "the body must have seconds, or min and max, or median and sigma"),
    ("POST", "faults", {"kind": "delay", "seconds": "1"}, "seconds must be a number"),
    ("POST", "faults", {"kind": "delay", "delay": 1},
     "delay is not a known property; there are action, method, path, query, body, kind, token,"
     " first, every, nth, probability, until, seconds, min, max, median, sigma"),
    ("POST", "faults", {"kind": "rateLimit", "limit": -1, "window": 0},
     "limit must be at least 0; window must be more than 0"),
    ("POST", "faults", {"kind": "reset", "until": "soon"},
     "until must be an ISO 8601 date between 1970 and 3000: 2024-05-17T09:30:00Z"),
    ("POST", "faults", {"kind": "reset", "action": "x" * 5000},
     "action must have at most 4096 characters"),
    ("PUT", "clock", {}, "the body must have now, advance or frozen"),
    ("PUT", "clock", {"frozen": "yes"}, "frozen must be true or false"),
    ("PUT", "clock", {"now": "2990-01-01", "advance": 3_000_000_000},
     "advance is too much: the clock goes from 1970 to 3000"),
    ("GET", "requests?limit=-1", None, "limit must be at least 0"),
    ("GET", "requests?limit=many", None, "limit must be a whole number"),
    ("GET", "requests?status=2010", None,
     "status must be a status such as 201, or a class of them such as 4xx"),
    ("GET", "requests?query=5", None, "query must be an object"),
    ("GET", "requests?query=[", None, "query is not JSON: Expecting value (line 1 column 2)"),
    ("GET", "requests?query={%22a%22:[]}", None, "query.a must be text, a number, true or false"),
    ("GET", "users?applicationId=x", None,
     "applicationId must be an id, which has 24 hexadecimal digits"),
    ("GET", "users?applicationId=", None,
     "applicationId must be an id, which has 24 hexadecimal digits"),
    ("POST", "reset?to=nothing", None, "to must be seed or empty"),
    ("POST", "snapshots/a%20b", None,
     "name must be up to 128 letters, digits, dots, hyphens and underscores, the first of them a"
     " letter or a digit"),
    ("GET", "groups/", None, "idOrPath must not be empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "wanted"), MISTAKES, ids=[one[3][:60] for one in MISTAKES]
)
def test_message(
    control: Control,
    assert_refused: Refused,
    unchanged: Unchanged,
    method: str,
    path: str,
    body: Any,
    wanted: str,
) -> None:
    """A mistake is told in words that say where it is and what would be right."""
    with unchanged():
        answer = control.request(method, path, json=body)
        assert assert_refused(answer, 400) == wanted


MISSING: list[tuple[str, str, str]] = [
    ("GET", "users/nobody", 'there is no user "nobody"'),
    ("DELETE", "users/nobody", 'there is no user "nobody"'),
    ("GET", "groups/no/where", 'the path refers to unknown group "no/where"'),
    ("GET", "faults/fault-9", 'Fault "fault-9" was not found'),
    ("DELETE", "sandboxes/none", 'Sandbox "none" was not found'),
    ("POST", "snapshots/x/restore", 'Snapshot "x" was not found; saved: none'),
    ("DELETE", "snapshots/x", 'Snapshot "x" was not found'),
    ("GET", f"users?applicationId={'0' * 24}", f"Application {'0' * 24} was not found"),
    ("GET", "nowhere", "There is no /_mock/nowhere; GET /_mock/docs lists all operations"),
    ("POST", "tokens/", "There is no /_mock/tokens/; GET /_mock/docs lists all operations"),
    ("GET", "health%0A", "There is no '/health\\n'"),
]


@pytest.mark.parametrize(("method", "path", "wanted"), MISSING, ids=[one[1] for one in MISSING])
def test_missing(
    control: Control, assert_refused: Refused, method: str, path: str, wanted: str
) -> None:
    """What does not exist is told by its name."""
    assert assert_refused(control.request(method, path), 404) == wanted


@pytest.mark.parametrize("path", ["users", "sandboxes", "faults", "groups", "nowhere"])
def test_long_names(control: Control, assert_refused: Refused, path: str) -> None:
    """A very long name is not told back in full."""
    message = assert_refused(control.get(f"{path}/{'n' * 30_000}"), 404)
    assert len(message) < 1100


def test_long_property(control: Control, assert_refused: Refused) -> None:
    """Neither is that of a property."""
    message = assert_refused(control.post("tokens", json={"n" * 100_000: 1}), 400)
    assert len(message) < 300


def test_many_mistakes(control: Control, assert_refused: Refused) -> None:
    """Of very many mistakes the first are told."""
    message = assert_refused(control.post("tokens", json={"scope": [1] * 100_000}), 400)
    assert message == "scope[0] must be text"


def test_more_mistakes(control: Control, assert_refused: Refused) -> None:
    """How many more there are is told too."""
    body = {"kind": "status", "status": 1, "first": 0, "every": 0, "nth": 0, "method": 1, "type": 1}
    assert assert_refused(control.post("faults", json=body), 400).endswith("; and 1 more")


@pytest.mark.parametrize(
    "body",
    [b'{"kind":"reset","body":{"\\ud800":"\\ud800"},"query":{"\\ud800":"\\ud800"}}',
     b'{"kind":"status","status":500,"type":"\\ud800","message":"\\u0000","token":"\\ud800"}'],
)  # fmt: skip
def test_halves_of_characters(control: Control, body: bytes) -> None:
    """What JSON can write and text cannot hold is taken, and told back."""
    assert control.post("faults", content=body, headers=JSON).status_code == 201
    definition = {**json.loads(body)}
    if "token" in definition:
        definition["token"] = "[hidden]"
    assert control.get("faults").json()["items"][0]["definition"] == definition


def test_halves_of_characters_in_requests(control: Control, server: MockServer) -> None:
    """Clients of the mocked API may send them too, and anything else."""
    url = f"{server.url}/applications/{server.application_id}/experience/users"
    for content in (b'{"\\ud800":"\\ud800"}', b'{"email":"\\ud800"}', b"\xff\x00", b"[" * 9999):
        control.post(f"{url}?%FF=%ED%A0%80&%00", content=content, headers=JSON)
    told = control.get("requests").json()
    assert [one["status"] for one in told["items"]] == [400] * 4
    assert control.post("requests/verify", json={"times": 0}).status_code == 409


@pytest.mark.parametrize("levels", [50, 101])
def test_deep_patterns(control: Control, levels: int) -> None:
    """A pattern may be as deep as any body that the mocked API reads."""
    body = json.loads('{"a":' * levels + "1" + "}" * levels)
    assert control.post("faults", json={"kind": "reset", "body": body}).status_code == 201
    assert control.post("requests/verify", json={"body": body}).status_code == 409


def test_deep_documents(control: Control) -> None:
    """A document may be as deep as any that is exported."""
    groups: list[Any] = []
    for level in range(100):
        groups = [{"name": f"Level {level}", "groups": groups}]
    assert control.put("state", json={"groups": groups}).status_code == 204
    document = control.get("state").json()
    assert control.put("state", json=document).status_code == 204


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("health", "GET, HEAD, OPTIONS"), ("tokens", "GET, HEAD, POST, OPTIONS"),
     ("state", "GET, HEAD, PUT, PATCH, OPTIONS"), ("clock", "GET, HEAD, PUT, OPTIONS"),
     ("faults", "GET, HEAD, POST, DELETE, OPTIONS"), ("docs", "GET, HEAD, OPTIONS"),
     ("groups/a/b", "GET, HEAD, DELETE, OPTIONS"), ("", "GET, HEAD, OPTIONS")],
)  # fmt: skip
def test_methods(control: Control, assert_refused: Refused, path: str, allowed: str) -> None:
    """A path says which methods it takes: when it is asked, and when it gets another."""
    answer = control.options(path)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allowed, b"")
    answer = control.request("PROPFIND", path)
    message = assert_refused(answer, 405)
    assert answer.headers["allow"] == allowed
    assert message == f"/_mock/{path} takes {allowed.replace(', ', ' or ')}, not PROPFIND"


def test_options_of_nothing(control: Control, assert_refused: Refused) -> None:
    """A path that there is not has no methods."""
    assert_refused(control.options("nowhere"), 404)


@pytest.mark.parametrize("path", ["health", "info", "state", "docs", "openapi.json", "requests"])
def test_head(control: Control, path: str) -> None:
    """HEAD is answered as GET is, without the body."""
    head, got = control.head(path), control.get(path)
    assert (head.status_code, head.content) == (200, b"")
    same = {"content-type", "cache-control"}
    assert {n: head.headers[n] for n in same} == {n: got.headers[n] for n in same}


@pytest.mark.parametrize("path", ["health", "tokens", "nowhere", "docs", "state"])
def test_nothing_is_cached(control: Control, path: str) -> None:
    """What is told is true for a moment."""
    assert control.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("name", "spelled"), [("ann", "%61nn"), ("a.b-c", "a%2Eb-c")])
def test_sandbox_in_another_spelling(
    control: Control, server: MockServer, name: str, spelled: str
) -> None:
    """A sandbox is the same however its name is spelled in a path."""
    token = {"Authorization": f"Bearer {server.token('all.User')}"}
    answer = control.get(f"{server.url}/_sandbox/{spelled}/applications", headers=token)
    assert answer.status_code == 200
    assert control.get(f"sandboxes/{name}").status_code == 200


@pytest.mark.parametrize(
    "target", ["/_sandbox/ann%2F/applications", "/_sandbox/ann%2Fb/_mock/info", "/_sandbox%2Fann"]
)
def test_encoded_slash(
    control: Control, server: MockServer, assert_refused: Refused, target: str
) -> None:
    """A slash that is encoded is part of a name, which no sandbox has."""
    before = control.get("sandboxes").json()
    message = assert_refused(control.get(f"{server.url}{target}"), 400)
    assert "cannot be the name of a sandbox" in message
    assert control.get("sandboxes").json() == before


def test_long_sandbox_name(control: Control, server: MockServer, assert_refused: Refused) -> None:
    """A name that no sandbox can have is not told back in full."""
    answer = control.get(f"{server.url}/_sandbox/{'n' * 5000}/_mock/info")
    assert len(assert_refused(answer, 400)) < 400


def test_mistake_of_the_server(
    control: Control,
    server: MockServer,
    assert_refused: Refused,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A mistake of the mock itself is answered as such, and logged."""

    def fail() -> None:
        raise RuntimeError("on purpose")

    world = server._app.state.worlds.main
    monkeypatch.setattr(world.journal, "clear", fail)
    with caplog.at_level(logging.CRITICAL):
        answer = control.delete("requests")
    assert "on purpose" not in assert_refused(answer, 500)


@pytest.mark.parametrize(
    "text", ["true", "1.5", "3", "x"], ids=["a truth", "a fraction", "a number", "text"]
)
def test_values_in_queries(control: Control, server: MockServer, text: str) -> None:
    """A pattern may name a parameter of the query string as JSON has its value."""
    control.get(f"{server.url}/applications?page={quote(text)}")
    value = text if text == "x" else json.loads(text)
    expected = {"query": {"page": value}, "times": 1}
    assert control.post("requests/verify", json=expected).status_code == 200


def test_whole_numbers(control: Control) -> None:
    """A whole number may be written as a fraction, as some languages do."""
    fault = control.post("faults", content=b'{"kind":"status","status":503.0}', headers=JSON)
    assert fault.json()["definition"]["status"] == 503


def test_token_for_a_moment(control: Control) -> None:
    """A token may expire after a part of a second."""
    assert control.post("tokens", json={"expiresIn": 0.5}).status_code == 201
