"""Which requests a fault is for."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server import ControlPlaneError, MockServer
from mock_server.faults.kinds import KINDS, Fault
from tests.faults.conftest import Incoming

USER = "f" * 24
SOMEBODY = {"email": "new@example.com", "password": "password1234"}


def sent(client: httpx.Client, losant: MockServer, method: str, path: str, **more: Any) -> bool:
    """Send a request, and tell whether the fault that is set struck it."""
    before = next(iter(losant.faults)).struck
    client.request(method, path, **more)
    return next(iter(losant.faults)).struck > before


@pytest.mark.parametrize(
    ("action", "struck"),
    [
        ("experienceUsers.get", [True, False, False, False]),
        ("experienceUsers.*", [True, True, False, False]),
        ("experienceUser*", [True, True, True, False]),
        ("*.get", [True, False, True, False]),
        ("*", [True, True, True, False]),
    ],
)
def test_action(
    losant: MockServer, client: httpx.Client, users: str, action: str, struck: list[bool]
) -> None:
    """An action is a whole glob; a path that names no action matches none."""
    losant.faults.status(503, action=action)
    assert struck == [
        sent(client, losant, "GET", users),
        sent(client, losant, "POST", users, json=SOMEBODY),
        sent(client, losant, "GET", f"{users}/{USER}"),
        sent(client, losant, "GET", "/nowhere"),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"action": "experienceUsers.create"}, "matches no action of the API; did you mean"),
        ({"action": "experienceusers.get"}, "did you mean experienceUsers.get?"),
        ({"method": "DELET"}, "must be one of GET, HEAD, POST"),
    ],
)
def test_what_would_never_strike(losant: MockServer, given: dict[str, str], message: str) -> None:
    """An action or a method that does not exist is refused: the fault would never strike."""
    with pytest.raises(ControlPlaneError) as refused:
        losant.faults.status(503, **given)  # type: ignore[arg-type]
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("method", "struck"), [("GET", [True, False]), ("get", [True, False]), ("POST", [False, True])]
)
def test_method(
    losant: MockServer, client: httpx.Client, users: str, method: str, struck: list[bool]
) -> None:
    """A method matches in either case of letters."""
    losant.faults.status(503, method=method)
    assert struck == [sent(client, losant, one, users) for one in ("GET", "POST")]


@pytest.mark.parametrize(
    ("path", "struck"),
    [
        ("/applications/*", [True, True, False]),
        ("*/experience/users", [True, False, False]),
        ("*/users/*", [False, True, False]),
        ("/nowhere", [False, False, True]),
        ("nowhere", [False, False, False]),
        ("*", [True, True, True]),
    ],
)
def test_path(
    losant: MockServer, client: httpx.Client, users: str, path: str, struck: list[bool]
) -> None:
    """A path is a whole glob in which a star is any run of characters, slashes too."""
    losant.faults.status(503, path=path)
    places = (users, f"{users}/{USER}", "/nowhere")
    assert struck == [sent(client, losant, "GET", place) for place in places]


def test_path_without_query_and_decoded(losant: MockServer, client: httpx.Client) -> None:
    """Of a path its query string is no part, and what is percent-encoded is decoded."""
    losant.faults.status(503, path="/a path/b")
    assert sent(client, losant, "GET", "/a%20path/b?c=1")


@pytest.mark.parametrize(
    ("query", "sent_query", "struck"),
    [
        ({"page": "1"}, "page=1", True),
        ({"page": 1}, "page=1&perPage=5", True),
        ({"page": 1}, "page=2", False),
        ({"page": 1}, "page=1&page=1", False),
        ({"page": 1, "perPage": 5}, "page=1", False),
        ({"filter": "a b"}, "filter=a%20b", True),
        ({"filter": ""}, "filter=", True),
        ({"filter": ""}, "", False),
        ({}, "", True),
    ],
)
def test_query(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    query: dict[str, Any],
    sent_query: str,
    struck: bool,
) -> None:
    """Parameters that are named must be there; there may be more."""
    losant.faults.status(503, query=query)
    assert sent(client, losant, "GET", f"{users}?{sent_query}") is struck


def test_query_with_a_truth_value(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A truth value matches as a query string has it."""
    losant.faults.status(503, query={"includeDescendants": True})
    assert not sent(client, losant, "GET", f"{users}?includeDescendants=1")
    assert sent(client, losant, "GET", f"{users}?includeDescendants=true")


@pytest.mark.parametrize(
    ("wanted", "body", "struck"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, False),
        ({"a": [1, 2]}, {"a": [1, 2]}, True),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, True),
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {}, False),
        ({"a": None}, {"a": 0}, False),
        ({}, {"a": 1}, True),
        ({}, [], False),
        ([], [], True),
        ("text", "text", True),
        (None, None, True),
        (None, {}, False),
        (0, False, False),
    ],
)
def test_body(
    losant: MockServer, client: httpx.Client, users: str, wanted: Any, body: Any, struck: bool
) -> None:
    """An object may have more at any depth, an array not; JSON's values are all different."""
    losant.faults.status(503, json=wanted)
    content = {} if body is None else {"json": body}
    assert sent(client, losant, "POST", users, **content) is struck


