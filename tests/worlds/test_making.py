"""How sandboxes come to be, and with what."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer, Settings
from mock_server.client import LosantMock
from mock_server.client.connection import ControlPlaneError
from mock_server.worlds.registry import Worlds
from tests.worlds.calls import SEEDED, Api

MakeApi = Callable[[LosantMock], Api]


def listed(client: httpx.Client, server: MockServer) -> list[str]:
    """Return the names of all sandboxes."""
    answer = client.get(f"{server.url}/_mock/sandboxes").json()
    return [sandbox["name"] for sandbox in answer["items"]]


def test_a_reset_before_the_seed_is_there() -> None:
    """The records of the seed come with the first request; until then, there are none to reset."""
    worlds = Worlds(Settings(fixtures=("demo",)))
    asyncio.run(worlds.main.reset())
    asyncio.run(worlds.ready())
    users = asyncio.run(worlds.main.store.all_users(worlds.main.application_id))
    assert len(users) == SEEDED


def test_the_first_request_makes_a_sandbox(
    server: MockServer, api: MakeApi, client: httpx.Client, name: str
) -> None:
    """Who sends requests to a sandbox that never was gets one with the seed of the server."""
    token = server.token("all.User")
    answer = client.get(
        f"{server.url}/_sandbox/{name}/applications", headers={"Authorization": f"Bearer {token}"}
    )
    assert [one["id"] for one in answer.json()["items"]] == [server.application_id]
    assert listed(client, server) == [name]
    assert len(api(server.in_sandbox(name)).emails()) == SEEDED


def test_the_first_request_to_the_control_plane_makes_a_sandbox(
    server: MockServer, name: str
) -> None:
    """The control plane below a new name is that of a new sandbox."""
    assert server.in_sandbox(name).info()["sandbox"] == name
    assert server.info()["sandbox"] is None


def test_a_sandbox_gets_a_name(server: MockServer, client: httpx.Client) -> None:
    """Who asks for no name gets one that is new each time."""
    made = [client.post(f"{server.url}/_mock/sandboxes").json() for _ in range(3)]
    assert len({one["name"] for one in made}) == 3
    assert listed(client, server) == [one["name"] for one in made]


def test_a_sandbox_with_a_name(server: MockServer, client: httpx.Client, name: str) -> None:
    """A sandbox is told by its name, with its path and its application."""
    made = client.post(f"{server.url}/_mock/sandboxes", json={"name": name})
    assert made.status_code == 201
    assert made.json() == {
        "name": name,
        "path": f"/_sandbox/{name}",
        "applicationId": server.application_id,
    }
    assert client.get(f"{server.url}/_mock/sandboxes/{name}").json() == made.json()


def test_a_name_that_is_taken(server: MockServer, name: str) -> None:
    """A sandbox that is there, however it was made, is not made again."""
    server.in_sandbox(name).users.add("ann@example.com")
    with pytest.raises(ControlPlaneError, match=f'Sandbox "{name}" already exists') as refused:
        server.sandbox(name)
    assert refused.value.status == 409
    assert len(server.in_sandbox(name).users) == SEEDED + 1


def at_once(count: int, call: Callable[[], int]) -> list[int]:
    """Return what a call gives to several threads that make it at the same time."""
    start = threading.Barrier(count)

    def wait_and_call(_: int) -> int:
        start.wait(30)
        return call()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_call, range(count)))


def test_many_first_requests(server: MockServer, client: httpx.Client, name: str) -> None:
    """Clients that come at the same time get the same new sandbox, and all are heard."""
    headers = {"Authorization": f"Bearer {server.token('all.User')}"}
    path = f"{server.url}/_sandbox/{name}/applications"
    statuses = at_once(
        16, lambda: client.post(path, json={"name": "x"}, headers=headers).status_code
    )
    assert statuses == [201] * 16
    assert listed(client, server) == [name]
    assert len(server.in_sandbox(name).info()["applications"]) == 17


def test_many_makers(server: MockServer, client: httpx.Client, name: str) -> None:
    """Of many who make a sandbox under one name, one does."""
    body = {"name": name, "fixtures": ["demo"], "generate": 50}
    path = f"{server.url}/_mock/sandboxes"
    statuses = at_once(8, lambda: client.post(path, json=body).status_code)
    assert sorted(statuses) == [201] + [409] * 7
    assert len(server.in_sandbox(name).users) == SEEDED + 50


def test_sandboxes_are_listed_by_age(server: MockServer, client: httpx.Client, name: str) -> None:
    """The list of sandboxes begins with the oldest; those that were deleted are not in it."""
    names = [f"{name}-{letter}" for letter in "cab"]
    made = [server.sandbox(one) for one in names]
    assert listed(client, server) == names
    made[0].delete()
    assert listed(client, server) == names[1:]


def test_a_sandbox_that_is_not_there(server: MockServer, client: httpx.Client, name: str) -> None:
    """To ask whether there is a sandbox makes none."""
    assert client.get(f"{server.url}/_mock/sandboxes/{name}").status_code == 404
    assert listed(client, server) == []


def test_a_sandbox_begins_as_the_server_began(server: MockServer, name: str) -> None:
    """What was done in the main world is in no sandbox, be it asked for or made."""
    server.users.add("ann@example.com")
    server.clock.advance(days=1)
    server.generate(2)
    for sandbox in (server.in_sandbox(name), server.sandbox()):
        assert len(sandbox.users) == SEEDED
        assert (server.clock.now - sandbox.clock.now).days in (0, 1)


def test_a_shipped_set(name: str) -> None:
    """A sandbox can begin with a shipped set that the server does not begin with."""
    with MockServer() as empty:
        assert len(empty.sandbox(name, fixtures="demo").users) == SEEDED
        assert len(empty.users) == 0


def test_a_document(server: MockServer, api: MakeApi) -> None:
    """A sandbox can begin with a document, and has nothing of the server's seed then."""
    sandbox = server.sandbox(fixtures={"users": [{"email": "ann@example.com"}]})
    assert api(sandbox).emails() == {"ann@example.com"}
    assert sandbox.groups.list() == []


