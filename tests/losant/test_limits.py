"""Both sides of every limit in the contract's schemas (sections 4 to 10), and of tokens' times.

A value at its limit is accepted, the next one is refused with the contract's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import jwt
import pytest

from mock_server import MockServer
from tests.losant.conftest import Api

SECRET = "the secret that limits are tried with"
ACCOUNT = {"email": "robin@example.com", "password": "password1"}
ID = "575ec8687ae143cd83dc4a97"
USER, GROUP = "d" * 24, "c" * 24
SEED = {
    "accounts": [ACCOUNT],
    "applications": [
        {
            "id": ID,
            "name": "Limits",
            "users": [{"id": USER, "email": "old@example.com"}],
            "groups": [{"id": GROUP, "name": "Low"}, {"id": "a" * 24, "name": "Top"}],
        }
    ],
}
WIDE = "\U0001f600"
"""One character that counts as two: lengths are those of UTF-16."""

SHORT, LONG = "has less length than allowed", "has longer length than allowed"
ITEMS, PATTERN = "has more items than allowed", "pattern mismatch"
UNKNOWN = "has additional properties"
NO_MATCH, MINIMUM = "no (or more than one) schemas match", "is less than minimum"
DATE = "must be date-time format"


@pytest.fixture(scope="module")
def running() -> Iterator[Api]:
    """A server with an account, and whose tokens tests can sign."""
    with MockServer(jwt_secret=SECRET) as server:
        api = Api(server)
        yield api
        api.client.close()


@pytest.fixture
def api(running: Api) -> Api:
    """The server with an application of known id, users and groups; its clock runs."""
    running.server.clock.resume()
    running.server.load(SEED)
    running.client.base_url = httpx.URL(f"{running.server.url}/applications/{ID}")
    return running


def lengths(field: str, longest: int, shortest: int = 0) -> list[tuple[str, Any, str]]:
    """Return the cases of a text: both sides of both limits, in narrow and in wide characters."""
    odd = "a" * (longest % 2)
    cases = [
        (field, "a" * longest, ""),
        (field, "a" * (longest + 1), LONG),
        (field, WIDE * (longest // 2) + odd, ""),
        (field, WIDE * (longest // 2) + odd + "a", LONG),
    ]
    if shortest:
        cases += [(field, "a" * shortest, ""), (field, "a" * (shortest - 1), SHORT)]
    else:
        cases.append((field, "", ""))
    if shortest > 2:
        wide = shortest // 2
        cases += [(field, WIDE * wide, ""), (field, WIDE * (wide - 1) + "a", SHORT)]
    return cases


def items(field: str, most: int, item: Any) -> list[tuple[str, Any, str]]:
    """Return the cases of an array."""
    return [(field, [item] * most, ""), (field, [item] * (most + 1), ITEMS), (field, [], "")]


def tags(field: str) -> list[tuple[str, Any, str]]:
    """Return the cases of tags: the lengths of keys and values."""
    longest_wide = WIDE * 127 + "a"
    return [
        (field, {"k" * 255: "v" * 255}, ""),
        (field, {"k" * 256: "v"}, UNKNOWN),
        (field, {"": "v"}, UNKNOWN),
        (field, {"k": "v"}, ""),
        (f"{field}.k", {"k": ""}, SHORT),
        (f"{field}.k", {"k": "v" * 256}, LONG),
        (field, {"k": longest_wide}, ""),
        (f"{field}.k", {"k": longest_wide + "a"}, LONG),
    ]


def ids(field: str, known: str = "a" * 24) -> list[tuple[str, Any, str]]:
    """Return the cases of an array of ids: how many, and how long each is."""
    return [
        *items(field, 1000, known),
        (f"{field}.0", ["a" * 23], PATTERN),
        (f"{field}.0", ["a" * 25], PATTERN),
        (f"{field}.1", [known, "g" * 24], PATTERN),
    ]


def _named(cases: list[tuple[str, Any, str]]) -> pytest.MarkDecorator:
    names = [f"{number} {field} {problem}" for number, (field, _, problem) in enumerate(cases)]
    return pytest.mark.parametrize(("field", "value", "problem"), cases, ids=names)


def assert_answer(response: httpx.Response, message: str) -> None:
    """Check that a request was accepted, or refused in these words."""
    if message:
        assert (response.status_code, response.json()["message"]) == (400, message)
    else:
        assert response.status_code in (200, 201), response.text


def _bodies(field: str, value: Any, required: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the bodies that create, and that change, with one property at its limit."""
    name = field.partition(".")[0]
    return [("POST", {**required, name: value}), ("PATCH", {name: value})]


