"""What is done in one world is not seen in the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_server import MockServer
from mock_server.client import LosantMock
from mock_server.client.connection import ControlPlaneError
from tests.worlds.calls import SEEDED, Api

MakeApi = Callable[[LosantMock], Api]


@pytest.fixture
def worlds(
    server: MockServer, sandbox: LosantMock, other: LosantMock
) -> tuple[MockServer, LosantMock, LosantMock]:
    """The main world and two sandboxes."""
    return server, sandbox, other


@pytest.fixture(params=range(3), ids=["main", "first", "second"])
def one(
    request: pytest.FixtureRequest, worlds: tuple[LosantMock, LosantMock, LosantMock]
) -> LosantMock:
    """Each of the worlds."""
    found: LosantMock = worlds[request.param]
    return found


@pytest.fixture
def rest(
    worlds: tuple[LosantMock, LosantMock, LosantMock], one: LosantMock
) -> tuple[LosantMock, ...]:
    """The other two."""
    return tuple(world for world in worlds if world is not one)


def test_records(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """Users and groups that one world gets, loses or changes stay as they were in the others."""
    before = [world.state() for world in rest]
    user, group = one.users.list()[0], one.groups.list()[0]
    api(one).create("new@example.com")
    api(one)("PATCH", f"…/experience/users/{user.id}", {"firstName": "Changed"})
    api(one)("PATCH", f"…/experience/groups/{group.id}", {"experienceUserIds": [user.id]})
    one.groups.remove(one.groups.list()[1].id)
    one.users.remove("gone@example.com")
    assert [world.state() for world in rest] == before
    assert one.state() != before[0]


def test_applications(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """An application that is deleted in one world is there in the others."""
    application_id = one.application_id
    assert api(one)("DELETE", "…").status_code == 200
    assert api(one)("GET", f"/applications/{application_id}").status_code == 404
    for world in rest:
        assert api(world)("GET", f"/applications/{application_id}").status_code == 200
        assert len(api(world).emails()) == SEEDED


def test_the_journal(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """The requests to one world are in its journal only, numbered by themselves."""
    api(one).emails()
    api(one).emails()
    assert [request.number for request in one.requests] == [1, 2]
    assert one.info()["requests"] == 2
    for world in rest:
        world.requests.assert_not_called()
        assert (len(world.requests), world.info()["requests"]) == (0, 0)
    rest[0].requests.clear()
    assert len(one.requests) == 2


def test_faults(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """A fault strikes in its world only, and counts what comes there."""
    fault = one.faults.status(503, nth=2)
    for world in (*rest, one, *rest, one, *rest):
        status = api(world).opens(world.token())
        assert status == (503 if world is one and fault.struck else 200)
    assert (fault.matched, fault.struck) == (2, 1)
    assert [len(world.faults) for world in rest] == [0, 0]
    for world in rest:
        world.faults.clear()
    assert len(one.faults) == 1


def test_faults_of_the_same_name(one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """Faults are numbered by world: to remove one removes it there."""
    faults = [world.faults.delay(0) for world in (one, *rest)]
    assert len({fault.id for fault in faults}) == 1
    faults[0].remove()
    assert [len(world.faults) for world in (one, *rest)] == [0, 1, 1]


def test_rate_limits(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """A rate limit that is set in all worlds is counted in each."""
    for world in (one, *rest):
        world.clock.freeze()
        world.faults.rate_limit(1, window=60)
    statuses = [api(world).opens(world.token()) for world in (one, one, *rest)]
    assert statuses == [200, 429, 200, 200]


def test_the_clock(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """One world's time is its own, and so are the dates of what is made there."""
    one.clock.freeze("2040-01-01T00:00:00Z")
    created = [api(world).create("new@example.com") for world in (one, *rest)]
    years = [user["creationDate"][:4] for user in created]
    assert years[0] == "2040"
    assert "2040" not in years[1:]
    assert [world.clock.frozen for world in rest] == [False, False]


