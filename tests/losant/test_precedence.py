"""Which of two failures in one request is told.

The order of checks is the contract's: section 2 for a request, section 4 for a body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import httpx2 as httpx
import jwt
import pytest

from mock_server import MockServer
from tests.losant.conftest import Api

SECRET = "the secret that precedence is tried with"
APP, OTHER, MISSING = "1" * 24, "2" * 24, "f" * 24
ANN, BOB, TOP, LOW, SIDE, TOKEN = (letter * 24 for letter in "abcde3")
SEED = {
    "accounts": [{"email": "robin@example.com", "password": "password1"}],
    "applications": [
        {
            "id": APP,
            "name": "First",
            "groups": [
                {"id": TOP, "name": "Top", "members": ["ann@example.com"]},
                {"id": LOW, "name": "Low", "parent": TOP, "members": ["bob@example.com"]},
                {"id": SIDE, "name": "Side"},
            ],
            "users": [
                {"id": ANN, "email": "ann@example.com", "firstName": "Ann"},
                {"id": BOB, "email": "bob@example.com", "firstName": "Bob"},
                {"email": "eve@example.com", "firstName": "Eve"},
            ],
            "tokens": [{"id": TOKEN, "name": "Gateway", "expirationDate": "2020-01-01T00:00:00Z"}],
        },
        {"id": OTHER, "name": "Second"},
    ],
}


@pytest.fixture(scope="module")
def running() -> Iterator[Api]:
    """A server whose tokens tests can sign; without one, a request has none."""
    with MockServer(jwt_secret=SECRET) as server:
        server.load(SEED)
        api = Api(server)
        del api.client.headers["Authorization"]
        yield api
        api.client.close()


@pytest.fixture
def api(running: Api) -> Api:
    """The server in its first state."""
    running.server.load(SEED)
    return running


def signed(*scopes: str, **claims: Any) -> str:
    """Return a token with these claims."""
    return jwt.encode({"scope": list(scopes or ("all.User",)), **claims}, SECRET, "HS256")


GOOD = signed()
WRONG = "not.a.token"
POWERLESS = signed("devices.get")
EXPIRED = signed(exp=1)
FOREIGN = signed(applicationId=OTHER)

NO_TOKEN = (403, "Access is forbidden")
INVALID = (401, "Invalid access token")
HAS_EXPIRED = (401, "Access token has expired")
FORBIDDEN = (403, "Access is forbidden")


def answer(api: Api, method: str, path: str, body: Any = None, token: str | None = GOOD) -> Any:
    """Send a request and return status and message of the answer."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
    if content is not None:
        headers["Content-Type"] = "application/json"
    response = api.client.request(
        method, f"{api.server.url}{path}", content=content, headers=headers
    )
    return response.status_code, response.json().get("message", "")


