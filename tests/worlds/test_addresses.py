"""Where worlds are reached, and what their answers say of that: nothing."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mock_server import MockServer, Settings, create_app
from mock_server.client import LosantMock
from mock_server.server import listen, url_of
from mock_server.server.uvicorn_server import UvicornServer
from tests.contract.test_conformance import MISSING_ID, ROWS, SECRET, Place, assert_matches
from tests.worlds.calls import SEEDED, Api

MakeApi = Callable[[LosantMock], Api]

PATHS = (
    "/applications",
    "…",
    "…/experience/users",
    "…/experience/users/64000000000000000000b001",
    "…/experience/groups",
    "…/experience/groups/64000000000000000000a002",
    "…/tokens",
    "…/experience/users/ffffffffffffffffffffffff",
    "…/devices",
    "/nowhere",
)


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_those_of_the_main_world(
    server: MockServer, api: MakeApi, sandbox: LosantMock, path: str
) -> None:
    """Links and errors in a sandbox are those of the real API, without the sandbox in them."""
    inside, outside = api(sandbox)("GET", path), api(server)("GET", path)
    assert inside.status_code == outside.status_code
    assert inside.content == outside.content
    assert "_sandbox" not in inside.text


def test_links_of_what_is_new(api: MakeApi, sandbox: LosantMock) -> None:
    """What is created in a sandbox is linked to as the real API links to it."""
    created = api(sandbox).create("ann@example.com")
    path = f"/applications/{sandbox.application_id}/experience/users/{created['id']}"
    assert created["_links"]["self"]["href"] == path
    assert {action["href"] for action in created["_actions"].values()} == {path}


def test_paths_in_the_journal(api: MakeApi, sandbox: LosantMock) -> None:
    """The journal of a sandbox has the paths of the real API, and so do patterns of faults."""
    path = f"/applications/{sandbox.application_id}/experience/users"
    fault = sandbox.faults.delay(0, path=path)
    api(sandbox).emails()
    assert sandbox.requests.last().path == path
    assert fault.struck == 1


def _some_rows() -> Iterator[Mapping[str, Any]]:
    """Yield a handful of each area of the contract."""
    areas: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in ROWS:
        areas[row["area"]].append(row)
    for rows in areas.values():
        yield from islice(rows, 0, None, max(1, len(rows) // 4))


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A furnished sandbox of a server that knows the secret of the contract's rows."""
    with MockServer(jwt_secret=SECRET) as server:
        sandbox = server.sandbox("x")
        with httpx.Client(base_url=sandbox.url) as client:
            names = {"app": sandbox.application_id, "missing": MISSING_ID}
            place = Place(client, names)
            user = place.created("users", {"email": "row@example.com", "password": "password1"})
            group = place.created("groups", {"name": "Rows"})
            yield Place(client, {**names, "user": user, "group": group})


@pytest.mark.parametrize("row", [*_some_rows()], ids=lambda row: f"{row['id']} {row['name'][:60]}")
def test_the_contract_in_a_sandbox(place: Place, row: Mapping[str, Any]) -> None:
    """A sandbox answers a request of the contract's table as the table says."""
    expected = row["expect"]
    response = place.send(row["request"])
    assert response.status_code == expected["status"], response.text
    if "body" in expected:
        assert_matches(response.json(), expected["body"])
    for name, value in expected.get("headers", {}).items():
        assert response.headers[name] == value


@pytest.fixture(scope="module")
def outer() -> FastAPI:
    """An application with the mock below a prefix."""
    made = FastAPI()
    made.mount("/losant", create_app(Settings(fixtures=("demo",))))
    return made


@pytest.fixture(scope="module")
def mounted(outer: FastAPI) -> Iterator[httpx.Client]:
    """A client of it, whose URLs begin at the mock."""
    with TestClient(outer, base_url="http://localhost/losant") as client:
        token = client.post("_mock/tokens", json={"scope": ["all.Application", "all.User"]})
        client.headers["Authorization"] = f"Bearer {token.json()['token']}"
        yield client


APPLICATION = "applications/575ec8687ae143cd83dc4a97"
USERS = f"{APPLICATION}/experience/users"


