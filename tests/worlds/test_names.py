"""What is a name of a sandbox, and what is none, in every spelling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx2 as httpx
import pytest

from mock_server import MockServer, Settings
from mock_server.client.connection import ControlPlaneError
from mock_server.worlds.registry import SandboxDeleted, Worlds
from tests.worlds.calls import answer_to

NAMES_OF_NOTHING = [
    "/_sandbox",
    "/_sandbox/",
    "/_sandbox//",
    "/_sandbox//x",
    "/_sandbox//x/applications",
    "/_sandbox/?x=1",
    "/_sandbox?name=x",
]
WRONG_NAMES = [
    ".",
    "..",
    ".hidden",
    "-x",
    "_x",
    "%2e%2e",
    "a%20b",
    "a+b",
    "a%2Bb",
    "a~b",
    "a%00b",
    "a%0A",
    "%0Aa",
    "a:b",
    "a%3Fb",
    "a%23b",
    "a%25b",
    "a\\b",
    "%C3%A4",
    "%C2%B2",
    "%FF",
    "%",
    "%zz",
    "a" * 129,
    "a%62" * 65,
]
GOOD_NAMES = ["a", "1", "A-b_c.d", "a..", "a--", "Test.2024-01-01", "a" * 128]


def sandboxes(server: MockServer) -> list[str]:
    """Return the names of all sandboxes."""
    items = answer_to(server.url, "/_mock/sandboxes")[1]["items"]
    return [one["name"] for one in items]


@pytest.mark.parametrize("target", NAMES_OF_NOTHING)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_name(server: MockServer, target: str, method: str) -> None:
    """A path without a name is refused, and is not taken for the main world."""
    status, body = answer_to(server.url, target, method)
    assert (status, body["type"]) == (400, "Validation")
    assert sandboxes(server) == []


@pytest.mark.parametrize("wrong", WRONG_NAMES)
@pytest.mark.parametrize("below", ["", "/", "/applications", "/_mock", "/_mock/info"])
def test_wrong_names(server: MockServer, wrong: str, below: str) -> None:
    """What cannot be a name is refused by both planes, and makes nothing."""
    status, body = answer_to(server.url, f"/_sandbox/{wrong}{below}")
    assert (status, body["type"]) == (400, "Validation")
    assert "cannot be the name of a sandbox" in body["message"]
    assert sandboxes(server) == []


@pytest.mark.parametrize("good", GOOD_NAMES)
def test_good_names(server: MockServer, good: str) -> None:
    """Letters, digits, dots, hyphens and underscores make a name, of up to 128."""
    status, body = answer_to(server.url, f"/_sandbox/{good}/_mock/info")
    assert (status, body["sandbox"]) == (200, good)
    assert sandboxes(server) == [good]
    server.in_sandbox(good).delete()
    assert server.sandbox(good).name == good


def test_names_differ_by_case(server: MockServer, name: str) -> None:
    """Two names that differ by case are names of two sandboxes."""
    lower, upper = server.sandbox(name.lower()), server.sandbox(name.upper())
    lower.users.add("ann@example.com")
    assert len(lower.users) == len(upper.users) + 1


def test_other_spellings_of_a_name(server: MockServer, client: httpx.Client, name: str) -> None:
    """A name with characters percent-encoded for no reason is the same name, on both planes."""
    server.sandbox(name).users.add("ann@example.com")
    spelled = "".join(f"%{ord(character):02x}" for character in name)
    status, info = answer_to(server.url, f"/_sandbox/{spelled}/_mock/info")
    assert (status, info["sandbox"]) == (200, name)
    users = client.get(
        f"{server.url}/_sandbox/{spelled}/applications/{server.application_id}/experience/users",
        headers={"Authorization": f"Bearer {server.token()}"},
    )
    assert (users.status_code, users.json()["totalCount"]) == (200, len(server.users) + 1)
    assert sandboxes(server) == [name]


def test_other_spellings_of_the_prefix(server: MockServer, name: str) -> None:
    """The prefix is the same prefix however it is spelled: nothing passes it by."""
    server.sandbox(name)
    status, info = answer_to(server.url, f"/%5Fsandbox/{name}/%5Fmock/info")
    assert (status, info["sandbox"]) == (200, name)


@pytest.mark.parametrize("below", ["%2Fapplications", "%2Fy/applications", "%2F/applications"])
def test_a_slash_that_is_none(
    server: MockServer, client: httpx.Client, name: str, below: str
) -> None:
    """A path with an encoded slash names nothing, as it does outside of sandboxes."""
    headers = {"Authorization": f"Bearer {server.token('all.User')}"}
    answer = client.get(f"{server.url}/_sandbox/{name}{below}", headers=headers)
    assert answer.status_code in (400, 404, 405), answer.text


@pytest.mark.parametrize("target", ["/_sandboxes/x/applications", "/_sandboxx", "//_sandbox/x"])
def test_what_only_looks_like_a_sandbox(server: MockServer, target: str) -> None:
    """A path that is near is no action of the API, and makes nothing."""
    assert answer_to(server.url, target)[0] == 405
    assert sandboxes(server) == []


def test_a_sandbox_in_a_sandbox(server: MockServer, name: str) -> None:
    """There is none: below a sandbox stands the API, which knows no such action."""
    assert answer_to(server.url, f"/_sandbox/{name}/_sandbox/{name}-b/applications")[0] == 405
    assert sandboxes(server) == [name]


@pytest.mark.parametrize("end", [" b", "ä", "/b", "?b", "#b", "\n", "%", "a" * 128])
def test_wrong_names_for_the_handle(server: MockServer, name: str, end: str) -> None:
    """A handle says that a name is wrong, and makes nothing under another."""
    for call in (server.sandbox, lambda one: server.in_sandbox(one).info()):
        assert_refused(server, call, name + end)
    assert sandboxes(server) == []


@pytest.mark.parametrize("end", [" b", "ä", "/b", "?b", "#b", "\n", "%", "a" * 128, "/restore"])
def test_wrong_names_of_snapshots(server: MockServer, name: str, end: str) -> None:
    """A handle says that a snapshot cannot be called so, and saves and restores nothing."""
    server.snapshot(name)
    server.users.add("ann@example.com")
    before = len(server.users)
    for call in (server.snapshot, server.restore):
        assert_refused(server, call, name + end)
        assert len(server.users) == before
    assert answer_to(server.url, "/_mock/snapshots")[1] == {"items": [{"name": name}]}


def test_the_oldest_deleted_name_is_forgotten() -> None:
    """A deleted name is refused, until 100,000 others were deleted after it."""
    worlds = Worlds(Settings())
    for number in range(100_001):
        worlds.delete(f"s{number}")
    with pytest.raises(SandboxDeleted):
        asyncio.run(worlds.get_or_create("s1"))
    assert asyncio.run(worlds.get_or_create("s0")).name == "s0"


def assert_refused(server: MockServer, call: Callable[[str], object], wrong: str) -> None:
    """Assert that a call with a wrong name is refused for that, and that others work after it."""
    try:
        with pytest.raises((ControlPlaneError, ValueError)) as refused:
            call(wrong)
        assert "does not answer" not in str(refused.value)
        assert not isinstance(refused.value, UnicodeError)
        assert server.info()["sandbox"] is None
    finally:
        server.close()