USERS, GROUPS = f"/applications/{APP}/experience/users", f"/applications/{APP}/experience/groups"
NEW_USER = {"email": "new@example.com", "password": "password1"}
BROKEN = b'{"email": '
LARGE = b" " * (4 * 1024 * 1024 + 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "token", "expected"),
    [
        # Reading comes before everything; who asks for what is not there gets no further.
        ("POST", "/applications/x/experience/users", LARGE, WRONG, (413, None)),
        ("POST", "/applications/x/experience/users", BROKEN, WRONG, (400, None)),
        ("POST", f"/applications/{'x' * 33_000}", BROKEN, WRONG, (414, None)),
        ("PUT", "/applications/x", BROKEN, WRONG, (405, "PUT is not allowed")),
        ("PUT", "/nowhere", None, WRONG, (405, "PUT is not allowed")),
        ("GET", "/applications/x/devices", None, WRONG, (501, None)),
        # Validation: the path, the query, the body; then the token.
        ("GET", "/applications/x/experience/users/y", None, WRONG, "applicationId"),
        ("PATCH", f"{USERS}/y", {"email": 1}, WRONG, "experienceUserId"),
        ("GET", "/applications/x/experience/users?page=x", None, WRONG, "applicationId"),
        ("GET", f"{USERS}?page=x", None, WRONG, "page"),
        ("GET", f"{USERS}?page=x", None, None, "page"),
        ("POST", USERS, {"email": 1, "password": "p"}, EXPIRED, "experienceUser.email"),
        ("POST", "/auth/user", {"email": 1, "password": "password1"}, WRONG, "credentials.email"),
        ("POST", "/applications", {"name": 1}, None, "application.name"),
        # The token, then what it grants.
        ("GET", USERS, None, None, NO_TOKEN),
        ("GET", USERS, None, WRONG, INVALID),
        ("GET", USERS, None, signed("devices.get", exp=1), HAS_EXPIRED),
        ("GET", USERS, None, signed("devices.get", nbf=4_000_000_000), INVALID),
        ("GET", USERS, None, signed(exp=1, nbf=4_000_000_000), INVALID),
        ("GET", USERS, None, EXPIRED[:-4] + "AAAA", INVALID),
        ("GET", USERS, None, POWERLESS, FORBIDDEN),
        ("GET", "/applications", None, signed(applicationId=APP, exp=1), HAS_EXPIRED),
        # What it grants, then what there is.
        ("GET", f"/applications/{MISSING}", None, None, NO_TOKEN),
        ("GET", f"/applications/{MISSING}", None, EXPIRED, HAS_EXPIRED),
        ("GET", f"/applications/{MISSING}", None, POWERLESS, FORBIDDEN),
        ("GET", f"{USERS}/{MISSING}", None, POWERLESS, FORBIDDEN),
        ("DELETE", f"{USERS}/{MISSING}", None, POWERLESS, FORBIDDEN),
        ("GET", USERS, None, signed("devices.get", applicationId=OTHER), FORBIDDEN),
        ("GET", f"{USERS}/{MISSING}", None, FOREIGN, (404, "Application was not found")),
        (
            "GET",
            f"/applications/{MISSING}/experience/users/{MISSING}",
            None,
            GOOD,
            (404, "Application was not found"),
        ),
        # What there is, then what the body names.
        (
            "PATCH",
            f"{USERS}/{MISSING}",
            {"email": "ann@example.com", "experienceGroupIds": [MISSING]},
            GOOD,
            (404, "Experience User was not found"),
        ),
        (
            "PATCH",
            f"{GROUPS}/{MISSING}",
            {"parentId": MISSING, "experienceUserIds": [MISSING]},
            GOOD,
            (404, "Experience Group was not found"),
        ),
        (
            "POST",
            USERS,
            {**NEW_USER, "email": "Ann@example.com", "experienceGroupIds": [MISSING]},
            GOOD,
            (400, 'Email address "Ann@example.com" already exists'),
        ),
        (
            "PATCH",
            f"{USERS}/{BOB}",
            {"email": "ANN@example.com", "experienceGroupIds": [MISSING]},
            GOOD,
            (400, 'Email address "ANN@example.com" already exists'),
        ),
        (
            "POST",
            USERS,
            {**NEW_USER, "experienceGroupIds": [TOP, MISSING, SIDE, "0" * 24]},
            GOOD,
            (400, "experienceUser.experienceGroupIds.1 was not found"),
        ),
        (
            "POST",
            GROUPS,
            {"name": "New", "experienceUserIds": [ANN, BOB, MISSING], "parentId": MISSING},
            GOOD,
            (400, "experienceGroup.experienceUserIds.2 was not found"),
        ),
        (
            "PATCH",
            f"{GROUPS}/{TOP}",
            {"experienceUserIds": [MISSING], "parentId": LOW},
            GOOD,
            (400, "experienceGroup.experienceUserIds.0 was not found"),
        ),
    ],
)
def test_two_failures(
    api: Api,
    method: str,
    path: str,
    body: Any,
    token: str | None,
    expected: tuple[int, str | None] | str,
) -> None:
    """The check that comes first is told, and nothing has changed."""
    before = api.server.state()
    status, message = answer(api, method, path, body, token)
    if isinstance(expected, str):  # the field that is told
        assert (status, message.partition(" ")[0]) == (400, expected)
    else:
        assert (status, message) == (expected[0], message if expected[1] is None else expected[1])
    if body is BROKEN and status == 400:
        assert message.startswith("Invalid JSON: ")
    assert api.server.state() == before


def test_an_api_token_that_expired_and_is_gone(api: Api) -> None:
    """A token has expired even if it was deleted as well."""
    token = api.server.api_token("Gateway")
    assert answer(api, "GET", USERS, None, token) == HAS_EXPIRED
    path = f"/applications/{APP}/tokens/{TOKEN}"
    assert answer(api, "DELETE", path)[0] == 200
    assert answer(api, "GET", USERS, None, token) == HAS_EXPIRED