def test_a_sandbox_below_a_prefix(mounted: httpx.Client, name: str) -> None:
    """Mounted in another application, the first request makes a sandbox all the same."""
    users = mounted.get(f"_sandbox/{name}/{USERS}")
    assert (users.status_code, users.json()["totalCount"]) == (200, SEEDED)
    assert users.json()["_links"]["self"]["href"] == f"/{USERS}"
    names = [one["name"] for one in mounted.get("_mock/sandboxes").json()["items"]]
    assert name in names


def test_the_control_plane_below_a_prefix(mounted: httpx.Client, name: str) -> None:
    """Mounted in another application, all worlds have their control planes."""
    made = mounted.post("_mock/sandboxes", json={"name": name, "fixtures": [], "generate": 2})
    assert made.json()["path"] == f"/_sandbox/{name}"
    assert mounted.get(f"_sandbox/{name}/_mock/info").json()["sandbox"] == name
    assert mounted.get("_mock/info").json()["sandbox"] is None
    assert mounted.post(f"_sandbox/{name}/_mock/snapshots/one").status_code == 201
    user = {"email": "ann@example.com", "password": "password1"}
    assert mounted.post(f"_sandbox/{name}/{USERS}", json=user).status_code == 201
    assert mounted.post(f"_sandbox/{name}/_mock/snapshots/one/restore").status_code == 204
    assert mounted.get(f"_sandbox/{name}/{USERS}").json()["totalCount"] == 2
    journal = mounted.get(f"_sandbox/{name}/_mock/requests").json()["items"]
    assert [one["path"] for one in journal] == [f"/{USERS}", f"/{USERS}"]
    assert mounted.get(USERS).json()["totalCount"] == SEEDED


def test_the_end_of_a_sandbox_below_a_prefix(mounted: httpx.Client, name: str) -> None:
    """Mounted in another application, deleted sandboxes are gone on both planes."""
    mounted.post("_mock/sandboxes", json={"name": name})
    assert mounted.delete(f"_mock/sandboxes/{name}").status_code == 204
    for below in (USERS, "_mock/info"):
        assert mounted.get(f"_sandbox/{name}/{below}").status_code == 410


def test_wrong_paths_below_a_prefix(mounted: httpx.Client, name: str) -> None:
    """Mounted in another application, wrong names and paths are what they are elsewhere."""
    targets = ("_sandbox", "_sandbox/", "_sandbox//x", "_sandbox/-x/_mock/info")
    assert [mounted.get(target).status_code for target in targets] == [400] * 4
    spelled = "".join(f"%{ord(character):02x}" for character in name)
    assert mounted.get(f"_sandbox/{spelled}/{USERS}").status_code == 200
    assert mounted.get(f"_sandbox/{spelled}/_mock/info").json()["sandbox"] == name
    assert mounted.get(f"_sandbox/{name}/nowhere").status_code == 405
    assert mounted.get(f"_sandbox/{name}/_mock/nowhere").status_code == 404


def test_the_outer_application_below_no_prefix(outer: FastAPI) -> None:
    """What stands beside the mock is not the mock's: paths without the prefix are not."""
    with TestClient(outer, base_url="http://localhost") as client:
        for target in ("/_sandbox/x/_mock/info", "/_mock/info", f"/{USERS}"):
            assert client.get(target).status_code == 404


def test_a_handle_below_a_prefix(outer: FastAPI, name: str) -> None:
    """A handle works with a URL that has a path, and so do the sandboxes that it makes."""
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    server = UvicornServer(outer, started.set)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    started.wait()
    try:
        url = f"{url_of(listener)}/losant"
        with LosantMock(url) as losant:
            sandbox = losant.sandbox(name)
            assert sandbox.url == f"{url}/_sandbox/{name}"
            sandbox.users.add("ann@example.com")
            again = LosantMock(sandbox.url)
            assert (again.name, len(again.users), len(losant.users)) == (name, 9, 8)
            headers = {"Authorization": f"Bearer {sandbox.token()}"}
            answer = httpx.get(f"{sandbox.url}/{USERS}", headers=headers)
            assert answer.json()["totalCount"] == 9
            sandbox.requests.assert_called("experienceUsers.get", path=f"/{USERS}", times=1)
            again.close()
    finally:
        server.stop()
        thread.join()
