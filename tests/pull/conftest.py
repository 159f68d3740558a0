"""Fixtures: a running server with thousands of users, and the command that pulls them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from json import loads
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock_server import LosantMock, MockServer
from mock_server.cli import main
from tests.pull.stub import Application, Stub, stub
from tests.pull.world import COUNT, ODD, ApplicationContents

Pull = Callable[..., Result]
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOiJuZXZlciBzaG93biJ9.c2lnbmF0dXJl"
APPLICATION_ID = "575ec8687ae143cd83dc4a97"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings and proxies that the environment of the tests may have."""
    for name in os.environ:
        if name.startswith("MOCK_SERVER_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    """A server with many users, which tests do not change."""
    with MockServer() as server:
        server.generate(COUNT - len(ODD["users"]))
        server.add(ODD)
        yield server


@pytest.fixture
def losant(server: MockServer) -> Iterator[MockServer]:
    """The server, without faults."""
    server.faults.clear()
    yield server
    server.faults.clear()


@pytest.fixture(scope="session")
def source(server: MockServer) -> ApplicationContents:
    """The groups and users as the API answers them, in the order of their ids."""
    return ApplicationContents(listed(server, "groups"), listed(server, "users"))


def listed(losant: LosantMock, what: str) -> list[dict[str, Any]]:
    """Return all groups, or users, as the API answers them, in the order of their ids."""
    address, _, base = losant.url.removeprefix("http://").partition("/")
    connection = HTTPConnection(address)
    items: list[dict[str, Any]] = []
    for page in range(6):
        connection.request(
            "GET",
            f"{'/' if base else ''}{base}/applications/{losant.application_id}/experience/{what}"
            f"?sortField=id&perPage=1000&page={page}",
            headers={"Authorization": f"Bearer {losant.token()}"},
        )
        items += loads(connection.getresponse().read())["items"]
    connection.close()
    return items


@pytest.fixture
def small(server: MockServer) -> Iterator[LosantMock]:
    """A sandbox with a few unusual users, at a URL with a path."""
    with server.sandbox(fixtures=ODD, generate=40) as sandbox:
        yield sandbox


@pytest.fixture
def pull_small(small: LosantMock) -> Pull:
    """Pull from the sandbox in this process; later options take precedence."""
    options = options_for(small.url, small.token())
    return lambda *more: run_pull(*options, *more)


@pytest.fixture
def options(losant: MockServer) -> list[str]:
    """The options that name the source."""
    return options_for(losant.url, losant.token())


def options_for(url: str, token: str = TOKEN) -> list[str]:
    """Return the options that name the source."""
    return ["--base-url", url, "--token", token, "--application-id", APPLICATION_ID]


@pytest.fixture
def pull(options: list[str]) -> Pull:
    """Pull from the server in this process; later options take precedence."""
    return lambda *more: run_pull(*options, *more)


def run_pull(*arguments: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["pull", *map(str, arguments)])


@pytest.fixture(scope="session")
def pulled(
    server: MockServer, source: ApplicationContents, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The file that a pull with the key ``one`` writes."""
    path = tmp_path_factory.mktemp("pulled") / "users.jsonl"
    result = run_pull(*options_for(server.url, server.token()), "--key", "one", "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    return path


@pytest.fixture
def api() -> Iterator[Stub]:
    """A server whose answers a test sets; by default the application is empty."""
    with stub(Application()) as running:
        yield running