def test_an_inactive_token_without_the_scope(api: Api) -> None:
    """A token that was switched off is invalid, whatever it would grant and wherever."""
    created = {"name": "Off", "scope": ["devices.get"], "status": "inactive"}
    headers = {"Authorization": f"Bearer {GOOD}"}
    url = f"{api.server.url}/applications/{APP}/tokens"
    token = api.client.post(url, json=created, headers=headers).json()["token"]
    for path in (USERS, f"/applications/{OTHER}", f"/applications/{MISSING}", "/applications"):
        assert answer(api, "GET", path, None, token) == INVALID


PARAMETERS = {
    USERS: ["sortField", "sortDirection", "page", "perPage", "filterField", "experienceGroupId"],
    GROUPS: ["sortField", "sortDirection", "page", "perPage", "filterField"],
    f"/applications/{APP}/tokens": ["sortField", "sortDirection", "page", "perPage", "filterField"],
    "/applications": ["sortField", "sortDirection", "page", "perPage", "filterField"],
}
PAIRS = [
    (path, first, second)
    for path, names in PARAMETERS.items()
    for first, second in combinations([*names, *(["query"] if "experience" in path else [])], 2)
]


@pytest.mark.parametrize(("path", "first", "second"), PAIRS)
def test_two_wrong_parameters(running: Api, path: str, first: str, second: str) -> None:
    """The first in the order of the tables is told, in whichever order they were sent."""
    for query in (f"{first}=zz&{second}=zz", f"{second}=zz&{first}=zz"):
        status, message = answer(running, "GET", f"{path}?{query}", None, None)
        assert (status, message.partition(" ")[0]) == (400, first)


IN_ORDER: dict[tuple[str, str, str], dict[str, Any]] = {
    ("POST", USERS, "experienceUser"): {
        "email": "x",
        "firstName": 1,
        "lastName": None,
        "password": "short",
        "tokenCutoff": "x",
        "userTags": [],
        "experienceGroupIds": {},
    },
    ("POST", GROUPS, "experienceGroup"): {
        "name": "",
        "description": 1,
        "experienceUserIds": {},
        "experienceEndpointIds": "",
        "groupTags": [],
        "deviceIds": 1,
        "deviceTags": None,
        "deviceQueryJson": 1,
        "parentId": "x",
    },
    ("POST", f"/applications/{APP}/tokens", "apiToken"): {
        "name": "",
        "description": None,
        "expirationDate": "x",
        "scope": ["x"],
        "status": "x",
    },
    ("PATCH", f"/applications/{APP}", "application"): {
        "name": "",
        "description": 1,
        "endpointSlug": "A",
    },
    ("POST", "/auth/user", "credentials"): {"email": "x", "password": "short"},
}
VALID = {
    USERS: NEW_USER,
    GROUPS: {"name": "New"},
    f"/applications/{APP}/tokens": {"name": "New"},
    f"/applications/{APP}": {},
    "/auth/user": {"email": "robin@example.com", "password": "password1"},
}


