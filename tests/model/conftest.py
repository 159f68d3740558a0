"""One server and one model for a whole file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2 as httpx
import pytest

from mock_server import MockServer

pytest.register_assert_rewrite("tests.model.mirror")

from tests.model.mirror import ServerMirror  # noqa: E402 - its assertions are rewritten first
from tests.model.strategies import Draws, Known  # noqa: E402 - comes after the line above


@pytest.fixture(scope="module")
def mirror() -> Iterator[ServerMirror]:
    """Return an empty server with an empty model beside it."""
    with MockServer() as server, _client(server) as client:
        yield ServerMirror(server, client)


@pytest.fixture(scope="module")
def draws(mirror: ServerMirror) -> Draws:
    """Return the strategies that know what exists in the mirror."""
    return Draws(Known(lambda: mirror.model))


def _client(server: MockServer) -> httpx.Client:
    return httpx.Client(
        base_url=f"{server.url}/applications/{server.application_id}/experience",
        headers={"Authorization": f"Bearer {server.token()}"},
        params={"_actions": "false"},
    )
