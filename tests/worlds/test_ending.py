"""How sandboxes end, and what becomes of who does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx2 as httpx
import pytest

from mock_server import MockServer
from mock_server.client import LosantMock
from mock_server.client.connection import ControlPlaneError
from tests.worlds.calls import SEEDED, Api

MakeApi = Callable[[LosantMock], Api]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("below", ["", "/", "/applications", "/auth/user", "/_mock/state"])
def test_a_deleted_sandbox_answers_410(
    server: MockServer, client: httpx.Client, name: str, method: str, below: str
) -> None:
    """Whoever still uses a deleted sandbox is told so, by the API and by the control plane."""
    server.sandbox(name).delete()
    answer = client.request(method, f"{server.url}/_sandbox/{name}{below}", json={})
    assert answer.status_code == 410
    if method != "HEAD":
        assert answer.json()["type"] == "Gone"
        assert f'Sandbox "{name}" was deleted' in answer.json()["message"]
        assert "POST /_mock/sandboxes" in answer.json()["message"]
    assert client.get(f"{server.url}/_mock/sandboxes").json() == {"items": []}


def test_a_large_body_to_a_deleted_sandbox(
    server: MockServer, client: httpx.Client, name: str
) -> None:
    """Who sends a megabyte to a deleted sandbox hears the same, and can go on."""
    server.sandbox(name).delete()
    for below in ("/applications", "/_mock/state"):
        answer = client.post(f"{server.url}/_sandbox/{name}{below}", json=["x" * 1_000_000])
        assert answer.status_code == 410


def test_every_part_of_a_handle_on_a_deleted_sandbox(sandbox: LosantMock) -> None:
    """A handle on a deleted sandbox says so, whatever it is asked."""
    sandbox.delete()
    calls: tuple[Callable[[], object], ...] = (
        sandbox.token,
        sandbox.info,
        sandbox.state,
        sandbox.reset,
        sandbox.snapshot,
        sandbox.users.list,
        sandbox.groups.list,
        sandbox.requests.list,
        sandbox.requests.assert_not_called,
        sandbox.faults.clear,
        sandbox.clock.freeze,
        sandbox.sandbox,
        lambda: sandbox.load({}),
        lambda: sandbox.generate(1),
        lambda: sandbox.users.add("ann@example.com"),
    )
    for call in calls:
        with pytest.raises(ControlPlaneError, match="was deleted") as refused:
            call()
        assert refused.value.status == 410


def test_deleting_twice(server: MockServer, client: httpx.Client, sandbox: LosantMock) -> None:
    """To delete what is deleted is a mistake over HTTP; a handle takes it lightly."""
    path = f"{server.url}/_mock/sandboxes/{sandbox.name}"
    assert [client.delete(path).status_code for _ in range(2)] == [204, 404]
    sandbox.delete()


def test_deleting_before_the_first_request(
    server: MockServer, client: httpx.Client, name: str
) -> None:
    """A sandbox that was given up before anybody came is not made by who comes late."""
    assert client.delete(f"{server.url}/_mock/sandboxes/{name}").status_code == 404
    assert client.get(f"{server.url}/_sandbox/{name}/applications").status_code == 410


def test_a_sandbox_ends_with_its_block(server: MockServer, name: str) -> None:
    """The handle of a sandbox deletes it at the end of the block, failed or not."""
    with pytest.raises(ZeroDivisionError), server.sandbox(name) as sandbox:
        raise ZeroDivisionError
    with pytest.raises(ControlPlaneError, match="was deleted"):
        sandbox.info()


def test_a_whole_server_is_not_deleted(server: MockServer) -> None:
    """Only sandboxes can be deleted."""
    with pytest.raises(TypeError, match="only a sandbox"):
        server.delete()


def test_a_sandbox_can_delete_itself(
    server: MockServer, client: httpx.Client, sandbox: LosantMock
) -> None:
    """The control plane of a sandbox deletes it like that of the server."""
    path = f"{sandbox.url}/_mock/sandboxes/{sandbox.name}"
    assert [client.delete(path).status_code for _ in range(2)] == [204, 410]


def test_made_anew(server: MockServer, api: MakeApi, name: str) -> None:
    """A sandbox that is made again under the same name has nothing of the old one."""
    old = server.sandbox(name)
    api(old).create("ann@example.com")
    old.snapshot("before")
    old.faults.status(500)
    old.clock.freeze("2030-01-01T00:00:00Z")
    old.delete()
    new = server.sandbox(name)
    assert "ann@example.com" not in api(new).emails()
    assert len(new.requests) == 1
    assert len(new.faults) == 0
    assert not new.clock.frozen
    with pytest.raises(ControlPlaneError, match="was not found"):
        new.restore("before")


def test_old_handles_on_a_sandbox_made_anew(server: MockServer, name: str) -> None:
    """A handle goes by the name: it holds the new sandbox then."""
    old = server.sandbox(name)
    old.delete()
    server.sandbox(name, fixtures=[])
    assert len(old.users) == 0


class Writer(threading.Thread):
    """Somebody who goes on creating users after a test is over."""

    def __init__(self, url: str, application_id: str, token: str) -> None:
        super().__init__(daemon=True)
        self._path = f"{url}/applications/{application_id}/experience/users"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.over = threading.Event()
        self.statuses: list[int] = []
        self._came = threading.Condition()

    def run(self) -> None:
        with httpx.Client(headers=self._headers) as client:
            while not self.over.is_set():
                body = {"email": f"w{len(self.statuses)}@example.com", "password": "password1"}
                status = client.post(self._path, json=body).status_code
                with self._came:
                    self.statuses.append(status)
                    self._came.notify_all()

    def wait_for(self, status: int, times: int) -> None:
        """Wait until that many requests were answered so."""
        with self._came:
            reached = self._came.wait_for(lambda: self.statuses.count(status) >= times, 30)
        assert reached, self.statuses


@pytest.fixture
def writer(sandbox: LosantMock) -> Writer:
    """A thread that writes into the sandbox."""
    return Writer(sandbox.url, sandbox.application_id, sandbox.token())


def test_who_writes_on_is_in_nobodys_way(
    server: MockServer, api: MakeApi, sandbox: LosantMock, writer: Writer
) -> None:
    """What a thread goes on writing into a deleted sandbox is nowhere else."""
    writer.start()
    writer.wait_for(201, 5)
    sandbox.delete()
    writer.wait_for(410, 5)
    other = server.sandbox()
    writer.wait_for(410, writer.statuses.count(410) + 10)
    for world in (server, other):
        assert len(api(world).emails()) == SEEDED
        assert world.requests.count("experienceUsers.post") == 0
    writer.over.set()
    writer.join()
    assert set(writer.statuses) == {201, 410}
    assert writer.statuses == sorted(writer.statuses)


def test_a_request_that_waits_while_its_sandbox_ends(
    server: MockServer, sandbox: LosantMock, writer: Writer, name: str
) -> None:
    """A request that is held up by a fault goes nowhere else when its sandbox is made anew."""
    sandbox.faults.delay(0.2)
    writer.start()
    called = str(sandbox.name)
    sandbox.delete()
    new = server.sandbox(called, fixtures=[])
    new.faults.status(503)
    writer.wait_for(503, 1)
    writer.over.set()
    writer.join()
    assert len(new.users) == 0
    assert len(server.users) == SEEDED