def test_several_fixtures(server: MockServer) -> None:
    """Documents and sets complete each other."""
    document = {"users": [{"email": "new@example.com", "groups": ["Sales/North"]}]}
    sandbox = server.sandbox(fixtures=["demo", {"groups": [{"name": "More"}]}, document])
    assert len(sandbox.users) == SEEDED + 1
    assert sandbox.users.get("new@example.com").groups == ("Staff/Sales/North",)
    assert sandbox.groups.get("More").parent is None


def test_no_fixtures_at_all(server: MockServer) -> None:
    """An empty list of fixtures is an application with nothing in it."""
    sandbox = server.sandbox(fixtures=[])
    assert (len(sandbox.users), len(sandbox.groups)) == (0, 0)
    sandbox.users.add("ann@example.com")


def test_the_application_of_a_document(server: MockServer) -> None:
    """A sandbox has the application that its document describes."""
    application = {"id": "c" * 24, "name": "Mine"}
    sandbox = server.sandbox(fixtures={"applications": [application]})
    assert sandbox.application_id == "c" * 24
    assert server.in_sandbox(str(sandbox.name)).application_id == "c" * 24


def test_wrong_fixtures(server: MockServer, client: httpx.Client, name: str) -> None:
    """All mistakes in all fixtures are told at once, and no sandbox is made."""
    fixtures: list[Any] = ["nope", {"users": [{"emai": "x"}]}, "demo", {"groups": [{}], "x": 1}]
    answer = client.post(f"{server.url}/_mock/sandboxes", json={"name": name, "fixtures": fixtures})
    assert answer.status_code == 400
    message = answer.json()["message"]
    expected = 'fixtures[0]: unknown fixture set "nope" (built-in: demo, edge-cases, paging, roles)'
    assert expected in message
    assert "fixtures[1]: users[0].email is required" in message
    assert "users[0].emai is not a known property" in message
    assert "fixtures[3]: groups[0].name is required" in message
    assert "fixtures[3]: x is not a known property" in message
    assert listed(client, server) == []


def test_a_name_stays_free_when_its_fixtures_are_wrong(server: MockServer, name: str) -> None:
    """After a mistake the sandbox can be made under the same name."""
    with pytest.raises(ControlPlaneError):
        server.sandbox(name, fixtures={"users": [{}]})
    assert len(server.sandbox(name).users) == SEEDED


def test_fixtures_that_clash(server: MockServer) -> None:
    """An address that two fixtures give is a mistake as within one."""
    document = {"users": [{"email": "ann@example.com"}]}
    with pytest.raises(ControlPlaneError, match=r"ann@example\.com") as refused:
        server.sandbox(fixtures=[document, document])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"generate": -1},
        {"generate": 100_001},
        {"generate": 1.5},
        {"generate": "many"},
        {"nam": "x"},
        {"fixtures": "demo"},
        {"fixtures": [1]},
        {"fixtures": {"users": []}},
        {"name": ""},
        {"name": "a/b"},
        {"name": ".."},
        {"name": "a\n"},
        {"name": "a" * 129},
        {"name": 1},
        [],
        "x",
    ],
    ids=str,
)
def test_wrong_wishes(server: MockServer, client: httpx.Client, body: Any) -> None:
    """What is no sandbox that can be made is refused, and none is made."""
    answer = client.post(f"{server.url}/_mock/sandboxes", json=body)
    assert (answer.status_code, answer.json()["type"]) == (400, "Validation")
    assert listed(client, server) == []


def test_made_up_users(server: MockServer) -> None:
    """Made-up users come on top of the seed, or of the fixtures."""
    assert len(server.sandbox(generate=5).users) == SEEDED + 5
    assert len(server.sandbox(fixtures=[], generate=5).users) == 5


def test_made_up_users_are_the_same_everywhere(server: MockServer) -> None:
    """Two sandboxes that ask for as many made-up users begin alike, and stay apart."""
    one, other = (server.sandbox(generate=5) for _ in range(2))
    assert [user.email for user in one.users] == [user.email for user in other.users]
    one.users.remove(one.users.list()[-1].email)
    assert len(other.users) == SEEDED + 5


def test_sandboxes_that_begin_alike_stay_apart(server: MockServer) -> None:
    """A beginning that is asked for again is not what became of the first one."""
    document = {"users": [{"email": "ann@example.com"}]}
    for _ in range(3):
        sandbox = server.sandbox(fixtures=document)
        assert [user.email for user in sandbox.users] == ["ann@example.com"]
        sandbox.users.add("ben@example.com")
        sandbox.users.remove("ann@example.com")


def test_a_sandbox_can_make_sandboxes(server: MockServer, client: httpx.Client, name: str) -> None:
    """The control plane of a sandbox makes sandboxes of the server, which outlive it."""
    with server.sandbox(name) as first:
        second = first.sandbox(f"{name}-b")
    assert second.url == f"{server.url}/_sandbox/{name}-b"
    assert listed(client, server) == [second.name]
    assert len(second.users) == SEEDED


def test_a_handle_by_url(server: MockServer, name: str) -> None:
    """The URL of a sandbox is enough to get hold of it."""
    server.sandbox(name).users.add("ann@example.com")
    with LosantMock(f"{server.url}/_sandbox/{name}/") as found:
        assert found.name == name
        assert found.users.get("ann@example.com").email == "ann@example.com"
