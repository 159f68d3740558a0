"""Snapshots, resets and whole states: what comes back and what stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_server import MockServer
from mock_server.client import LosantMock
from mock_server.client.connection import ControlPlaneError
from tests.worlds.calls import SEEDED, Api

MakeApi = Callable[[LosantMock], Api]


@pytest.fixture(params=["main", "sandbox"])
def losant(request: pytest.FixtureRequest, server: MockServer) -> Iterator[LosantMock]:
    """The main world, and a sandbox, in handles of their own."""
    if request.param == "sandbox":
        yield server.sandbox()
    else:
        with LosantMock(server.url) as main:
            yield main


@pytest.fixture
def losant_api(api: MakeApi, losant: LosantMock) -> Api:
    """Its API."""
    return api(losant)


def saved(api: Api) -> list[str]:
    """Return the names of the snapshots."""
    return [one["name"] for one in api.control("GET", "/snapshots").json()["items"]]


def test_restoring_records(losant: LosantMock, losant_api: Api) -> None:
    """What was created, changed and deleted since a snapshot is undone."""
    losant_api.create("ann@example.com")
    before = losant.state()
    name = losant.snapshot()
    losant_api.create("ben@example.com")
    losant.users.remove("ann@example.com")
    losant_api("DELETE", f"…/experience/groups/{losant.groups.list()[0].id}")
    losant_api("PATCH", "…", {"name": "Renamed"})
    losant_api.api_token()
    losant.restore(name)
    assert losant.state() == before


def test_restoring_twice(losant: LosantMock) -> None:
    """A snapshot can be restored any number of times, with changes in between."""
    before = losant.state()
    losant.snapshot("before")
    for number in range(3):
        losant.users.add(f"new{number}@example.com")
        losant.users.remove("dmitri@example.com")
        losant.restore("before")
        assert losant.state() == before


def test_restoring_out_of_order(losant: LosantMock) -> None:
    """Any snapshot can be restored after any other."""
    for number in range(3):
        losant.snapshot(f"s{number}")
        losant.users.add(f"new{number}@example.com")
    for number in (2, 0, 1, 1, 2):
        losant.restore(f"s{number}")
        assert len(losant.users) == SEEDED + number


def test_restoring_a_frozen_clock(losant: LosantMock, losant_api: Api) -> None:
    """The time that the clock stood at comes back, and it stands still."""
    shown = losant.clock.freeze("2030-01-01T00:00:00Z")
    losant.snapshot("frozen")
    losant.clock.resume()
    losant.clock.advance(days=400)
    losant.restore("frozen")
    assert (losant.clock.now, losant.clock.frozen) == (shown, True)
    assert losant_api.create("ann@example.com")["creationDate"] == "2030-01-01T00:00:00.000Z"


def test_restoring_a_running_clock(losant: LosantMock) -> None:
    """A clock that ran ahead runs ahead again, by as much."""
    losant.clock.advance(days=100)
    losant.snapshot("ahead")
    before = losant.clock.now
    losant.clock.freeze("2099-01-01T00:00:00Z")
    losant.restore("ahead")
    assert not losant.clock.frozen
    assert (losant.clock.now - before).days == 0


def test_restoring_keeps_the_journal(losant: LosantMock, losant_api: Api) -> None:
    """The requests since a snapshot are still known after restoring it, and numbers go on."""
    losant_api.create("ann@example.com")
    losant.snapshot("one")
    losant_api.create("ben@example.com")
    losant.restore("one")
    losant_api.create("cyd@example.com")
    assert [request.json["email"] for request in losant.requests] == [
        "ann@example.com",
        "ben@example.com",
        "cyd@example.com",
    ]
    assert [request.number for request in losant.requests] == [1, 2, 3]


def test_restoring_keeps_the_faults(losant: LosantMock, losant_api: Api) -> None:
    """Faults that were set since a snapshot are still set, with their counts."""
    losant.snapshot("one")
    fault = losant.faults.status(503, first=2)
    assert losant_api.opens(losant.token()) == 503
    losant.restore("one")
    assert (fault.matched, fault.struck) == (1, 1)
    assert [losant_api.opens(losant.token()) for _ in range(2)] == [503, 200]


def test_restoring_leaves_faults_that_were_removed_removed(losant: LosantMock) -> None:
    """A snapshot has no faults of its own."""
    with losant.faults.status(503):
        losant.snapshot("one")
    losant.restore("one")
    assert len(losant.faults) == 0


def test_new_ids_after_restoring(losant: LosantMock, losant_api: Api) -> None:
    """In a world that is not repeatable no id is made twice, however often one goes back."""
    losant.snapshot("one")
    created = []
    for _ in range(3):
        created += [losant_api.create("ann@example.com")["id"], losant_api.api_token()["id"]]
        losant.restore("one")
    losant.reset()
    created.append(losant_api.create("ann@example.com")["id"])
    assert len(set(created)) == 7


def test_api_tokens_come_back(losant: LosantMock, losant_api: Api) -> None:
    """An API token works when its record is there again, and does not when it is not."""
    losant.snapshot("without")
    made = losant_api.api_token()
    losant.snapshot("with")
    losant_api("DELETE", f"…/tokens/{made['id']}")
    assert losant_api.opens(made["token"]) == 401
    losant.restore("with")
    assert losant_api.opens(made["token"]) == 200
    losant.restore("without")
    assert losant_api.opens(made["token"]) == 401


def test_names_in_the_order_of_saving(losant: LosantMock, losant_api: Api) -> None:
    """Snapshots are listed as they were saved; one that is saved again comes last."""
    for name in ("b", "a", "c", "b"):
        assert losant.snapshot(name) == name
    assert saved(losant_api) == ["a", "c", "b"]


def test_overwriting(losant: LosantMock) -> None:
    """A snapshot that is saved again under its name is the later one."""
    losant.snapshot("one")
    losant.users.add("ann@example.com")
    losant.snapshot("one")
    losant.reset()
    losant.restore("one")
    assert len(losant.users) == SEEDED + 1


def test_snapshots_get_names(losant: LosantMock, losant_api: Api) -> None:
    """A handle makes up a new name each time that it is given none."""
    names = []
    for _ in range(3):
        names.append(losant.snapshot())
        losant.users.add(f"new{len(names)}@example.com")
    assert saved(losant_api) == names
    losant.restore(names[1])
    assert len(losant.users) == SEEDED + 1


def test_made_up_names_of_two_handles(server: MockServer, sandbox: LosantMock) -> None:
    """Two handles on one world do not save over each other when they make up names."""
    again = server.in_sandbox(str(sandbox.name))
    first = sandbox.snapshot()
    sandbox.users.add("ann@example.com")
    again.snapshot()
    sandbox.restore(first)
    assert len(sandbox.users) == SEEDED


def test_forgetting_snapshots(losant: LosantMock, losant_api: Api) -> None:
    """Snapshots can be deleted one by one or all at once."""
    for name in ("a", "b", "c"):
        losant.snapshot(name)
    assert losant_api.control("DELETE", "/snapshots/b").status_code == 204
    assert losant_api.control("DELETE", "/snapshots/b").status_code == 404
    assert saved(losant_api) == ["a", "c"]
    assert losant_api.control("DELETE", "/snapshots").status_code == 204
    assert saved(losant_api) == []


def test_an_unknown_name(losant: LosantMock) -> None:
    """To restore what was not saved says what was, and changes nothing."""
    losant.users.add("ann@example.com")
    with pytest.raises(ControlPlaneError, match='Snapshot "nope" was not found') as refused:
        losant.restore("nope")
    assert refused.value.status == 404
    losant.snapshot("first")
    losant.snapshot("second")
    with pytest.raises(ControlPlaneError, match="first, second"):
        losant.restore("nope")
    assert len(losant.users) == SEEDED + 1


def test_snapshots_survive_a_reset(losant: LosantMock, losant_api: Api) -> None:
    """A reset forgets no snapshots, and they can be restored after it."""
    losant.users.add("ann@example.com")
    losant.snapshot("one")
    losant.reset()
    assert saved(losant_api) == ["one"]
    losant.restore("one")
    assert len(losant.users) == SEEDED + 1
    losant.reset(to_empty=True)
    losant.restore("one")
    assert len(losant.users) == SEEDED + 1


def test_reset(losant: LosantMock, losant_api: Api) -> None:
    """After a reset everything is as in the beginning, but for snapshots."""
    before = losant.state()
    losant_api.create("ann@example.com")
    losant.faults.status(503)
    losant.clock.freeze("2030-01-01T00:00:00Z")
    losant.load({"applications": [{"id": "c" * 24, "name": "Other"}]})
    losant.reset()
    assert losant.state() == before
    assert (len(losant.requests), len(losant.faults), losant.clock.frozen) == (0, 0, False)


def test_reset_to_empty(losant: LosantMock, losant_api: Api) -> None:
    """A world can be emptied: no account, no application, nothing in the journal."""
    losant_api.create("ann@example.com")
    losant.faults.status(503)
    losant.reset(to_empty=True)
    assert losant.state() == {"version": 1}
    assert (len(losant.requests), len(losant.faults)) == (0, 0)
    assert losant_api("GET", "/applications").json()["items"] == []
    assert losant.info()["applications"] == []
    login = {"email": "admin@example.com", "password": "password1234"}
    assert losant_api("POST", "/auth/user", login).status_code == 401


def test_back_from_empty(losant: LosantMock) -> None:
    """A reset brings the seed back, also to a world that was emptied."""
    before = losant.state()
    losant.reset(to_empty=True)
    losant.reset()
    assert losant.state() == before


def test_filling_an_empty_world(losant: LosantMock) -> None:
    """An emptied world can be added to: users without an application get the default one."""
    losant.reset(to_empty=True)
    losant.add({"users": [{"email": "ann@example.com"}]})
    assert [user.email for user in losant.users] == ["ann@example.com"]


def test_an_application_in_an_empty_world(losant: LosantMock, losant_api: Api) -> None:
    """The API works in an emptied world: an application can be created, and users in it."""
    losant.reset(to_empty=True)
    made = losant_api("POST", "/applications", {"name": "New"})
    path = f"/applications/{made.json()['id']}/experience/users"
    body = {"email": "ann@example.com", "password": "password1"}
    assert losant_api("POST", path, body).status_code == 201
    before = losant.state()
    losant.load(before)
    assert losant.state() == before


def test_reset_to_something_else(losant: LosantMock, losant_api: Api) -> None:
    """A place that there is not is refused, and nothing is reset."""
    losant.users.add("ann@example.com")
    assert losant_api.control("POST", "/reset", to="nothing").status_code == 400
    assert len(losant.users) == SEEDED + 1


def test_a_sandbox_goes_back_to_its_own_beginning(server: MockServer) -> None:
    """A sandbox that began with fixtures goes back to those, not to the seed of the server."""
    sandbox = server.sandbox(fixtures={"users": [{"email": "ann@example.com"}]}, generate=2)
    before = sandbox.state()
    sandbox.load({"users": [{"email": "ben@example.com"}]})
    sandbox.reset()
    assert sandbox.state() == before
    assert len(sandbox.users) == 3


@pytest.mark.parametrize(
    ("called", "change"),
    [
        ("load", {"applications": [{"id": "c" * 24, "name": "Other"}]}),
        ("reset", None),
        ("restore", "other"),
    ],
)
def test_the_application_of_a_handle(
    losant: LosantMock, called: str, change: dict[str, Any] | str | None
) -> None:
    """A handle knows the application of its world, also when that has become another one."""
    seeded = losant.application_id
    losant.load({"applications": [{"id": "d" * 24, "name": "Another"}]})
    losant.snapshot("other")
    assert losant.application_id == "d" * 24
    if called == "restore":
        losant.reset()
        assert losant.application_id == seeded
    getattr(losant, called)(*([] if change is None else [change]))
    assert losant.application_id == losant.info()["applicationId"]


def test_a_state_in_its_own_place(losant: LosantMock, losant_api: Api) -> None:
    """To load what was exported changes nothing, not even in a byte."""
    losant_api.create("ann@example.com")
    losant_api.api_token()
    losant.generate(10)
    losant_api("POST", "/applications", {"name": "Second"})
    before = losant_api.control("GET", "/state").content
    assert losant_api.control("PUT", "/state", losant.state()).status_code == 204
    assert losant_api.control("GET", "/state").content == before


def test_a_state_in_another_place(server: MockServer, api: MakeApi, losant: LosantMock) -> None:
    """What is exported from one world makes another just like it, to the last listing."""
    api(losant).create("ann@example.com")
    losant.generate(10)
    twin = server.sandbox(fixtures=losant.state())
    assert twin.state() == losant.state()
    for kind in ("users", "groups"):
        listings = [
            api(world)("GET", f"…/experience/{kind}", sortField="id") for world in (losant, twin)
        ]
        assert listings[0].content == listings[1].content


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"version": 1},
        {"accounts": [{"email": "eve@example.com", "passwordHash": f"{'0' * 16}:{'f' * 32}"}]},
        {"applications": [{"id": "c" * 24, "name": "Without owner"}]},
        {"applications": [{"id": "c" * 24, "name": "Org", "ownerId": "e" * 24}]},
    ],
    ids=["nothing", "a version", "an account", "an application", "a foreign owner"],
)
def test_states_with_little_in_them(losant: LosantMock, document: dict[str, Any]) -> None:
    """Whatever a world has become, its export makes it again."""
    losant.load(document)
    before = losant.state()
    assert before.keys() - {"version"} == document.keys() - {"version"}
    losant.load(before)
    assert losant.state() == before


def test_a_wrong_state(losant: LosantMock, losant_api: Api) -> None:
    """A document with mistakes is refused with all of them, and nothing changes."""
    before = losant.state()
    document = {"users": [{"email": "a@example.com", "groups": ["None"]}, {"firstName": "B"}]}
    answer = losant_api.control("PUT", "/state", document)
    assert answer.status_code == 400
    assert "users[0].groups" in answer.json()["message"]
    assert "users[1].email is required" in answer.json()["message"]
    assert losant.state() == before


def test_loading_keeps_journal_faults_and_clock(losant: LosantMock, losant_api: Api) -> None:
    """A state is records and nothing else."""
    losant_api.create("ann@example.com")
    losant.faults.delay(0)
    shown = losant.clock.freeze("2030-01-01T00:00:00Z")
    losant.load(losant.state())
    assert (len(losant.requests), len(losant.faults)) == (1, 1)
    assert (losant.clock.now, losant.clock.frozen) == (shown, True)


def test_generating_twice(losant: LosantMock) -> None:
    """Users that are made up later are others than those made up before."""
    losant.generate(20)
    losant.generate(20)
    emails = [user.email.lower() for user in losant.users]
    assert len(set(emails)) == SEEDED + 40
    before = losant.state()
    losant.load(before)
    assert losant.state() == before


def test_generating_in_pieces(server: MockServer) -> None:
    """To generate, go back and generate again makes the same users."""
    sandbox = server.sandbox()
    found = []
    for _ in range(2):
        sandbox.generate(10)
        found.append([user.email for user in sandbox.users])
        sandbox.reset()
    assert found[0] == found[1]


def test_generating_nothing(losant: LosantMock) -> None:
    """To make up no users changes nothing."""
    before = losant.state()
    losant.generate(0)
    assert losant.state() == before
