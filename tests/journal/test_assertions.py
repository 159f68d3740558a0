"""Assertions about requests, and what they say when they fail, word for word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from textwrap import dedent
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import ControlPlaneError, MockServer
from mock_server.client import LosantMock
from mock_server.client.requests import Requests
from tests.journal.conftest import USER, Sending

CREATE = "experienceUsers.post"
KEEP_MORE = (
    "increase journal-requests and journal-bytes, or clear the journal at the start of the test"
)
Asserting = Callable[[Requests], object]
Failing = Callable[[Asserting], str]


@pytest.fixture
def requests(losant: LosantMock, users: str, send: Sending) -> Requests:
    """Some requests; their numbers are those of the comments."""
    zoe = {"email": "zoe@example.com", "password": "12345678", "userTags": {"floor": "3"}}
    send("POST", users, json.dumps({**zoe, "firstName": "Zoë"}).encode())  # 1
    send("POST", users, json.dumps({"firstName": "Yan"}).encode())  # 2, refused
    send("GET", f"{users}?filter=*nn*&sortField=email")  # 3
    send("PATCH", f"{users}/{USER}", b'{"firstName":"Anna"}')  # 4
    send("GET", "/nowhere")  # 5
    return losant.requests


@pytest.fixture
def failing(users: str, requests: Requests) -> Failing:
    """Return what an assertion says that fails, with USERS for the path of the users."""

    def message(assertion: Asserting) -> str:
        with pytest.raises(AssertionError) as caught:
            assertion(requests)
        return str(caught.value).replace(users, "USERS")

    return message


PASSING: dict[str, Asserting] = {
    "called": lambda r: r.assert_called(CREATE),
    "times": lambda r: r.assert_called(CREATE, times=2),
    "at least": lambda r: r.assert_called(CREATE, at_least=2),
    "at most": lambda r: r.assert_called(CREATE, at_most=2),
    "between": lambda r: r.assert_called(CREATE, at_least=1, at_most=3),
    "at most, of none": lambda r: r.assert_called("experienceUser.delete", at_most=1),
    "times 0": lambda r: r.assert_called("experienceUser.delete", times=0),
    "glob": lambda r: r.assert_called("experienceUser*.*", times=4),
    "json": lambda r: r.assert_called(json={"userTags": {"floor": "3"}}, times=1),
    "query": lambda r: r.assert_called(query={"filter": "*nn*"}, times=1),
    "status": lambda r: r.assert_called(status=201, times=1),
    "class of status": lambda r: r.assert_called(CREATE, status="4xx", times=1),
    "path": lambda r: r.assert_called(path="*/users", times=3),
    "not called": lambda r: r.assert_not_called("experienceUser.delete"),
    "not called with": lambda r: r.assert_not_called(CREATE, json={"firstName": "Anna"}),
    "order": lambda r: r.assert_order(CREATE, "experienceUsers.get", "experienceUser.patch"),
    "order with others between": lambda r: r.assert_order(CREATE, {"path": "/nowhere"}),
    "order of the same": lambda r: r.assert_order(CREATE, CREATE),
    "order of one": lambda r: r.assert_order({"action": CREATE, "status": 400}),
}
FAILING: dict[str, Asserting] = {
    "called": lambda r: r.assert_called("experienceUser.delete"),
    "times": lambda r: r.assert_called(CREATE, times=1),
    "at least": lambda r: r.assert_called(CREATE, at_least=3),
    "at most": lambda r: r.assert_called(CREATE, at_most=1),
    "json": lambda r: r.assert_called(CREATE, json={"userTags": {"floor": 3}}),
    "query": lambda r: r.assert_called(query={"filter": "*n*"}),
    "status": lambda r: r.assert_called("experienceUser.patch", status="4xx"),
    "path": lambda r: r.assert_called(path="/users"),
    "not called": lambda r: r.assert_not_called(CREATE),
    "nothing called": lambda r: r.assert_not_called(),
    "order": lambda r: r.assert_order("experienceUsers.get", CREATE),
    "order of the same": lambda r: r.assert_order(CREATE, CREATE, CREATE),
}


@pytest.mark.parametrize("assertion", PASSING.values(), ids=PASSING.keys())
def test_passing(requests: Requests, assertion: Asserting) -> None:
    """What is so passes."""
    assertion(requests)


@pytest.mark.parametrize("assertion", FAILING.values(), ids=FAILING.keys())
def test_failing(failing: Failing, assertion: Asserting) -> None:
    """What is not so fails."""
    assert failing(assertion)


MESSAGES: dict[str, tuple[Asserting, str]] = {
    "too often": (
        lambda r: r.assert_called(CREATE, times=1),
        """
        experienceUsers.post: expected exactly one matching request;\
 2 of the 5 recorded requests matched

        matching requests:
          #1 experienceUsers.post POST USERS -> 201
          #2 experienceUsers.post POST USERS -> 400 Validation: experienceUser.email is required
        """,
    ),
    "not often enough": (
        lambda r: r.assert_called(CREATE, at_least=3, status=201),
        """
        experienceUsers.post answered 201: expected at least 3 matching requests;\
 1 of the 5 recorded requests matched

        matching requests:
          #1 experienceUsers.post POST USERS -> 201

        near misses:
          #2 experienceUsers.post POST USERS -> 400 Validation: experienceUser.email is required
              status: expected 201, was 400
        """,
    ),
    "never": (
        lambda r: r.assert_not_called("experienceUser.patch"),
        f"""
        experienceUser.patch: expected no matching request; 1 of the 5 recorded requests matched

        matching requests:
          #4 experienceUser.patch PATCH USERS/{USER} -> 200
        """,
    ),
    "nothing at all": (
        lambda r: r.assert_not_called(status="4xx"),
        """
        any request answered 4xx: expected no matching request; 2 of the 5 recorded requests matched

        matching requests:
          #2 experienceUsers.post POST USERS -> 400 Validation: experienceUser.email is required
          #5 - GET /nowhere -> 405 MethodNotAllowed: GET is not allowed
        """,
    ),
    "body": (
        lambda r: r.assert_called(CREATE, json={"firstName": "Zoe", "userTags": {"floor": 3}}),
        """
        experienceUsers.post with body {"firstName": "Zoe", "userTags": {"floor": 3}}:\
 expected at least one matching request; none of the 5 recorded requests matched

        near misses:
          #2 experienceUsers.post POST USERS -> 400 Validation: experienceUser.email is required
              body.firstName: expected "Zoe", was "Yan"
              body.userTags: expected {"floor": 3}, but it was missing
          #1 experienceUsers.post POST USERS -> 201
              body.firstName: expected "Zoe", was "Zoë"
              body.userTags.floor: expected 3, was "3"
        """,
    ),
    "no body": (
        lambda r: r.assert_called("experienceUsers.get", json={"firstName": "Zoe"}),
        """
        experienceUsers.get with body {"firstName": "Zoe"}:\
 expected at least one matching request; none of the 5 recorded requests matched

        near misses:
          #3 experienceUsers.get GET USERS?filter=*nn*&sortField=email -> 200
              body: expected {"firstName": "Zoe"}, but there was no body
        """,
    ),
    "query": (
        lambda r: r.assert_called("experienceUsers.get", query={"filter": "*n*", "page": 1}),
        """
        experienceUsers.get with query filter=*n*&page=1:\
 expected at least one matching request; none of the 5 recorded requests matched

        near misses:
          #3 experienceUsers.get GET USERS?filter=*nn*&sortField=email -> 200
              query.filter: expected "*n*", was "*nn*"
              query.page: expected "1", but it was missing
        """,
    ),
    "order": (
        lambda r: r.assert_order("experienceUsers.get", CREATE, "experienceUser.patch"),
        f"""
        experienceUsers.post: expected as number 2 of the order; no request after #3 matched,\
 only before it (#1)

        expected order:
          1. experienceUsers.get -> #3
          2. experienceUsers.post -> missing
          3. experienceUser.patch

        recorded requests:
          #1 experienceUsers.post POST USERS -> 201
          #2 experienceUsers.post POST USERS -> 400 Validation: experienceUser.email is required
          #3 experienceUsers.get GET USERS?filter=*nn*&sortField=email -> 200
          #4 experienceUser.patch PATCH USERS/{USER} -> 200
          #5 - GET /nowhere -> 405 MethodNotAllowed: GET is not allowed
        """,
    ),
    "secret": (
        lambda r: r.assert_called(CREATE, json={"password": "12345678"}, query={"jwt": "x"}),
        """
        experienceUsers.post with query jwt=[hidden] and body {"password": "[hidden]"}:\
 cannot be verified, because the journal hides passwords and tokens:
          query.jwt
          body.password
        Leave these out, or expect "[hidden]" to check that a value was sent.
        """,
    ),
}


@pytest.mark.parametrize(("assertion", "message"), MESSAGES.values(), ids=MESSAGES.keys())
def test_messages(failing: Failing, assertion: Asserting, message: str) -> None:
    """A message says what was wanted, what came, and in what the nearest requests differ."""
    assert failing(assertion) == dedent(message).strip("\n")


def test_long_values(losant: LosantMock, users: str, send: Sending) -> None:
    """A long value is told to its end, the wanted one right above the other."""
    wanted, sent = "x" * 5000, "x" * 4999 + "y"
    send("POST", users, json.dumps({"firstName": sent}).encode())
    with pytest.raises(AssertionError) as caught:
        losant.requests.assert_called(CREATE, json={"firstName": wanted})
    assert str(caught.value).replace(users, "USERS").splitlines() == [
        "experienceUsers.post with this body: expected at least one matching request;"
        " the only recorded request did not match",
        f'  {{"firstName": "{wanted}"}}',
        "",
        "near misses:",
        "  #1 experienceUsers.post POST USERS -> 400 Validation: experienceUser.email is required",
        "      body.firstName:",
        f'        expected "{wanted}"',
        f'        was      "{sent}"',
    ]


def test_no_requests(losant: LosantMock) -> None:
    """Where nothing came, that is said."""
    with pytest.raises(AssertionError) as caught:
        losant.requests.assert_called(CREATE)
    assert str(caught.value) == (
        "experienceUsers.post: expected at least one matching request; no requests were recorded"
    )


def test_no_answer(losant: LosantMock, users: str, send: Sending) -> None:
    """A request without an answer has no status, and a message tells what struck it."""
    losant.faults.close()
    with pytest.raises(ConnectionError):
        send("GET", users)
    with pytest.raises(AssertionError) as caught:
        losant.requests.assert_called("experienceUsers.get", status=200)
    assert str(caught.value).replace(users, "USERS").splitlines()[2:] == [
        "near misses:",
        "  #1 experienceUsers.get GET USERS -> no answer (faults: fault-1)",
        "      status: expected 200, but the request was not answered",
    ]


def test_several_faults(losant: LosantMock, users: str, send: Sending) -> None:
    """All faults that applied to a request are listed, in their order."""
    losant.faults.delay(0.001)
    losant.faults.status(503)
    send("GET", users)
    with pytest.raises(AssertionError) as caught:
        losant.requests.assert_not_called("experienceUsers.get")
    assert str(caught.value).replace(users, "USERS").splitlines()[2:] == [
        "matching requests:",
        "  #1 experienceUsers.get GET USERS -> 503 ServiceUnavailable: answered by a fault"
        " (faults: fault-1, fault-2)",
    ]


def test_one_line_each(losant: LosantMock, send: Sending) -> None:
    """Nothing that a client sends makes lines of its own."""
    send("GET", "/%0A%20%20%237?a=%E2%80%A8b", b'{"a":"\\n\\u2028"}')
    with pytest.raises(AssertionError) as caught:
        losant.requests.assert_called(path="/x", json={"a": "b"})
    assert str(caught.value).splitlines()[3:] == [
        "  #1 - GET /\\n  #7?a=\\u2028b -> 405 MethodNotAllowed: GET is not allowed",
        '      path: expected "/x", was "/\\n  #7"',
        '      body.a: expected "b", was "\\n\\u2028"',
    ]


ASSERTIONS: dict[str, tuple[dict[str, Any], Asserting]] = {
    "called": ({"action": CREATE, "times": 2}, lambda r: r.assert_called(CREATE, times=2)),
    "not often enough": (
        {"action": CREATE, "atLeast": 3},
        lambda r: r.assert_called(CREATE, at_least=3),
    ),
    "body": (
        {"body": {"firstName": "Anna"}, "status": "4xx"},
        lambda r: r.assert_called(json={"firstName": "Anna"}, status="4xx"),
    ),
    "never": ({"times": 0}, lambda r: r.assert_not_called()),
    "order": (
        {"inOrder": [{"action": "experienceUsers.get"}, {"action": CREATE}]},
        lambda r: r.assert_order("experienceUsers.get", CREATE),
    ),
    "in order": (
        {"inOrder": [{"action": CREATE}, {"action": "experienceUsers.get"}]},
        lambda r: r.assert_order(CREATE, "experienceUsers.get"),
    ),
}


@pytest.mark.parametrize(("document", "assertion"), ASSERTIONS.values(), ids=ASSERTIONS.keys())
def test_over_http(
    requests: Requests, send: Sending, document: dict[str, Any], assertion: Asserting
) -> None:
    """The control plane says the same, with 409 for what does not hold."""
    message = ""
    try:
        assertion(requests)
    except AssertionError as error:
        message = str(error)
    answer = send("POST", "/_mock/requests/verify", json.dumps(document).encode())
    verdict = json.loads(answer.body)
    assert (answer.status, verdict["passed"]) == ((409, False) if message else (200, True))
    assert verdict["message"] == message


def test_near_misses_over_http(requests: Requests, send: Sending) -> None:
    """Near misses are there as data, too."""
    wanted = {"action": CREATE, "body": {"firstName": "Zoe", "lastName": "Oak"}}
    answer = send("POST", "/_mock/requests/verify", json.dumps(wanted).encode())
    newest, first = json.loads(answer.body)["nearMisses"]
    assert (newest["request"]["number"], first["request"]["number"]) == (2, 1)
    assert first["differences"][0] == {
        "where": "body.firstName",
        "wanted": "Zoe",
        "found": "Zoë",
    }
    assert first["differences"][1]["where"] == "body.lastName"


@pytest.fixture(scope="module")
def small() -> Iterator[MockServer]:
    """A server whose journal keeps two of the five requests that came."""
    with MockServer(journal_requests=2) as server:
        users = f"{server.url}/applications/{server.application_id}/experience/users"
        for page in range(5):
            httpx.get(f"{users}?page={page}", headers={"Authorization": f"Bearer {server.token()}"})
        yield server


def test_counts_of_what_is_not_kept(small: MockServer) -> None:
    """What came is counted whether it is kept or not."""
    small.requests.assert_called("experienceUsers.get", times=5)
    small.requests.assert_not_called("experienceUsers.get", status="4xx")
    assert small.requests.count("experienceUsers.get") == len(small.requests) == 5


def test_too_often_with_what_is_not_kept(small: MockServer) -> None:
    """The message tells how often it came, and which of them are still known."""
    with pytest.raises(AssertionError) as caught:
        small.requests.assert_called("experienceUsers.get", times=4)
    path = f"/applications/{small.application_id}/experience/users"
    assert str(caught.value).splitlines() == [
        "experienceUsers.get: expected exactly 4 matching requests;"
        " all 5 recorded requests matched",
        "",
        "matching requests (the newest 2):",
        f"  #4 experienceUsers.get GET {path}?page=3 -> 200",
        f"  #5 experienceUsers.get GET {path}?page=4 -> 200",
        "",
        f"3 older requests are no longer kept; {KEEP_MORE}",
    ]


def test_missing_where_not_all_are_kept(small: MockServer) -> None:
    """What may have been among those that are not kept is not told to have been missing."""
    with pytest.raises(AssertionError) as caught:
        small.requests.assert_called("experienceUsers.get", query={"page": 1})
    assert str(caught.value).splitlines()[-1] == (
        f"3 older requests are no longer kept (3 of them might match); {KEEP_MORE}"
    )


@pytest.mark.parametrize(
    ("assertion", "kept"),
    [
        (lambda r: r.assert_not_called(query={"page": "9"}), "no matching request is kept"),
        (lambda r: r.assert_called(query={"page": "4"}, times=1), "one matching request is kept"),
        (lambda r: r.assert_called(query={"page": "4"}, at_most=1), "one matching request is kept"),
        (lambda r: r.count(query={"page": "4"}), "one matching request is kept"),
    ],
)
def test_not_known(small: MockServer, assertion: Asserting, kept: str) -> None:
    """What cannot be known is not taken for true."""
    with pytest.raises(AssertionError) as caught:
        assertion(small.requests)
    assert str(caught.value).partition(": ")[2] == (
        f"cannot be verified: {kept}, but 3 older requests that might match"
        f" are no longer kept; {KEEP_MORE}"
    )


def test_known_although_not_all_are_kept(small: MockServer) -> None:
    """What is seen among those that are kept is true whatever the others were."""
    small.requests.assert_called(query={"page": "4"})
    small.requests.assert_order({"query": {"page": "3"}}, {"query": {"page": "4"}})


def test_unknown_keywords(losant: LosantMock) -> None:
    """A keyword that is misspelled is refused instead of ignored."""
    with pytest.raises(TypeError, match="unknown keyword 'staus'"):
        losant.requests.assert_called(CREATE, staus=200)  # type: ignore[call-arg]


def test_actions_that_do_not_exist(losant: LosantMock) -> None:
    """An action that is misspelled is refused: nothing would ever be found."""
    for assertion in (losant.requests.assert_called, losant.requests.assert_not_called):
        with pytest.raises(ControlPlaneError, match="did you mean experienceUsers"):
            assertion("experienceUser.post")
