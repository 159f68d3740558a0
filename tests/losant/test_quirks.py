"""Quirks: each setting changes what it says (contract, section 13)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer
from tests.losant.conftest import Api, MakeApi


def test_filter_case(make_api: MakeApi) -> None:
    """Filters mind case when they are told to."""
    for case, expected in (("insensitive", 1), ("sensitive", 0)):
        api = make_api(filter_case=case)
        api.user("ann@example.com")
        page = api("GET", "experience/users", filterField="email", filter="ANN*").json()
        assert page["totalCount"] == expected


def test_duplicate_email_status(make_api: MakeApi) -> None:
    """A taken address is a conflict when it is told to be, in the same words."""
    api = make_api(duplicate_email_status=409)
    api.user()
    response = api(
        "POST", "experience/users", {"email": "Ann@example.com", "password": "password1"}
    )
    assert response.status_code == 409
    assert response.json()["type"] == "AlreadyExists"


def test_missing_token_status(make_api: MakeApi) -> None:
    """No token is 401 when it is told to be; one that grants nothing stays 403."""
    api = make_api(missing_token_status=401)
    del api.client.headers["Authorization"]
    response = api("GET", "experience/users")
    assert (response.status_code, response.json()["type"]) == (401, "Unauthorized")
    token = api.server.token("devices.get")
    assert api("GET", "experience/users", token=token).status_code == 403


def test_foreign_application_status(make_api: MakeApi) -> None:
    """A token outside its application is forbidden when it is told to be."""
    api = make_api(foreign_application_status=403)
    token = api.server.token(application_id="0" * 24)
    response = api("GET", "experience/users", token=token)
    assert response.status_code == 403
    assert response.json() == {"type": "Forbidden", "message": "Access is forbidden"}


def test_unknown_group_ids(make_api: MakeApi) -> None:
    """Memberships in what does not exist are left out when they are told to be."""
    api = make_api(unknown_group_ids="ignore")
    group = api.group()
    user = api.user(experienceGroupIds=["0" * 24, group["id"], group["id"]])
    assert [one["id"] for one in user["experienceGroups"]] == [group["id"]]
    members = api.group("Support", experienceUserIds=["0" * 24, user["id"]])
    assert members["experienceUserIds"] == [user["id"]]


LISTS = ("experience/users", "experience/groups", "tokens", "/applications")


@pytest.fixture(scope="module")
def short() -> Iterator[Api]:
    """A server whose pages are short, with three of everything."""
    with MockServer(max_per_page=2) as server, closing_api(server) as api:
        for number in range(3):
            api.user(f"{number}@example.com")
            api.group(f"g{number}")
            api.api_token(name=f"t{number}")
            if number:
                api("POST", f"{server.url}/applications", {"name": f"a{number}"})
        yield api


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "per_page", "count"),
    [
        ({}, 2, 2),
        ({"perPage": "1"}, 1, 1),
        ({"perPage": "2"}, 2, 2),
        ({"perPage": "3"}, 2, 2),
        ({"perPage": "1000"}, 2, 2),
        ({"perPage": "3", "page": "1"}, 2, 1),
    ],
    ids=str,
)
def test_max_per_page(
    short: Api, path: str, query: dict[str, str], per_page: int, count: int
) -> None:
    """A page of any list is no longer than the setting, and the next one begins where it ends."""
    url = f"{short.server.url}{path}" if path.startswith("/") else path
    page = short("GET", url, **query).json()
    assert (page["perPage"], page["count"], len(page["items"])) == (per_page, count, count)
    assert page["totalCount"] == 3


@contextmanager
def closing_api(server: MockServer) -> Iterator[Api]:
    """Call a server, with a token for everything."""
    api = Api(server)
    api.client.headers["Authorization"] = f"Bearer {server.token('all.Application', 'all.User')}"
    yield api
    api.client.close()


def ask_without_token(api: Api, method: str, path: str, body: Any = None) -> httpx.Response:
    """Send a request of somebody who has no token."""
    request = api.client.build_request(method, path, json=body)
    del request.headers["Authorization"]
    return api.client.send(request)


@pytest.fixture(scope="module")
def flipped() -> Iterator[Api]:
    """A server on which every quirk is the other way round."""
    with (
        MockServer(
            filter_case="sensitive",
            duplicate_email_status=409,
            missing_token_status=401,
            foreign_application_status=403,
            unknown_group_ids="ignore",
        ) as server,
        closing_api(server) as api,
    ):
        yield api


@pytest.fixture(scope="module")
def usual() -> Iterator[Api]:
    """A server as it is by default."""
    with MockServer() as server, closing_api(server) as api:
        yield api


@pytest.fixture(params=[False, True], ids=["by default", "flipped"])
def either(request: pytest.FixtureRequest, usual: Api, flipped: Api) -> tuple[Api, bool]:
    """Each of the two in its first state, and whether its quirks are flipped."""
    api = flipped if request.param else usual
    api.server.reset()
    return api, request.param


FILTERED = [
    ("experience/users", "email", "ann*", "ANN*"),
    ("experience/users", "firstName", "Ann", "ann"),
    ("experience/users", "lastName", "*er", "*ER"),
    ("experience/groups", "name", "Sal?s", "sal?s"),
    ("tokens", "name", "Sy*", "sY*"),
    ("/applications", "name", "*y App*", "*y app*"),
]


@pytest.mark.parametrize(("path", "field", "right", "wrong"), FILTERED)
def test_filter_case_of_all_lists(
    either: tuple[Api, bool], path: str, field: str, right: str, wrong: str
) -> None:
    """Case matters in every field of every list, or in none."""
    api, is_flipped = either
    api.user(firstName="Ann", lastName="Baker")
    api.group()
    api.api_token(name="Sync")
    url = f"{api.server.url}{path}" if path.startswith("/") else path
    counts = [
        api("GET", url, filterField=field, filter=glob).json()["totalCount"]
        for glob in (right, wrong)
    ]
    assert counts == [1, 0 if is_flipped else 1]


def test_taken_address_of_a_change(either: tuple[Api, bool]) -> None:
    """A change to a taken address is refused as a new user with one is."""
    api, is_flipped = either
    api.user()
    ben = api.user("ben@example.com")
    answers = [
        api("PATCH", f"experience/users/{ben['id']}", {"email": "ANN@example.com"}),
        api("POST", "experience/users", {"email": "ANN@example.com", "password": "password1"}),
    ]
    assert [one.status_code for one in answers] == [409 if is_flipped else 400] * 2
    assert len({one.text for one in answers}) == 1


REQUESTS = [
    ("GET", "experience/users", None),
    ("POST", "experience/users", {"email": "new@example.com", "password": "password1"}),
    ("PATCH", "experience/users/{user}", {"firstName": "New"}),
    ("DELETE", "experience/users/{user}", None),
    ("GET", "experience/groups/{group}", None),
    ("POST", "experience/groups", {"name": "New"}),
    ("DELETE", "experience/groups/{group}", None),
    ("GET", "tokens", None),
    ("POST", "tokens", {"name": "New"}),
    ("GET", "", None),
    ("PATCH", "", {"name": "New"}),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
@pytest.mark.parametrize("is_foreign", [True, False], ids=["foreign", "no token"])
def test_who_may_not(
    either: tuple[Api, bool], method: str, path: str, body: Any, is_foreign: bool
) -> None:
    """Without a token, or with one of another application, nothing is done by any action."""
    api, is_flipped = either
    names = {"user": api.user()["id"], "group": api.group()["id"]}
    before = api.server.state()
    path = path.format(**names)
    if is_foreign:
        answer = api(method, path, body, token=api.server.token(application_id="0" * 24))
    else:
        answer = ask_without_token(api, method, path, body)
    usual, flipped = (404, 403) if is_foreign else (403, 401)
    assert answer.status_code == (flipped if is_flipped else usual)
    assert api.server.state() == before


def test_unknown_members_of_changes(either: tuple[Api, bool]) -> None:
    """Changes leave out or refuse what does not exist, as creations do."""
    api, is_flipped = either
    user, group = api.user(), api.group()
    unknown = "0" * 24
    answers = [
        api("PATCH", f"experience/users/{user['id']}", {"experienceGroupIds": [unknown]}),
        api("PATCH", f"experience/groups/{group['id']}", {"experienceUserIds": [unknown]}),
        api("POST", "experience/groups", {"name": "New", "experienceUserIds": [unknown]}),
        api(
            "POST",
            "experience/users",
            {"email": "n@b.co", "password": "password1", "experienceGroupIds": [unknown]},
        ),
    ]
    expected = [200, 200, 201, 201] if is_flipped else [answers[0].status_code] * 4
    assert [one.status_code for one in answers] == expected
    assert is_flipped or 400 <= expected[0] < 500
    assert len(api.server.users) == (2 if is_flipped else 1)
    assert len(api.server.groups) == (2 if is_flipped else 1)


def test_quirks_in_a_sandbox(flipped: Api) -> None:
    """A sandbox has the settings of its server."""
    with flipped.server.sandbox() as sandbox:
        users = f"{sandbox.url}/applications/{sandbox.application_id}/experience/users"
        assert ask_without_token(flipped, "GET", users).status_code == 401
        assert flipped("GET", users).status_code == 200