def test_body_may_be_anything_unless_it_is_given(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """Without a pattern for it, the body does not matter."""
    losant.faults.status(503)
    assert sent(client, losant, "POST", users, content=b"\xff{")
    assert sent(client, losant, "GET", users)


def test_body_that_is_not_json(losant: MockServer, client: httpx.Client, users: str) -> None:
    """What is not JSON matches no object, and harms nothing."""
    losant.faults.status(503, json={})
    assert not sent(client, losant, "POST", users, content=b'{"a": ')
    assert not sent(client, losant, "POST", users, content=b"\xff\xfe")


def test_all_that_is_given_must_hold(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A request that differs in one thing only is let through."""
    losant.faults.status(
        503, action="experienceUsers.post", path="*/users", query={"a": "1"}, json={"b": 1}
    )
    right = {"params": {"a": "1"}, "json": {"b": 1}}
    assert sent(client, losant, "POST", users, **right)
    assert not sent(client, losant, "PATCH", users, **right)
    assert not sent(client, losant, "POST", users, **{**right, "params": {"a": "2"}})
    assert not sent(client, losant, "POST", users, **{**right, "json": {"b": 2}})


@pytest.mark.parametrize("way", ["header", "query"])
def test_token(losant: MockServer, client: httpx.Client, users: str, way: str) -> None:
    """One token exactly is struck, however it is sent."""
    mine, other = losant.token("experienceUsers.get"), losant.token("experienceUsers.*")
    losant.faults.status(503, token=mine)

    def by(token: str) -> dict[str, Any]:
        if way == "query":
            return {"params": {"access_token": token}}
        return {"headers": {"Authorization": f"Bearer {token}"}}

    assert sent(client, losant, "GET", users, **by(mine))
    assert not sent(client, losant, "GET", users, **by(other))
    assert not sent(client, losant, "GET", users, **by(mine[:-1]))


def test_requests_without_a_token(losant: MockServer, users: str) -> None:
    """Whoever sends no token is not struck by what is meant for one."""
    losant.faults.status(503, token="x")
    with httpx.Client(base_url=losant.url) as stranger:
        assert stranger.get(users).status_code == 403


def test_token_is_never_shown_again(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Neither the list of faults, the fault itself, nor the journal tells a token."""
    token = losant.token("experienceUsers.get")
    fault = losant.faults.status(503, token=token)
    client.get(users, headers={"Authorization": f"Bearer {token}"})
    client.get(f"{users}?access_token={token}")
    assert fault.struck == 2
    shown = [
        repr(fault),
        repr(list(losant.faults)),
        str(fault.definition),
        client.get("/_mock/faults").text,
        client.get(f"/_mock/faults/{fault.id}").text,
        client.get("/_mock/requests").text,
        repr(losant.requests.list()),
    ]
    assert not any(token in text or token[-20:] in text for text in shown)
    assert "[hidden]" in shown[0]


def test_secrets_in_patterns_are_not_shown(losant: MockServer, client: httpx.Client) -> None:
    """A pattern with a password or a token in it is as secret as a request with them."""
    token = losant.token()
    fault = losant.faults.status(
        503, json={"password": "only for me"}, query={"access_token": token}
    )
    shown = [repr(fault), client.get("/_mock/faults").text]
    assert not any(token in text or "only for me" in text for text in shown)


def test_preflight_is_struck_only_by_name(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """A browser's preflight is let through, unless its method is named."""
    losant.faults.status(503)
    assert client.options(users).status_code == 204
    losant.faults.clear()
    losant.faults.status(503, method="OPTIONS")
    assert client.options(users).status_code == 503
    assert client.get(users).status_code == 200


def test_preflight_is_not_counted(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A schedule does not count preflights that it is not for."""
    fault = losant.faults.status(503, nth=2)
    for method in ("OPTIONS", "GET", "OPTIONS"):
        assert client.request(method, users).status_code in (200, 204)
    assert client.get(users).status_code == 503
    assert (fault.matched, fault.struck) == (2, 1)


def test_what_is_not_mocked_is_struck(losant: MockServer, client: httpx.Client) -> None:
    """A fault may be for an action that the mock only knows by name."""
    losant.faults.status(503, action="devices.get")
    devices = f"/applications/{losant.application_id}/devices"
    assert client.get(devices).status_code == 503


def test_requests_that_can_not_be_read_are_struck(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """What is refused for its size is no exception."""
    losant.faults.status(503, path="/applications/*")
    assert client.get(f"{users}?filter={'x' * 40_000}").status_code == 503


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=10,
)


def contains(document: Any, wanted: Any) -> bool:
    """Tell what README says: objects may have more properties, arrays are compared as a whole."""
    if isinstance(wanted, dict):
        return isinstance(document, dict) and all(
            name in document and contains(document[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(document, list)
            and len(document) == len(wanted)
            and all(map(contains, document, wanted))
        )
    if isinstance(wanted, bool) or isinstance(document, bool):
        return document is wanted
    return bool(document == wanted)


@given(JSON, JSON)
def test_bodies_match_as_described(document: Any, wanted: Any) -> None:
    """A body matches a pattern when that is contained in it."""
    request = Incoming(method="POST", body=document)
    assert reset(body=wanted).applies_to(request) is contains(document, wanted)
    assert reset(body=document).applies_to(request)
    assert reset().applies_to(request)


def reset(**conditions: Any) -> Fault:
    """Return a fault."""
    return KINDS["reset"].model_validate({"kind": "reset", **conditions})
