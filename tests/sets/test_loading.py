"""Every shipped set begins a server, a sandbox and a test, alone and with the others."""

from __future__ import annotations

import pytest

from mock_server import LosantMock, MockServer
from mock_server.seeds.formats import shipped_sets
from tests.client.servers import serve

SETS = {"demo": 8, "edge-cases": 87, "paging": 2302, "roles": 3}
"""How many users each has, in all of its applications."""


def users(losant: LosantMock) -> int:
    """Return how many users there are in all applications."""
    return sum(one["users"] for one in losant.info()["applications"])


def test_all_sets_are_known() -> None:
    """The sets above are those that are shipped."""
    assert shipped_sets().keys() == SETS.keys()


@pytest.mark.parametrize("name", SETS)
def test_a_server_begins_with_it(name: str) -> None:
    """A server begins with the set alone."""
    with MockServer(fixtures=[name]) as losant:
        assert users(losant) == SETS[name]


def test_the_command_begins_with_them() -> None:
    """A server in a process of its own begins with all of them."""
    options = [word for name in SETS for word in ("--fixtures", name)]
    with serve(*options) as served, LosantMock(served.url) as losant:
        assert users(losant) == sum(SETS.values())


def test_all_sets_together(server: MockServer) -> None:
    """The sets do not get in each other's way."""
    with server.sandbox(fixtures=list(SETS)) as losant:
        assert users(losant) == sum(SETS.values())


def test_the_marker_begins_with_it(pytester: pytest.Pytester) -> None:
    """A marker gives a test the set, by its name."""
    tests = "\n".join(
        f"@pytest.mark.losant(fixtures={name!r})\ndef test_{number}(losant):\n"
        f"    assert sum(one['users'] for one in losant.info()['applications']) == {count}\n"
        for number, (name, count) in enumerate(SETS.items())
    )
    pytester.makepyfile(f"import pytest\n\n{tests}")
    pytester.runpytest_inprocess("-p", "no:asyncio").assert_outcomes(passed=len(SETS))


def test_the_sets_are_no_secret(server: MockServer) -> None:
    """Nobody in them can be real: all addresses are in domains that nobody can own."""
    with server.sandbox(fixtures=list(SETS)) as losant:
        emails = {
            user["email"].rpartition("@")[2].lower()
            for application in losant.state()["applications"]
            for user in application.get("users", ())
        }
    reserved = ("example.com", "example.org", "例え.test", "b", "[127.0.0.1]")
    assert {domain for domain in emails if not domain.endswith(reserved)} == set()