@pytest.mark.parametrize(
    ("where", "first", "second"),
    [
        (where, first, second)
        for where, wrong in IN_ORDER.items()
        for first, second in combinations(wrong, 2)
    ],
    ids=lambda value: value if isinstance(value, str) else value[2],
)
def test_two_wrong_properties(
    running: Api, where: tuple[str, str, str], first: str, second: str
) -> None:
    """The first in the order of the schema is told, in whichever order they were sent."""
    method, path, name = where
    wrong = IN_ORDER[where]
    for pair in ((first, second), (second, first)):
        # The pair is sent first, before what is required and right.
        body = {key: wrong[key] for key in pair}
        body |= {key: value for key, value in VALID[path].items() if key not in body}
        status, message = answer(running, method, path, body, None)
        assert status == 400
        assert message.startswith((f"{name}.{first} ", f"{name}.{first}."))


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (USERS, [], "experienceUser is the wrong type"),
        (USERS, {}, "experienceUser.email is required"),
        (USERS, {"password": 1, "x": 1}, "experienceUser.email is required"),
        (USERS, {"email": 1, "x": 1}, "experienceUser.password is required"),
        (USERS, {**NEW_USER, "email": 1, "x": 1}, "experienceUser has additional properties"),
        (USERS, {**NEW_USER, "email": "a" * 1025}, "experienceUser.email must be email format"),
        (
            USERS,
            {**NEW_USER, "userTags": {"k": "", "not a key": 1}},
            "experienceUser.userTags has additional properties",
        ),
        (
            USERS,
            {**NEW_USER, "userTags": {"b": "", "a": 1}},
            "experienceUser.userTags.b has less length than allowed",
        ),
        (
            USERS,
            {**NEW_USER, "experienceGroupIds": [TOP] * 1000 + ["x"]},
            "experienceUser.experienceGroupIds.1000 pattern mismatch",
        ),
        (
            USERS,
            {**NEW_USER, "experienceGroupIds": [TOP, "x", 1]},
            "experienceUser.experienceGroupIds.1 pattern mismatch",
        ),
        (
            USERS,
            {**NEW_USER, "experienceGroupIds": [1, "x"]},
            "experienceUser.experienceGroupIds.0 is the wrong type",
        ),
        (GROUPS, {"x": 1}, "experienceGroup.name is required"),
        (GROUPS, {"name": "", "x": 1}, "experienceGroup has additional properties"),
        (
            GROUPS,
            {"name": "a", "deviceTags": [{"value": ""}, 1]},
            "experienceGroup.deviceTags.0.value has less length than allowed",
        ),
        (
            GROUPS,
            {"name": "a", "deviceTags": [{"key": "", "value": "", "x": 1}]},
            "experienceGroup.deviceTags.0 has additional properties",
        ),
        (
            GROUPS,
            {"name": "a", "deviceTags": [{"value": "", "key": ""}]},
            "experienceGroup.deviceTags.0.key pattern mismatch",
        ),
        (
            GROUPS,
            {"name": "a", "deviceTags": [{}] * 100 + [1]},
            "experienceGroup.deviceTags.100 is the wrong type",
        ),
        ("/applications", {"endpointSlug": "A", "x": 1}, "application.name is required"),
        (
            "/applications",
            {"name": "a", "endpointSlug": "A"},
            "application.endpointSlug pattern mismatch",
        ),
        (
            "/applications",
            {"name": "a", "endpointSlug": "A" * 64},
            "application.endpointSlug has longer length than allowed",
        ),
        (
            f"/applications/{APP}/tokens",
            {"name": "a", "scope": ["x", "x"], "status": "x"},
            "apiToken.scope must be unique",
        ),
        (
            f"/applications/{APP}/tokens",
            {"name": "a", "scope": ["all.Application", "x", 1]},
            "apiToken.scope.1 no (or more than one) schemas match",
        ),
        ("/auth/user", {"x": 1}, "credentials.email is required"),
        ("/auth/user", {"email": "x", "x": 1}, "credentials.password is required"),
    ],
)
def test_the_order_inside_a_body(running: Api, path: str, body: Any, message: str) -> None:
    """Type, what is required, what is unknown, what is known; each in full before the next."""
    assert answer(running, "POST", path, body, None) == (400, message)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"x": 1, "email": {"$x": 1}}, "query has additional properties"),
        ({"email": {"$x": 1}, "$and": [{"x": 1}]}, "query.$and.0 has additional properties"),
        ({"$nor": 1, "$and": [{}, 1]}, "query.$and.1 is the wrong type"),
        ({"$or": [{"x": 1}, 1]}, "query.$or.0 has additional properties"),
        ({"$or": [{}] * 100 + [1]}, "query.$or.100 is the wrong type"),
        ({"email": {"$x": 1}, "id": 1}, "query.id no (or more than one) schemas match"),
    ],
)
def test_the_order_inside_a_query(running: Api, query: Any, field: str) -> None:
    """Unknown fields, then ``$and``, ``$or`` and ``$nor``, then the fields."""
    path = f"{USERS}?{httpx.QueryParams(query=json.dumps(query))}"
    assert answer(running, "GET", path, None, None) == (400, field)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (
            "experience/groups",
            {"name": "a", "deviceTags": [{"key": 5, "x": 1}]},
            "experienceGroup.deviceTags.0 has additional properties",
        ),
        (
            "tokens",
            {"name": "a", "orgRoles": [{"orgId": 5}]},
            "apiToken.orgRoles.0.role is required",
        ),
        (
            "tokens",
            {"name": "a", "orgRoles": [{"orgId": 5, "role": 5, "x": 1}]},
            "apiToken.orgRoles.0 has additional properties",
        ),
    ],
)
def test_in_an_object_within(api: Api, path: str, body: dict[str, Any], message: str) -> None:
    """There, too, absent and unknown properties come before wrong values."""
    response = api("POST", path, body)
    assert (response.status_code, response.json()["message"]) == (400, message)


@pytest.mark.parametrize("wrong", [5, "x", [], True])
def test_an_object_or_null(api: Api, wrong: Any) -> None:
    """Where null is taken too, anything else matches no schema."""
    response = api("PATCH", "", {"archiveConfig": wrong})
    problem = "no (or more than one) schemas match"
    assert response.json()["message"] == f"application.archiveConfig {problem}"