MONTHS = [
    ("2016-00-01T00:00:00Z", ""),
    ("2016-12-01T00:00:00Z", ""),
    ("2016-13-01T00:00:00Z", DATE),
    ("2016-12-99T99:99:99+99:99", ""),
    ("216-12-01T00:00:00Z", DATE),
    ("02016-12-01T00:00:00Z", DATE),
]
USER_CASES = [
    ("email", "@" + "a" * 1023, ""),
    ("email", "@" + "a" * 1024, LONG),
    ("email", "@a" + WIDE * 511, ""),
    ("email", "@aa" + WIDE * 511, LONG),
    ("email", "@", ""),
    *lengths("firstName", 1024),
    *lengths("lastName", 1024),
    *lengths("password", 2048, 8),
    *[("tokenCutoff", date, problem) for date, problem in MONTHS],
    *tags("userTags"),
    *ids("experienceGroupIds"),
]


@_named(USER_CASES)
def test_users(api: Api, field: str, value: Any, problem: str) -> None:
    """Properties of a user, created and changed."""
    message = f"experienceUser.{field} {problem}" if problem else ""
    changed, created = f"experience/users/{USER}", "experience/users"
    required = {"email": "new@example.com", "password": "password1"}
    (_, body), (_, change) = _bodies(field, value, required)
    assert_answer(api("PATCH", changed, change), message)
    api("PATCH", changed, {"email": "old@example.com"})
    assert_answer(api("POST", created, body), message)


GROUP_CASES = [
    *lengths("name", 255, 1),
    *lengths("description", 32767),
    *ids("experienceUserIds", USER),
    *ids("experienceEndpointIds"),
    *ids("deviceIds"),
    *tags("groupTags"),
    *items("deviceTags", 100, {"key": "k", "value": "v"}),
    ("deviceTags", [{"key": "k" * 255, "value": "v" * 255}], ""),
    ("deviceTags.0.key", [{"key": "k" * 256}], PATTERN),
    ("deviceTags.0.key", [{"key": ""}], PATTERN),
    ("deviceTags.0.value", [{"value": ""}], SHORT),
    ("deviceTags.0.value", [{"value": "v" * 256}], LONG),
    ("deviceTags", [{"value": WIDE * 127 + "a"}], ""),
    ("deviceTags.0.value", [{"value": WIDE * 128}], LONG),
    *lengths("deviceQueryJson", 8192),
    ("parentId", "a" * 24, ""),
    ("parentId", "a" * 23, NO_MATCH),
    ("parentId", "a" * 25, NO_MATCH),
]


@_named(GROUP_CASES)
def test_groups(api: Api, field: str, value: Any, problem: str) -> None:
    """Properties of a group, created and changed."""
    message = f"experienceGroup.{field} {problem}" if problem else ""
    for method, body in _bodies(field, value, {"name": "New"}):
        path = "experience/groups" if method == "POST" else f"experience/groups/{GROUP}"
        assert_answer(api(method, path, body), message)


APPLICATION_CASES = [
    *lengths("name", 255, 1),
    *lengths("description", 1024),
    ("endpointSlug", "a-0", ""),
    ("endpointSlug", "a-", SHORT),
    ("endpointSlug", "a" * 63, ""),
    ("endpointSlug", "a" * 64, LONG),
    ("endpointSlug", "a_0", PATTERN),
    *[("expUserTokenCutoff", date, problem) for date, problem in MONTHS],
]
POST_ONLY = [
    ("orgId", "a" * 24, ""),
    ("orgId", "a" * 23, PATTERN),
    ("orgId", "a" * 25, PATTERN),
    ("applicationTemplateId", "a" * 25, PATTERN),
    *ids("appliedTemplateIds"),
]


@_named([*APPLICATION_CASES, *POST_ONLY])
def test_applications(api: Api, field: str, value: Any, problem: str) -> None:
    """Properties of an application, created and, where that is possible, changed."""
    message = f"application.{field} {problem}" if problem else ""
    token = api.server.token("all.User")
    (_, body), (_, change) = _bodies(field, value, {"name": "New"})
    assert_answer(api("POST", f"{api.server.url}/applications", body, token), message)
    if (field, value, problem) in APPLICATION_CASES:
        assert_answer(api("PATCH", "", change, token), message)


