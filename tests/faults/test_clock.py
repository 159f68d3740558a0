"""The clock, and what goes by it. No test here sleeps for what it waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import ControlPlaneError, LosantMock, MockServer

EXPIRED = (401, {"type": "Unauthorized", "message": "Access token has expired"})
INVALID = (401, {"type": "Unauthorized", "message": "Invalid access token"})
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
BEGIN, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


def new(email: str) -> dict[str, str]:
    """Return a user to create."""
    return {"email": email, "password": "password1234"}


def answer(client: httpx.Client, path: str, token: str) -> tuple[int, Any]:
    """Return status and body of what a token is answered."""
    response = client.get(path, headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.json()


def test_token_expires(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A token of one hour is valid, and two hours later it has expired."""
    token = losant.token(expires_in=3600)
    assert answer(client, users, token)[0] == 200
    losant.clock.advance(hours=2)
    assert answer(client, users, token) == EXPIRED


def test_token_expires_to_the_second(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A token is valid until the second at which it expires, and again if the clock goes back."""
    losant.clock.freeze(NOON)
    token = losant.token(expires_in=timedelta(hours=1))
    losant.clock.set(NOON + timedelta(minutes=59, seconds=59))
    assert answer(client, users, token)[0] == 200
    losant.clock.set(NOON + timedelta(hours=1))
    assert answer(client, users, token) == EXPIRED
    losant.clock.advance(seconds=-1)
    assert answer(client, users, token)[0] == 200


def test_token_without_an_end(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A token that does not expire is valid at the end of time."""
    token = losant.token()
    losant.clock.freeze(END)
    assert answer(client, users, token)[0] == 200


def test_api_token_expires(losant: MockServer, client: httpx.Client, users: str) -> None:
    """An API token is valid until its expirationDate."""
    losant.clock.freeze(NOON)
    wanted = {
        "name": "Short",
        "scope": ["experienceUsers.get"],
        "expirationDate": "2030-06-01T13:00:00.000Z",
    }
    tokens = f"/applications/{losant.application_id}/tokens"
    token = client.post(tokens, json=wanted).json()["token"]
    assert answer(client, users, token)[0] == 200
    losant.clock.advance(hours=1)
    assert answer(client, users, token) == EXPIRED


def test_login_expires(losant: MockServer, client: httpx.Client) -> None:
    """The token of a login is valid for its tokenTTL."""
    losant.clock.freeze(NOON)
    credentials = {
        "email": losant.info()["account"],
        "password": "password1234",
        "tokenTTL": 600,
    }
    token = client.post("/auth/user", json=credentials).json()["token"]
    losant.clock.advance(seconds=599)
    assert answer(client, "/applications", token)[0] == 200
    losant.clock.advance(seconds=1)
    assert answer(client, "/applications", token) == EXPIRED


def test_dates_follow_the_clock(losant: MockServer, client: httpx.Client, users: str) -> None:
    """What is created while the clock stands still has the same date."""
    losant.clock.freeze(NOON)
    created = [client.post(users, json=new(f"{n}@example.com")).json() for n in range(3)]
    written = "2030-06-01T12:00:00.000Z"
    assert {one[name] for one in created for name in ("creationDate", "lastUpdated")} == {written}


def test_changes_follow_the_clock(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A change has the date at which it was made."""
    losant.clock.freeze(NOON)
    user = client.post(users, json=new("new@example.com")).json()
    losant.clock.advance(days=1)
    changed = client.patch(f"{users}/{user['id']}", json={"firstName": "New"}).json()
    assert changed["creationDate"] == "2030-06-01T12:00:00.000Z"
    assert changed["lastUpdated"] == "2030-06-02T12:00:00.000Z"


@pytest.mark.parametrize("at", [BEGIN, NOON, NOON + timedelta(milliseconds=999)])
def test_ids_follow_the_clock(
    losant: MockServer, client: httpx.Client, users: str, at: datetime
) -> None:
    """An id begins with the second in which it was made, and is nobody else's."""
    losant.clock.freeze(at)
    ids = [client.post(users, json=new(f"{n}@example.com")).json()["id"] for n in range(3)]
    assert {one[:8] for one in ids} == {f"{int(at.timestamp()):08x}"}
    assert len(set(ids)) == 3


def test_journal_follows_the_clock(losant: MockServer, client: httpx.Client, users: str) -> None:
    """The journal tells the world's time."""
    losant.clock.freeze(NOON)
    client.get(users)
    assert losant.requests.last().time == NOON


@pytest.mark.parametrize("at", [BEGIN, END])
def test_ends_of_time(losant: MockServer, client: httpx.Client, users: str, at: datetime) -> None:
    """At the first and the last instant everything works."""
    losant.clock.freeze(at)
    token = losant.token(expires_in=3600)
    assert answer(client, users, token)[0] == 200
    response = client.post(users, json=new("new@example.com"))
    assert response.json()["creationDate"] == f"{at.year}-01-01T00:00:00.000Z"


def test_freezing(losant: MockServer) -> None:
    """A clock that stands still shows one instant."""
    shown = losant.clock.freeze()
    assert losant.clock.frozen
    assert [losant.clock.now for _ in range(3)] == [shown] * 3


def test_freezing_at_a_time(losant: MockServer) -> None:
    """A clock can be stopped at any time, which it tells."""
    assert losant.clock.freeze(NOON) == NOON
    assert losant.clock.now == NOON


def test_freezing_in_a_repeatable_run() -> None:
    """A clock that moves whenever it is read stops exactly where it is told to."""
    with MockServer(seed=1) as losant:
        assert losant.clock.freeze(NOON) == NOON
        assert losant.clock.now == NOON


def test_freezing_is_exact(losant: MockServer) -> None:
    """However often a clock that runs is stopped, it is never a millisecond late."""
    shown = set()
    for _ in range(200):
        losant.clock.resume()
        shown.add(losant.clock.freeze(NOON))
    assert shown == {NOON}


def test_running_on_from_the_end_of_time() -> None:
    """A clock may run at the last instant to which it can be set."""
    with MockServer(seed=1) as losant:
        losant.clock.freeze(END)
        assert losant.clock.resume() >= END
        assert losant.clock.set(END) >= END


def test_setting_a_clock_that_runs(losant: MockServer) -> None:
    """A clock that is set runs on from there."""
    assert losant.clock.set(NOON) >= NOON
    assert not losant.clock.frozen
    first = losant.clock.now
    while losant.clock.now == first:
        pass
    assert NOON <= first < losant.clock.now < NOON + timedelta(minutes=5)


def test_setting_a_clock_that_stands_still(losant: MockServer) -> None:
    """A clock that stands still stays so when it is set."""
    losant.clock.freeze()
    losant.clock.set(NOON)
    assert losant.clock.frozen
    assert losant.clock.now == NOON


def test_advancing(losant: MockServer) -> None:
    """A clock is moved by days, hours, minutes, seconds and milliseconds, all together."""
    losant.clock.freeze(NOON)
    moved = losant.clock.advance(1.5, days=1, hours=2, minutes=3, seconds=4)
    assert moved == NOON + timedelta(days=1, hours=2, minutes=3, seconds=5, milliseconds=500)
    assert losant.clock.advance(timedelta(milliseconds=1)) - moved == timedelta(milliseconds=1)
    assert losant.clock.frozen


def test_going_back(losant: MockServer) -> None:
    """A clock may go back."""
    losant.clock.freeze(NOON)
    assert losant.clock.advance(days=-365) == NOON - timedelta(days=365)


def test_advancing_a_clock_that_runs(losant: MockServer) -> None:
    """A clock that runs is ahead then, and goes on running."""
    before = losant.clock.now
    losant.clock.advance(hours=1)
    assert timedelta(hours=1) <= losant.clock.now - before < timedelta(hours=1, minutes=5)
    assert not losant.clock.frozen


def test_resuming(losant: MockServer) -> None:
    """A clock runs on from what it showed, not from what other clocks show."""
    losant.clock.freeze(NOON)
    assert losant.clock.resume() >= NOON
    assert not losant.clock.frozen
    first = losant.clock.now
    while losant.clock.now == first:
        pass
    assert losant.clock.now < NOON + timedelta(minutes=5)


def test_resuming_a_clock_that_runs(losant: MockServer) -> None:
    """A clock that runs does not mind."""
    losant.clock.set(NOON)
    losant.clock.resume()
    assert NOON <= losant.clock.now < NOON + timedelta(minutes=5)


def test_all_at_once(losant: MockServer, client: httpx.Client) -> None:
    """A clock can be set, moved and stopped with one request, in this order."""
    change = {"frozen": True, "advance": 60, "now": "2030-06-01T12:00:00Z"}
    response = client.put("/_mock/clock", json=change)
    assert response.json() == {"now": "2030-06-01T12:01:00.000Z", "frozen": True}


def test_reset_puts_the_clock_right(losant: MockServer) -> None:
    """Every test begins at the real time, with a clock that runs."""
    losant.clock.freeze(NOON)
    losant.reset()
    assert not losant.clock.frozen
    assert abs(losant.clock.now - datetime.now(UTC)) < timedelta(minutes=5)


def test_snapshots_have_the_time(losant: MockServer) -> None:
    """Going back to a snapshot is going back in time."""
    losant.clock.freeze(NOON)
    before = losant.snapshot()
    losant.clock.advance(days=3)
    losant.restore(before)
    assert losant.clock.now == NOON


@pytest.mark.parametrize(
    "change", [{"now": "1969-12-31T23:59:59.999Z"}, {"now": "3000-01-01T00:00:00.001Z"}], ids=str
)
def test_time_that_there_is_not(client: httpx.Client, change: dict[str, str]) -> None:
    """A clock shows no year before 1970 or after 3000."""
    response = client.put("/_mock/clock", json=change)
    assert response.status_code == 400
    assert all(word in response.json()["message"] for word in ("now", "ISO 8601", "1970", "3000"))


@pytest.mark.parametrize(("begin", "seconds"), [(BEGIN, -0.001), (END, 0.001)])
def test_moving_out_of_time(losant: MockServer, begin: datetime, seconds: float) -> None:
    """A clock that cannot be moved so far stays as it is."""
    losant.clock.freeze(begin)
    with pytest.raises(ControlPlaneError, match="the clock goes from 1970 to 3000"):
        losant.clock.advance(seconds=seconds)
    assert losant.clock.now == begin
    assert losant.clock.frozen


def test_refused_change_changes_nothing(losant: MockServer, client: httpx.Client) -> None:
    """Of a change that is refused no part is made."""
    losant.clock.freeze(NOON)
    change = {"now": "3000-01-01", "advance": 1, "frozen": False}
    assert client.put("/_mock/clock", json=change).status_code == 400
    assert (losant.clock.now, losant.clock.frozen) == (NOON, True)


@pytest.mark.parametrize(
    "change", [{}, {"now": None}, {"advance": None}, {"frozen": None}], ids=str
)
def test_no_change(client: httpx.Client, change: dict[str, None]) -> None:
    """A change that changes nothing is a mistake, and told."""
    response = client.put("/_mock/clock", json=change)
    assert response.status_code == 400
    assert "now, advance or frozen" in response.json()["message"]


def test_sandboxes_have_clocks_of_their_own(losant: MockServer, client: httpx.Client) -> None:
    """Time stands still in one world only; a token may have expired in one and not in another."""

    def status(world: LosantMock, token: str) -> int:
        path = f"/applications/{world.application_id}/experience/users"
        return answer(client, world.url + path, token)[0]

    with losant.sandbox() as one, losant.sandbox() as other:
        token = losant.token(expires_in=3600)
        one.clock.freeze(NOON)
        assert [world.clock.frozen for world in (one, other, losant)] == [True, False, False]
        assert [status(world, token) for world in (one, other, losant)] == [401, 200, 200]


def test_sandbox_begins_at_the_real_time(losant: MockServer) -> None:
    """A new sandbox does not have the time of the world beside it."""
    losant.clock.freeze(NOON)
    with losant.sandbox() as sandbox:
        assert not sandbox.clock.frozen
        assert abs(sandbox.clock.now - datetime.now(UTC)) < timedelta(minutes=5)


def test_delays_do_not_wait_for_the_clock(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """A delay takes real time, and passes though the world's clock stands still."""
    losant.clock.freeze(NOON)
    losant.faults.delay(0.05)
    assert client.get(users).status_code == 200
    assert losant.clock.now == NOON
