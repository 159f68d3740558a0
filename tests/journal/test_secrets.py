"""Passwords and tokens that requests carry are told to nobody who looks at them afterwards."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server.client import LosantMock
from tests.journal.conftest import PASSWORD, USER, Log, Sending

TOKENS = "/applications/575ec8687ae143cd83dc4a97/tokens"
MARK = "Xyzzy"
"""What every secret has in it."""

SEVERAL = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

Sent = tuple[str, str, bytes, Mapping[str, str | bytes]]
"""Method, path (below that of the users unless it is one of others), body and headers."""

_PLAIN = st.text(st.characters(codec="latin-1", exclude_categories=("C", "Z")), max_size=12)
_ANY = st.text(st.characters(codec="utf-8"), max_size=12)
_WORD = st.text("abcXYZ019_-", max_size=12)

secrets = st.builds("{}".join, st.tuples(_ANY, _ANY)).map(lambda text: text.replace("{}", MARK))
in_headers = st.tuples(_PLAIN, _PLAIN).map(MARK.join)
words = st.tuples(_WORD, _WORD).map(MARK.join)
jwts = words.map(lambda word: f"eyJhbGciOiJIUzI1NiJ9.eyJ{word}.{word}")

SECRET_NAMES = st.sampled_from(
    ["password", "Password", "newPassword", "pasword", "token", "access_token", "jwt", "apiKey"]
)
PATHS = st.sampled_from(["", f"/{USER}", "/x/y/z", "/auth/user", TOKENS])
METHODS = st.sampled_from(["POST", "PATCH", "GET", "PUT", "DELETE", "OPTIONS"])
SCHEMES = st.sampled_from(["Bearer ", "bearer  ", "JWT ", "Basic ", "Token ", "Digest x=", ""])


@st.composite
def encoded(draw: st.DrawFn, text: str) -> str:
    """Return a text in which some characters are percent-encoded."""
    chosen = draw(st.sets(st.integers(0, max(0, len(text) - 1))))
    return "".join(
        "".join(f"%{byte:02X}" for byte in c.encode()) if i in chosen else quote(c, safe="")
        for i, c in enumerate(text)
    )


@st.composite
def in_authorization(draw: st.DrawFn) -> Sent:
    """Return a request with a token in its header, whatever the scheme."""
    name = draw(st.sampled_from(["Authorization", "Proxy-Authorization", "X-Auth", "Cookie"]))
    value = f"{draw(SCHEMES)}{draw(in_headers)}".encode("latin-1")
    return draw(METHODS), draw(PATHS), b"", {name: value}


@st.composite
def in_query(draw: st.DrawFn) -> Sent:
    """Return a request with a token in its query string, however that is spelled."""
    name = draw(encoded(draw(SECRET_NAMES) + draw(st.sampled_from(["", "[]", "[a]"]))))
    target = f"{draw(PATHS)}?x=1&{name}={draw(encoded(draw(secrets)))}&filter=y"
    return draw(METHODS), target, b"", {}


@st.composite
def in_nested_query(draw: st.DrawFn) -> Sent:
    """Return a request with a secret inside the value of a parameter."""
    name, secret = draw(SECRET_NAMES), draw(words)
    value = draw(
        st.sampled_from(
            [json.dumps({name: secret}), f"/a?{name}={secret}", f'{{"{name}":"{secret}"']
        )
    )
    return "GET", f"?query={draw(encoded(value))}", b"", {}


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Return a body with a secret in it, perhaps among other things."""
    document: Any = {draw(SECRET_NAMES): draw(secrets | secrets.map(lambda one: [one, {one: 1}]))}
    if draw(st.booleans()):
        document = {"email": "zoe@example.com", **document, "firstName": "Zoe"}
    for _ in range(draw(st.integers(0, 3))):
        document = draw(st.sampled_from([{"userTags": document}, [document], {"a": [1, document]}]))
    return document


