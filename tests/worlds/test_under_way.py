"""Requests that are under way while their world ends: none of them is carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_server import MockServer
from mock_server.client import LosantMock
from tests.worlds.under_way import Sending, Upload, token_of

USER, GROUP = "64000000000000000000b001", "64000000000000000000a002"
NEW_USER = {"email": "late@example.com", "password": "password1"}
ACTIONS = (
    Sending("POST", "…/experience/users", NEW_USER),
    Sending("PATCH", f"…/experience/users/{USER}", {"firstName": "Late"}),
    Sending("DELETE", f"…/experience/users/{USER}"),
    Sending("POST", "…/experience/groups", {"name": "Late"}),
    Sending("PATCH", f"…/experience/groups/{GROUP}", {"name": "Late"}),
    Sending("POST", "…/tokens", {"name": "Late"}),
    Sending("PATCH", "…", {"name": "Late"}),
    Sending("POST", "/applications", {"name": "Late"}),
)
COMMANDS = (
    Sending("PUT", "/_mock/state", {"users": [NEW_USER]}),
    Sending("PATCH", "/_mock/state", {"users": [NEW_USER]}),
    Sending("PATCH", "/_mock/state", b'{"user": {"email": "late@example.com"}}\n'),
    Sending("POST", "/_mock/users", NEW_USER),
    Sending("POST", "/_mock/groups", {"name": "Late"}),
    Sending("POST", "/_mock/generate", {"count": 3}),
    Sending("POST", "/_mock/faults", {"kind": "status", "status": 503}),
    Sending("PUT", "/_mock/clock", {"frozen": True, "now": "2030-01-01T00:00:00Z"}),
    Sending("DELETE", f"/_mock/users/{USER}"),
    Sending("POST", "/_mock/snapshots/late"),
)


WAYS = ("deleted", "made again", "reset", "to empty", "reset without a sandbox")


class Ending:
    """A way in which a world ends, and what is there in its place."""

    def __init__(self, server: MockServer, way: str, world: LosantMock) -> None:
        self._server, self._way, self.world = server, way, world
        self.is_empty = way == "to empty"
        self.statuses: set[int | None] = {410} if way in WAYS[:2] else {None}
        """What is answered to requests from before; None if the connection is closed."""

    def __call__(self) -> None:
        """End the world."""
        if None in self.statuses:
            self.world.reset(to_empty=self.is_empty)
            return
        self.world.delete()
        if self._way == "made again":
            self._made_again()

    def after(self) -> LosantMock:
        """Return the world that is there afterwards, under the same name."""
        if self._way == "deleted":
            self._made_again()
        return self.world

    def _made_again(self) -> None:
        self._server.sandbox(str(self.world.name))


@pytest.fixture
def ending(server: MockServer, name: str, request: pytest.FixtureRequest) -> Ending:
    """A way in which a world ends."""
    way: str = request.param
    return Ending(server, way, server if "without" in way else server.sandbox(name))


def everything(losant: LosantMock) -> Any:
    """Return all that could show that something was done."""
    return [
        losant.state(),
        [request.path for request in losant.requests],
        len(losant.faults),
        losant.snapshots(),
        losant.clock.frozen,
    ]


@pytest.fixture
def untouched(ending: Ending, server: MockServer) -> Iterator[None]:
    """Check that what is there afterwards is as if nobody had asked for anything."""
    with server.sandbox() as fresh:
        fresh.reset(to_empty=ending.is_empty)
        expected = everything(fresh)
    yield
    assert everything(ending.after()) == expected


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("ending", WAYS, indirect=True)
@pytest.mark.parametrize("sending", ACTIONS, ids=str)
def test_in_the_middle_of_an_upload(ending: Ending, sending: Sending) -> None:
    """What is still being sent when its world ends is not carried out."""
    upload = Upload(ending.world, sending)
    ending()
    assert {upload.status()} == ending.statuses


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("ending", WAYS[:2], indirect=True)
@pytest.mark.parametrize("sending", COMMANDS, ids=str)
def test_in_the_middle_of_a_command(ending: Ending, sending: Sending) -> None:
    """The control plane of a sandbox that was deleted meanwhile does nothing, and says so."""
    upload = Upload(ending.world, sending)
    ending()
    assert upload.status() == 410


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("ending", WAYS, indirect=True)
def test_in_the_middle_of_an_upload_under_a_fault(ending: Ending) -> None:
    """Nor is it where a fault would answer it after it was carried out."""
    ending.world.faults.status(503, carry_out=True)
    upload = Upload(ending.world, ACTIONS[0])
    ending()
    assert {upload.status()} == ending.statuses


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("ending", "also"),
    [*((way, "nothing") for way in WAYS), ("deleted", "carry out"), ("reset", "carry out")],
    indirect=["ending"],
)
def test_waiting_in_a_delay(
    ending: Ending, eventually: Callable[[Callable[[], bool]], None], also: str
) -> None:
    """What waits in a fault while its world ends is not carried out afterwards."""
    token, delay = token_of(ending.world), ending.world.faults.delay(0.5)
    if also == "carry out":
        ending.world.faults.status(503, carry_out=True)
    uploads = [Upload(ending.world, one, token, expect=False) for one in ACTIONS]
    eventually(lambda: delay.struck == len(ACTIONS))
    ending()
    assert {upload.status() for upload in uploads} == ending.statuses


@pytest.mark.parametrize("sending", ACTIONS, ids=str)
@pytest.mark.parametrize("way", ["restored", "loaded"])
def test_a_state_that_is_put_back(
    server: MockServer, name: str, way: str, sending: Sending
) -> None:
    """What is still being sent when a state is put back is not carried out."""
    with server.sandbox(name) as world:
        snapshot, before = world.snapshot(), world.state()
        upload = Upload(world, sending)
        if way == "restored":
            world.restore(snapshot)
        else:
            world.load(before)
        assert upload.status() is None
        assert world.state() == before
