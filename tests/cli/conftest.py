"""A real server, and the command to talk to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import httpx2 as httpx
import pytest
from click.testing import CliRunner, Result

from mock_server import LosantMock, MockServer
from mock_server.cli import main

Run = Callable[..., Result]
Send = Callable[..., httpx.Response]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment of the tests may say about servers."""
    for name in os.environ:
        if name.startswith("MOCK_SERVER_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    """A server that all of these tests share."""
    with MockServer(fixtures=["demo"]) as server:
        yield server


@pytest.fixture
def losant(server: MockServer) -> Iterator[LosantMock]:
    """A sandbox of the test's own."""
    with server.sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def run(losant: LosantMock) -> Run:
    """Run the command in this process; it finds the sandbox in its environment."""

    def invoke(*arguments: str, stdin: str | bytes | None = None, **environment: str) -> Result:
        variables = {"MOCK_SERVER_URL": losant.url, **environment}
        return CliRunner().invoke(main, arguments, input=stdin, env=variables)

    return invoke


@pytest.fixture
def send(losant: LosantMock) -> Send:
    """Send a request to the users of the sandbox."""

    def request(method: str = "GET", path: str = "", **options: object) -> httpx.Response:
        url = f"{losant.url}/applications/{losant.application_id}/experience/users{path}"
        headers = {"Authorization": f"Bearer {losant.token()}"}
        return httpx.request(method, url, headers=headers, **options)  # type: ignore[arg-type]

    return request