@_named([*lengths("name", 255, 1), *lengths("description", 32767)])
def test_api_tokens(api: Api, field: str, value: Any, problem: str) -> None:
    """Properties of an API token, created and changed."""
    path = f"tokens/{api.api_token()['id']}"
    message = f"apiToken.{field} {problem}" if problem else ""
    for method, body in _bodies(field, value, {"name": "New"}):
        assert_answer(api(method, "tokens" if method == "POST" else path, body), message)


@pytest.mark.parametrize(("date", "problem"), MONTHS)
def test_the_form_of_expiration_dates(api: Api, date: str, problem: str) -> None:
    """An expiration date has the form of a date and time; it need not be one."""
    response = api("POST", "tokens", {"name": "New", "expirationDate": date})
    assert_answer(response, f"apiToken.expirationDate {problem}" if problem else "")


@_named(
    [
        ("email", "@" + "a" * 1023, ""),
        ("email", "@" + "a" * 1024, LONG),
        *lengths("password", 2048, 8),
        *lengths("twoFactorCode", 2048),
        ("tokenTTL", 0, ""),
        ("tokenTTL", -1, MINIMUM),
    ]
)
def test_credentials(api: Api, field: str, value: Any, problem: str) -> None:
    """What is within the limits is looked up, and then may still be wrong."""
    body = {"email": "nobody@example.com", "password": "password1", field: value}
    response = api("POST", f"{api.server.url}/auth/user", body)
    if problem:
        assert_answer(response, f"credentials.{field} {problem}")
    else:
        assert response.json()["message"] == "Invalid email or password"


@pytest.mark.parametrize(
    ("path", "ok"),
    [("b" * 24, True), ("b" * 23, False), ("b" * 25, False), ("b" * 23 + "g", False)],
)
def test_ids_in_paths(api: Api, path: str, ok: bool) -> None:
    """Every id in a path has 24 hexadecimal digits."""
    for kind, name in (
        ("experience/users", "experienceUserId"),
        ("experience/groups", "experienceGroupId"),
        ("tokens", "apiTokenId"),
    ):
        response = api("GET", f"{kind}/{path}")
        assert response.status_code == (404 if ok else 400)
        assert ok or response.json()["message"] == f"{name} pattern mismatch"
    response = api("GET", f"{api.server.url}/applications/{path}/tokens")
    assert response.status_code == (404 if ok else 400)
    response = api("GET", "experience/users", experienceGroupId=path)
    assert_answer(response, "" if ok else "experienceGroupId pattern mismatch")


NOW = datetime(2030, 1, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
EXPIRED = (401, "Access token has expired")
INVALID = (401, "Invalid access token")


def verdict(api: Api, token: str) -> tuple[int, str]:
    """Return what becomes of a token."""
    response = api("GET", "experience/users", token=token)
    return response.status_code, response.json().get("message", "")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": AT - 1}, EXPIRED),
        ({"exp": AT}, EXPIRED),
        ({"exp": AT + 1}, (200, "")),
        ({"nbf": AT - 1}, (200, "")),
        ({"nbf": AT}, (200, "")),
        ({"nbf": AT + 1}, INVALID),
        ({"nbf": AT, "exp": AT}, EXPIRED),
        ({"nbf": AT, "exp": AT + 1}, (200, "")),
    ],
)
def test_the_instant_of_claims(api: Api, claims: dict[str, int], expected: tuple[int, str]) -> None:
    """A token is valid from ``nbf`` on, and no longer at ``exp``."""
    api.server.clock.freeze(NOW)
    token = jwt.encode({"scope": ["all.Application"], **claims}, SECRET, "HS256")
    assert verdict(api, token) == expected


@pytest.mark.parametrize("kind", ["API token", "login", "control plane"])
def test_the_instant_of_expiry(api: Api, kind: str) -> None:
    """A token with a lifetime is valid until the second before its end, not at its end."""
    api.server.clock.freeze(NOW)
    end = NOW + timedelta(seconds=60)
    if kind == "API token":
        token = api.api_token(expirationDate=end.isoformat())["token"]
    elif kind == "login":
        login = api("POST", f"{api.server.url}/auth/user", {**ACCOUNT, "tokenTTL": 60})
        token = login.json()["token"]
    else:
        token = api.server.token(expires_in=60)
    assert verdict(api, token) == (200, "")
    api.server.clock.set(end - timedelta(seconds=1))
    assert verdict(api, token) == (200, "")
    api.server.clock.set(end)
    assert verdict(api, token) == EXPIRED
    api.server.clock.set(end - timedelta(seconds=1))
    assert verdict(api, token) == (200, "")