def test_tokens_by_the_clock(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """A token of the control plane works in all worlds, until it has expired by their clock."""
    token = one.token(expires_in=3600)
    one.clock.advance(hours=2)
    assert [api(world).opens(token) for world in (one, *rest)] == [401, 200, 200]


def test_snapshots(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """A snapshot is that of one world; others do not know its name."""
    one.snapshot("mine")
    for world in rest:
        assert api(world).control("GET", "/snapshots").json() == {"items": []}
        with pytest.raises(ControlPlaneError, match="was not found"):
            world.restore("mine")
        assert api(world).control("DELETE", "/snapshots/mine").status_code == 404
        assert api(world).control("DELETE", "/snapshots").status_code == 204
    one.restore("mine")


def test_snapshots_of_the_same_name(one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """Snapshots that are called alike in two worlds are two."""
    for world in (one, *rest):
        world.snapshot("same")
        world.users.add("new@example.com")
    one.restore("same")
    assert [len(world.users) for world in (one, *rest)] == [SEEDED, SEEDED + 1, SEEDED + 1]


def test_reset(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """To reset one world leaves the others as they are, journals and faults too."""
    for world in (one, *rest):
        api(world).create("new@example.com")
        world.faults.delay(0)
        world.clock.freeze()
    one.reset()
    for world, expected in ((one, 0), *((world, 1) for world in rest)):
        assert len(world.users) == SEEDED + expected
        assert (len(world.requests), len(world.faults)) == (expected, expected)
        assert world.clock.frozen is bool(expected)


def test_loading(one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """To load something else in one world leaves the others as they are."""
    one.load({"users": [{"email": "ann@example.com"}]})
    assert [len(world.users) for world in (one, *rest)] == [1, SEEDED, SEEDED]
    one.generate(3)
    assert [len(world.users) for world in (one, *rest)] == [4, SEEDED, SEEDED]


def test_accounts(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """Accounts of one world cannot log in elsewhere."""
    account = {"email": "eve@example.com", "password": "password1234"}
    one.add({"accounts": [account]})
    statuses = [api(w)("POST", "/auth/user", account).status_code for w in (one, *rest)]
    assert statuses == [200, 401, 401]


def test_api_tokens(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """An API token opens the world that it was made in, and no other."""
    token = api(one).api_token()["token"]
    assert [api(world).opens(token) for world in (one, *rest)] == [200, 401, 401]


def test_revoked_api_tokens(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """An API token that all worlds have is revoked where it is revoked."""
    signed = api(one).api_token()
    document = one.state()
    for world in rest:
        world.load(document)
    worlds = (one, *rest)
    assert [api(world).opens(signed["token"]) for world in worlds] == [200, 200, 200]
    api(one)("PATCH", f"…/tokens/{signed['id']}", {"status": "inactive"})
    assert [api(world).opens(signed["token"]) for world in worlds] == [401, 200, 200]
    api(rest[0])("DELETE", f"…/tokens/{signed['id']}")
    assert [api(world).opens(signed["token"]) for world in worlds] == [401, 401, 200]


def test_ids(api: MakeApi, one: LosantMock, rest: tuple[LosantMock, ...]) -> None:
    """No two worlds make the same id, though they began alike."""
    created: list[dict[str, Any]] = [
        api(world).create(f"{number}@example.com") for world in (one, *rest) for number in range(10)
    ]
    assert len({user["id"] for user in created}) == 30


def test_the_same_address_everywhere(api: MakeApi, one: LosantMock, sandbox: LosantMock) -> None:
    """An address that is taken in one world is free in the others, and taken there once used."""
    api(one).create("ann@example.com")
    if one is not sandbox:
        api(sandbox).create("ann@example.com")
    body = {"email": "ANN@example.com", "password": "password1"}
    assert api(sandbox)("POST", "…/experience/users", body).status_code == 400


def test_deleting(api: MakeApi, server: MockServer, worlds: tuple[LosantMock, ...]) -> None:
    """To delete one sandbox leaves the other and the main world as they are."""
    for world in worlds:
        api(world).create("new@example.com")
    worlds[1].delete()
    for world in (server, worlds[2]):
        assert "new@example.com" in api(world).emails()