@st.composite
def in_body(draw: st.DrawFn) -> Sent:
    """Return a request with a secret in its body, which may not be the JSON that it should be."""
    document = json.dumps(draw(documents()), ensure_ascii=draw(st.booleans()))
    for escaped in draw(st.sets(st.sampled_from("pPasotkj"))):
        document = document.replace(f'"{escaped}', f'"\\u{ord(escaped):04x}')
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))
    content = document.encode(encoding)
    spoiled = draw(
        st.sampled_from(
            [
                content,
                content[:-1],
                content[: len(content) * 3 // 4],
                content + b"\xff",
                content + b" {}",
                b"[" * 200 + content + b"]" * 200,
                b'{"a":NaN,"b":%b}' % content,
            ]
        )
    )
    kind = draw(st.sampled_from(["application/json", "text/plain", ""]))
    return draw(METHODS), draw(PATHS), spoiled, {"Content-Type": kind}


@st.composite
def in_form(draw: st.DrawFn) -> Sent:
    """Return a request with a form for a body."""
    pair = f"{draw(encoded(draw(SECRET_NAMES)))}={draw(encoded(draw(secrets)))}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return "POST", draw(PATHS), f"email=x&{pair}&x=y".encode(), kind


@st.composite
def with_jwt(draw: st.DrawFn) -> Sent:
    """Return a request with a signed token where nobody expects one."""
    jwt = draw(jwts)
    user = {"email": "zoe@example.com", "password": "12345678", "userTags": {"note": jwt}}
    name = draw(st.sampled_from(["Referer", "X-Other", "User-Agent", "Cookie"]))
    around = draw(st.sampled_from(["{}", "a={}; b=c", "https://a.b/{}?c={}", "{},x"]))
    return draw(
        st.sampled_from(
            [
                ("GET", f"/{jwt}", b"", {}),
                ("GET", f"/{draw(encoded(jwt))}/x", b"", {}),
                ("GET", f"?filter={jwt}&sortField={draw(encoded(jwt))}", b"", {}),
                ("GET", f"?{jwt}", b"", {}),
                ("GET", f"?{'x' * 40_000}&filter={jwt}", b"", {}),
                ("GET", "", b"", {name: around.replace("{}", jwt)}),
                ("POST", "", json.dumps(user).encode(), {}),
                ("POST", "", json.dumps({**user, "email": jwt, jwt: jwt}).encode(), {}),
                ("PATCH", f"/{USER}", json.dumps({"userTags": {"note": jwt}}).encode(), {}),
            ]
        )
    )


REQUESTS = st.one_of(
    in_authorization(),
    in_query(),
    in_nested_query(),
    in_body(),
    in_form(),
    with_jwt(),
)


@pytest.fixture
def told(
    losant: LosantMock, send: Sending, log: Log, caplog: pytest.LogCaptureFixture
) -> Callable[[], str]:
    """Return everything that can be learnt about the requests so far."""
    caplog.set_level(logging.DEBUG)

    def everything() -> str:
        answers = [
            send("GET", "/_mock/requests?limit=1000"),
            send("POST", "/_mock/requests/verify", b'{"action":"no.such"}'),
            send("POST", "/_mock/requests/verify", b'{"times":0}'),
            send("POST", "/_mock/requests/verify", b'{"body":{"a":"b"},"query":{"a":"b"}}'),
            send("POST", "/_mock/requests/verify", b'{"inOrder":[{},{"path":"/no/such"}]}'),
            send("GET", "/_mock/info"),
        ]
        assert {answer.status for answer in answers} <= {200, 400, 409}
        handles: list[object] = [losant, losant.requests, list(losant.requests), losant.faults]
        texts = [*map(repr, handles), *(answer.body.decode() for answer in answers)]
        return "\n".join([*texts, log.read(), caplog.text])

    return everything


def assert_silent(*texts: str) -> None:
    """Check that no text has a secret in it, however it is encoded."""
    for text in texts:
        plain = unquote(text).replace("\\u0000", "").replace("\0", "")
        assert MARK.lower() not in plain.lower()


@given(sent=REQUESTS)
@SEVERAL
def test_requests(
    losant: LosantMock, users: str, send: Sending, told: Callable[[], str], log: Log, sent: Sent
) -> None:
    """A secret in a request is in nothing that can be learnt about it."""
    method, target, body, headers = sent
    losant.requests.clear()
    log.read()
    is_other = target.startswith(("/auth/", "/applications/"))
    send(method, target if is_other else users + target, body, headers)
    assert len(losant.requests) == 1
    assert_silent(told())


@given(document=documents())
@SEVERAL
def test_wanted(losant: LosantMock, users: str, send: Sending, document: Any) -> None:
    """A secret that is looked for is not repeated, nor does it seem not to have been there."""
    losant.requests.clear()
    send("POST", users, json.dumps(document).encode())
    for assertion in (losant.requests.assert_called, losant.requests.assert_not_called):
        with pytest.raises(AssertionError, match="hides passwords and tokens") as caught:
            assertion("experienceUsers.post", json=document)
        assert_silent(str(caught.value), repr(caught.value))


@given(document=documents(), name=SECRET_NAMES, secret=words)
@SEVERAL
def test_faults(losant: LosantMock, send: Sending, document: Any, name: str, secret: str) -> None:
    """A secret that a fault is for is not shown with it."""
    losant.faults.clear()
    fault = losant.faults.status(503, json=document, query={name: secret}, token=secret)
    assert_silent(repr(fault), repr(list(losant.faults)))
    assert_silent(send("GET", "/_mock/faults").body.decode())


def test_issued_tokens(losant: LosantMock, send: Sending, told: Callable[[], str]) -> None:
    """A token that is answered is in nothing that can be learnt about the request."""
    losant.add({"accounts": [{"email": "a@b.com", "password": PASSWORD}]})
    credentials = json.dumps({"email": "a@b.com", "password": PASSWORD}).encode()
    made = json.dumps({"name": "Gateway", "scope": ["all.Application"]}).encode()
    answers = [send("POST", "/auth/user", credentials), send("POST", TOKENS, made)]
    assert [answer.status for answer in answers] == [200, 201]
    text = told()
    for answer in answers:
        token: str = json.loads(answer.body)["token"]
        assert not any(part in text for part in token.split("."))
    assert losant.requests.last("applicationApiTokens.post").response["name"] == "Gateway"


def test_rest_is_shown(losant: LosantMock, send: Sending, users: str, log: Log) -> None:
    """What is not secret is shown: next to secrets, and where names only look like theirs."""
    user = {"email": "zoe@example.com", "password": MARK * 2, "tokenCutoff": "2024-01-01T00:00:00Z"}
    log.read()
    send("POST", f"{users}?_links=false&access_token=x", json.dumps(user).encode())
    assert f"{users}?_links=false&access_token=[hidden]" in log.read()
    send("POST", users, json.dumps({**user, "email": "yan@example.com"}).encode())
    one = losant.requests.last()
    assert one.json == {**user, "email": "yan@example.com", "password": "[hidden]"}
    assert one.response["tokenCutoff"].startswith("2024-01-01")
    assert one.response["passwordLastUpdated"].startswith("2024")
    assert one.headers["authorization"] == "Bearer [hidden]"
    send("GET", f"{users}?filter=*token*&filterField=email&sortField=passwordLastUpdated")
    assert losant.requests.last().query["filter"] == "*token*"
    assert losant.requests.last().query["sortField"] == "passwordLastUpdated"
    send("GET", users.removesuffix("/experience/users"))
    assert losant.requests.last().response["summary"]["apiTokenCount"] == 0
