"""Values that are there but empty, which are not the same as absent ones; and repeated ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from mock_server import MockServer
from tests.losant.conftest import Api

SECRET = "the secret that empty values are tried with"
APP = "1" * 24
NAMELESS, NAMED, HALF_NAMED, EMPTY_NAMED = (digit * 24 for digit in "6789")
ANN, NO_NAME, TOP, LOW = (letter * 24 for letter in "abcd")
NOW = datetime(2025, 1, 1, tzinfo=UTC)
LATER = "2025-01-01T00:01:00.000Z"


def _account(account_id: str, name: str, **names: str) -> dict[str, Any]:
    return {"id": account_id, "email": f"{name}@example.com", "password": "password1", **names}


SEED = {
    "accounts": [
        _account(NAMELESS, "nameless"),
        _account(NAMED, "named", firstName="Robin", lastName="Oak"),
        _account(HALF_NAMED, "half", firstName="", lastName="Oak"),
        _account(EMPTY_NAMED, "empty", firstName="", lastName=""),
    ],
    "applications": [
        {
            "id": APP,
            "name": "Empty",
            "owner": "named@example.com",
            "groups": [
                {"id": TOP, "name": "Top", "members": ["ann@example.com"], "groupTags": {"k": "v"}},
                {
                    "id": LOW,
                    "name": "Low",
                    "parent": TOP,
                    "description": "d",
                    "deviceTags": [{"key": "k"}],
                    "deviceIds": [ANN],
                    "experienceEndpointIds": [ANN],
                    "deviceQueryJson": "{}",
                },
            ],
            "users": [
                {
                    "id": ANN,
                    "email": "ann@example.com",
                    "firstName": "Ann",
                    "lastName": "Oak",
                    "userTags": {"k": "v"},
                    "groups": [TOP],
                    "creationDate": "2024-01-01T00:00:00.000Z",
                },
                {"id": NO_NAME, "email": "no-name@example.com", "firstName": ""},
                {"email": "without@example.com"},
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def running() -> Iterator[Api]:
    """A server with accounts that have names, half a name, or none."""
    with MockServer(jwt_secret=SECRET) as server:
        server.load(SEED)
        api = Api(server)
        yield api
        api.client.close()


@pytest.fixture
def api(running: Api) -> Api:
    """The server in its first state, at a time that stands still."""
    running.server.load(SEED)
    running.server.clock.freeze(NOW)
    return running


def signed(*scopes: str, **claims: Any) -> str:
    """Return a token with these claims."""
    return jwt.encode({"scope": list(scopes or ("all.User",)), **claims}, SECRET, "HS256")


# API tokens and logins


def test_no_scope_at_all(api: Api) -> None:
    """``scope: []`` is not the default scope: such a token may do nothing."""
    token = api.api_token(scope=[])
    assert token["scope"] == []
    assert api("GET", f"tokens/{token['id']}").json()["scope"] == []
    assert jwt.decode(token["token"], SECRET, ["HS256"])["scope"] == []
    refused = api("GET", "experience/users", token=token["token"])
    assert (refused.status_code, refused.json()["message"]) == (403, "Access is forbidden")
    assert api.api_token()["scope"] == ["all.Application"]


def test_an_empty_description(api: Api) -> None:
    """An empty description is one; PATCH with it replaces, PATCH without it does not."""
    token = api.api_token(description="")
    assert token["description"] == ""
    path = f"tokens/{token['id']}"
    assert api("PATCH", path, {"description": "d"}).json()["description"] == "d"
    assert api("PATCH", path, {"status": "inactive"}).json()["description"] == "d"
    assert api("PATCH", path, {"description": ""}).json()["description"] == ""
    assert "description" not in api.api_token()


@pytest.mark.parametrize("seconds", [0, 0.0, None])
def test_a_login_that_does_not_expire(api: Api, seconds: float | None) -> None:
    """A lifetime of 0 is none, as when it is absent."""
    body: dict[str, Any] = {"email": "named@example.com", "password": "password1"}
    if seconds is not None:
        body["tokenTTL"] = seconds
    token = api("POST", f"{api.server.url}/auth/user", body).json()["token"]
    assert "exp" not in jwt.decode(token, SECRET, ["HS256"])
    api.server.clock.advance(days=3650)
    assert api("GET", "experience/users", token=token).status_code == 200


@pytest.mark.parametrize("given", [{"requestedScopes": []}, {"twoFactorCode": ""}])
def test_empty_parts_of_a_login(api: Api, given: dict[str, Any]) -> None:
    """They are accepted, and the token grants what it always grants."""
    body = {"email": "named@example.com", "password": "password1", **given}
    token = api("POST", f"{api.server.url}/auth/user", body).json()["token"]
    assert jwt.decode(token, SECRET, ["HS256"])["scope"] == ["all.User"]


@pytest.mark.parametrize(
    ("subject", "creator"),
    [
        (NAMED, (NAMED, "user", "Robin Oak")),
        (HALF_NAMED, (HALF_NAMED, "user", "Oak")),
        (NAMELESS, (NAMELESS, "user", "nameless@example.com")),
        (EMPTY_NAMED, (EMPTY_NAMED, "user", "empty@example.com")),
        # Nobody, or nobody that the server knows, acts for the application's owner.
        (None, (NAMED, "user", "Robin Oak")),
        ("", (NAMED, "user", "Robin Oak")),
        ("5" * 24, (NAMED, "user", "")),
    ],
)
def test_who_created_a_token(api: Api, subject: str | None, creator: tuple[str, str, str]) -> None:
    """An account without a name is called by its address."""
    caller = signed() if subject is None else signed(sub=subject)
    token = api("POST", "tokens", {"name": "New"}, token=caller).json()
    assert (token["creatorId"], token["creatorType"], token["creatorName"]) == creator


def test_a_token_that_creates_a_token(api: Api) -> None:
    """It is the creator, by its own name."""
    first = api.api_token(name="First")
    second = api("POST", "tokens", {"name": "Second"}, token=first["token"]).json()
    assert second["creatorId"] == first["id"]
    assert (second["creatorType"], second["creatorName"]) == ("apiToken", "First")


# Users


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"firstName": ""}, {"firstName": ""}),
    ({"lastName": ""}, {"lastName": ""}),
    ({"userTags": {}}, {"userTags": {}}),
    ({"experienceGroupIds": []}, {"experienceGroups": []}),
    ({"email": "ann@example.com"}, {}),
]


@pytest.mark.parametrize(("body", "changed"), CHANGES)
def test_patching_a_user(api: Api, body: dict[str, Any], changed: dict[str, Any]) -> None:
    """What is empty replaces, what is absent stays, and nothing at all moves the date."""
    before = api("GET", f"experience/users/{ANN}").json()
    api.server.clock.set(LATER)
    after = api("PATCH", f"experience/users/{ANN}", body).json()
    assert after == {**before, **changed, "lastUpdated": LATER}
    assert api("GET", f"experience/users/{ANN}").json() == after
    members = [] if "experienceGroupIds" in body else [ANN]
    assert api("GET", f"experience/groups/{TOP}").json()["experienceUserIds"] == members


def test_a_user_with_nothing_but_empty_values(api: Api) -> None:
    """Empty names are there, unlike those that were not given; empty lists are the default."""
    empty = {"firstName": "", "lastName": "", "userTags": {}, "experienceGroupIds": []}
    user = api.user("new@example.com", **empty)
    assert (user["firstName"], user["lastName"]) == ("", "")
    assert (user["userTags"], user["experienceGroups"]) == ({}, [])
    plain = api.user("plain@example.com")
    assert "firstName" not in plain
    assert "lastName" not in plain
    assert (plain["userTags"], plain["experienceGroups"]) == ({}, [])


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([TOP, TOP], [TOP]),
        ([LOW, TOP, LOW, TOP], [LOW, TOP]),
        ([TOP, TOP.upper(), TOP], [TOP]),
    ],
)
def test_repeated_groups_of_a_user(api: Api, sent: list[str], expected: list[str]) -> None:
    """A group that is given twice is one membership, where it was given first."""
    created = api.user("new@example.com", experienceGroupIds=sent)
    changed = api("PATCH", f"experience/users/{NO_NAME}", {"experienceGroupIds": sent}).json()
    for user in (created, changed):
        assert [group["id"] for group in user["experienceGroups"]] == expected
        # One membership is ended once.
        left = api("PATCH", f"experience/users/{user['id']}", {"experienceGroupIds": []})
        assert left.json()["experienceGroups"] == []
    assert api("GET", f"experience/groups/{TOP}").json()["experienceUserIds"] == [ANN]


# Groups


GROUP_CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"description": ""}, {"description": ""}),
    ({"deviceTags": []}, {"deviceTags": []}),
    ({"deviceIds": []}, {"deviceIds": []}),
    ({"experienceEndpointIds": []}, {"experienceEndpointIds": []}),
    ({"deviceQueryJson": ""}, {"deviceQueryJson": ""}),
    ({"deviceQueryJson": None}, {"deviceQueryJson": None}),
    ({"parentId": None}, {"parentId": None, "ancestorIds": []}),
    ({"parentId": TOP}, {}),
]


@pytest.mark.parametrize(("body", "changed"), GROUP_CHANGES)
def test_patching_a_group(api: Api, body: dict[str, Any], changed: dict[str, Any]) -> None:
    """What is empty or null replaces, what is absent stays."""
    before = api("GET", f"experience/groups/{LOW}").json()
    api.server.clock.set(LATER)
    after = api("PATCH", f"experience/groups/{LOW}", body).json()
    assert after == {**before, **changed, "lastUpdated": LATER}
    assert api("GET", f"experience/groups/{LOW}").json() == after


def test_emptying_a_group(api: Api) -> None:
    """No members and no tags replace what was there; the members are in no group then."""
    path = f"experience/groups/{TOP}"
    assert api("PATCH", path, {"groupTags": {}}).json()["groupTags"] == {}
    assert api("PATCH", path, {"description": "d"}).json()["experienceUserIds"] == [ANN]
    assert api("PATCH", path, {"experienceUserIds": []}).json()["experienceUserIds"] == []
    assert api("GET", f"experience/users/{ANN}").json()["experienceGroups"] == []


def test_a_group_with_nothing_but_empty_values(api: Api) -> None:
    """Only the description shows whether it was given."""
    lists = ("experienceUserIds", "experienceEndpointIds", "deviceIds", "deviceTags")
    empty: dict[str, Any] = {**{name: [] for name in lists}, "groupTags": {}, "parentId": None}
    group, plain = api.group("New", **empty, description=""), api.group("New")
    assert empty.items() <= group.items()
    assert empty.items() <= plain.items()
    assert group["description"] == ""
    assert "description" not in plain
    assert api.group("New", deviceQueryJson="")["deviceQueryJson"] == ""
    assert api.group("New", deviceTags=[{}, {}])["deviceTags"] == [{}, {}]


@pytest.mark.parametrize("name", ["experienceUserIds", "experienceEndpointIds", "deviceIds"])
def test_repeated_ids_of_a_group(api: Api, name: str) -> None:
    """An id that is given twice counts once, where it was given first."""
    sent = [NO_NAME, ANN, NO_NAME.upper(), ANN, NO_NAME]
    assert api.group("New", **{name: sent})[name] == [NO_NAME, ANN]
    path = f"experience/groups/{LOW}"
    assert api("PATCH", path, {name: sent}).json()[name] == [NO_NAME, ANN]
    assert api("PATCH", path, {name: []}).json()[name] == []


# Applications


def test_an_application_with_empty_values(api: Api) -> None:
    """They are echoed as they were given, repeated ids too."""
    given = {
        "description": "",
        "globals": [],
        "appliedTemplateIds": [ANN, ANN],
        "archiveConfig": {},
        "blobUrlTTL": 0,
        "endpointDefaultCors": False,
    }
    url, token = f"{api.server.url}/applications", api.server.token("all.User")
    application = api("POST", url, {"name": "New", **given}, token=token).json()
    assert given.items() <= application.items()
    path = f"{url}/{application['id']}"
    assert given.items() <= api("PATCH", path, {}).json().items()
    described = api("PATCH", path, {"description": "d", "blobUrlTTL": 1}).json()
    assert (described["description"], described["blobUrlTTL"]) == ("d", 1)
    emptied = api("PATCH", path, {"description": "", "blobUrlTTL": 0}).json()
    assert (emptied["description"], emptied["blobUrlTTL"]) == ("", 0)


# Parameters and queries


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("sortField", "email"),
        ("sortDirection", "asc"),
        ("page", 0),
        ("perPage", 100),
        ("filterField", None),
        ("filter", None),
        ("experienceGroupId", None),
        ("includeAncestorGroups", None),
    ],
)
def test_blank_parameters(running: Api, name: str, shown: str | int | None) -> None:
    """A blank parameter is the default, or is not told at all."""
    page, plain = (running("GET", "experience/users", **query) for query in ({name: ""}, {}))
    assert page.json() == plain.json()
    assert page.json().get(name) == shown


ANN_, EMPTY, WITHOUT = "ann@example.com", "no-name@example.com", "without@example.com"
EVERYBODY = [ANN_, EMPTY, WITHOUT]


@pytest.mark.parametrize(
    ("query", "emails"),
    [
        ({}, EVERYBODY),
        ({"$and": []}, EVERYBODY),
        ({"$or": []}, EVERYBODY),
        ({"$nor": []}, []),
        ({"$and": [], "$or": [], "$nor": []}, []),
        ({"$nor": [], "firstName": "Ann"}, []),
        ({"$or": [], "firstName": "Ann"}, [ANN_]),
        ({"firstName": {}}, EVERYBODY),
        ({"firstName": {"$ci": True}}, EVERYBODY),
        ({"firstName": ""}, [EMPTY]),
        ({"firstName": None}, [WITHOUT]),
        ({"firstName": {"$ne": ""}}, [ANN_, WITHOUT]),
        ({"firstName": {"$ne": None}}, [ANN_, EMPTY]),
        ({"firstName": {"$in": []}}, []),
        ({"firstName": {"$nin": []}}, EVERYBODY),
        ({"firstName": {"$in": [""]}}, [EMPTY]),
        ({"firstName": {"$nin": [""]}}, [ANN_, WITHOUT]),
        ({"firstName": {"$gte": ""}}, [ANN_, EMPTY]),
        ({"firstName": {"$gt": ""}}, [ANN_]),
        ({"firstName": {"$lte": ""}}, [EMPTY]),
        ({"firstName": {"$lt": ""}}, []),
        ({"id": {"$in": []}}, []),
        ({"id": {"$nin": []}}, EVERYBODY),
        ({"experienceGroupId": None}, [EMPTY, WITHOUT]),
        ({"experienceGroupId": {"$in": []}}, []),
        ({"experienceGroupId": {"$nin": []}}, EVERYBODY),
        ({"userTags": {}}, EVERYBODY),
        ({"userTags": {"$eq": {}}}, EVERYBODY),
        ({"userTags": {"$ne": {}}}, []),
        ({"userTags": {"k": {"$in": []}}}, []),
        ({"userTags": {"k": {"$nin": []}}}, EVERYBODY),
        ({"userTags": {"k": ""}}, []),
        ({"userTags": {"k": None}}, [EMPTY, WITHOUT]),
    ],
    ids=json.dumps,
)
def test_queries(running: Api, query: Any, emails: list[str]) -> None:
    """What empty lists, objects and texts mean in an advanced query."""
    page = running("GET", "experience/users", query=json.dumps(query)).json()
    assert [user["email"] for user in page["items"]] == emails


def test_sorting(running: Api) -> None:
    """Who has no name comes before who has an empty one, and after it in descending order."""
    for direction, expected in (
        ("asc", [WITHOUT, EMPTY, ANN_]),
        ("desc", [ANN_, EMPTY, WITHOUT]),
        ("DESC", [ANN_, EMPTY, WITHOUT]),
        ("", [WITHOUT, EMPTY, ANN_]),
    ):
        order = {"sortField": "firstName", "sortDirection": direction}
        page = running("GET", "experience/users", **order).json()
        assert [user["email"] for user in page["items"]] == expected


@pytest.mark.parametrize("to_now", [timedelta(0), timedelta(seconds=1)])
def test_a_time_of_zero(api: Api, to_now: timedelta) -> None:
    """``exp: 0`` is long over, ``nbf: 0`` long reached, and both are looked at."""
    api.server.clock.set(datetime(1970, 1, 1, tzinfo=UTC) + to_now)
    assert api("GET", "experience/users", token=signed(nbf=0)).status_code == 200
    assert api("GET", "experience/users", token=signed(exp=0)).status_code == 401
