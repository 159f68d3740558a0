"""When a fault strikes, of the requests that it is for."""

from __future__ import annotations

from datetime import timedelta

import httpx2 as httpx
import pytest

from mock_server import MockServer
from mock_server.client.faults import FaultConditions

SEEDED = 7


def struck(client: httpx.Client, path: str, count: int) -> str:
    """Send requests, and write ``x`` for each that was struck and ``.`` for the others."""
    return "".join("x" if client.get(path).status_code == 503 else "." for _ in range(count))


@pytest.mark.parametrize(
    ("schedule", "pattern"),
    [
        ({}, "xxxxxxxx"),
        ({"first": 1}, "x......."),
        ({"first": 3}, "xxx....."),
        ({"first": 100}, "xxxxxxxx"),
        ({"every": 1}, "xxxxxxxx"),
        ({"every": 3}, "..x..x.."),
        ({"nth": 1}, "x......."),
        ({"nth": 4}, "...x...."),
        ({"nth": 100}, "........"),
        ({"probability": 0}, "........"),
        ({"probability": 1}, "xxxxxxxx"),
        ({"first": 5, "every": 2}, ".x.x...."),
        ({"first": 3, "nth": 4}, "........"),
        ({"every": 2, "nth": 4}, "...x...."),
        ({"every": 2, "nth": 3}, "........"),
        ({"first": 2, "probability": 1}, "xx......"),
        ({"first": 2, "probability": 0}, "........"),
    ],
    ids=str,
)
def test_schedule(
    losant: MockServer, client: httpx.Client, users: str, schedule: FaultConditions, pattern: str
) -> None:
    """Requests that match are counted from 1; all that is given must hold."""
    fault = losant.faults.status(503, **schedule)
    assert struck(client, users, 8) == pattern
    assert (fault.matched, fault.struck) == (8, pattern.count("x"))


@pytest.mark.parametrize(
    ("schedule", "pattern"),
    [
        ({}, "xxxx"),
        ({"first": 1}, "x..."),
        ({"first": 3}, "xxx."),
        ({"first": 4}, "xxxx"),
        ({"every": 2}, ".x.x"),
        ({"every": 4}, "...x"),
        ({"every": 5}, "...."),
        ({"nth": 1}, "x..."),
        ({"nth": 4}, "...x"),
        ({"nth": 5}, "...."),
        ({"probability": 1}, "xxxx"),
        ({"until": "3000-01-01T00:00:00Z"}, "xxxx"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", [None, "/**", "/applications/*/experience/users"])
def test_schedule_with_a_browser(
    losant: MockServer,
    client: httpx.Client,
    users: str,
    schedule: FaultConditions,
    pattern: str,
    path: str | None,
) -> None:
    """The preflights that a browser sends before each request are neither struck nor counted."""
    if path is not None:
        schedule = {**schedule, "path": path}
    fault = losant.faults.status(503, **schedule)
    found = ""
    for _ in pattern:
        headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
        assert client.options(users, headers=headers).status_code == 204
        found += struck(client, users, 1)
    assert found == pattern
    assert (fault.matched, fault.struck) == (len(pattern), pattern.count("x"))


def test_preflights_that_are_named(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A schedule for preflights counts nothing else."""
    fault = losant.faults.status(503, method="OPTIONS", first=1)
    sent = ("GET", "OPTIONS", "OPTIONS", "GET")
    assert [client.request(method, users).status_code for method in sent] == [200, 503, 204, 200]
    assert (fault.matched, fault.struck) == (2, 1)


@pytest.mark.parametrize(("after", "pattern"), [(-0.001, "."), (0, "."), (0.001, "x")])
def test_until_about_now(
    losant: MockServer, client: httpx.Client, users: str, after: float, pattern: str
) -> None:
    """At the very instant of its end a fault is over; a millisecond before it is not."""
    losant.faults.status(503, until=losant.clock.freeze() + timedelta(seconds=after))
    assert struck(client, users, 1) == pattern


def test_only_what_matches_is_counted(losant: MockServer, client: httpx.Client, users: str) -> None:
    """Other requests come in between without being counted."""
    fault = losant.faults.status(503, method="GET", nth=2)
    statuses = [client.request(one, users).status_code for one in ("GET", "POST", "POST", "GET")]
    assert statuses == [200, 400, 400, 503]
    assert (fault.matched, fault.struck) == (2, 1)


def test_until(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A fault ends by the world's clock, and is there again when that goes back."""
    now = losant.clock.freeze()
    losant.faults.status(503, until=now + timedelta(minutes=1))
    assert struck(client, users, 1) == "x"
    losant.clock.advance(seconds=59.999)
    assert struck(client, users, 1) == "x"
    losant.clock.advance(seconds=0.001)
    assert struck(client, users, 1) == "."
    losant.clock.advance(hours=-1)
    assert struck(client, users, 1) == "x"


def test_until_as_text_and_in_another_zone(
    losant: MockServer, client: httpx.Client, users: str
) -> None:
    """The end of a fault is an instant, however it is written."""
    losant.clock.freeze("2030-01-01T11:59:59Z")
    losant.faults.status(503, until="2030-01-01T13:00:00+01:00")
    assert struck(client, users, 1) == "x"
    losant.clock.advance(seconds=1)
    assert struck(client, users, 1) == "."


def test_until_with_a_count(losant: MockServer, client: httpx.Client, users: str) -> None:
    """What came after the end was counted all the same."""
    now = losant.clock.freeze()
    losant.faults.status(503, nth=2, until=now + timedelta(seconds=1))
    losant.clock.advance(seconds=1)
    assert struck(client, users, 1) == "."
    losant.clock.advance(seconds=-1)
    assert struck(client, users, 2) == "x."


def test_chance_strikes_some(losant: MockServer, client: httpx.Client, users: str) -> None:
    """A chance of a half strikes some of many requests, and not others."""
    losant.faults.status(503, probability=0.5)
    assert set(struck(client, users, 100)) == {"x", "."}


def test_chance_is_repeatable() -> None:
    """With a seed, the same requests are struck: in another run, and after a reset."""
    runs = []
    for _ in range(2):
        with MockServer(seed=SEEDED) as losant, httpx.Client(base_url=losant.url) as client:
            for _ in range(2):
                losant.reset()
                losant.faults.status(503, probability=0.5)
                runs.append(struck(client, "/applications", 30))
    assert set(runs[0]) == {"x", "."}
    assert runs == [runs[0]] * 4


def test_chances_are_independent() -> None:
    """What one fault draws does not change what another does."""
    alone = both = ""
    with MockServer(seed=SEEDED) as losant, httpx.Client(base_url=losant.url) as client:
        losant.faults.status(503, probability=0.5)
        alone = struck(client, "/applications", 30)
        losant.reset()
        losant.faults.status(503, probability=0.5)
        losant.faults.delay((0, 0.001), probability=0.9)
        both = struck(client, "/applications", 30)
    assert alone == both
