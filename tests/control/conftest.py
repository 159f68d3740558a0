"""Servers whose control plane is asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer

Control = httpx.Client
MakeControl = Callable[..., Control]


def control_of(server: MockServer, **options: Any) -> Control:
    """Return a client of a server's control plane."""
    return httpx.Client(base_url=f"{server.url}/_mock", timeout=30, verify=False, **options)


@pytest.fixture(scope="module")
def control_server() -> Iterator[MockServer]:
    """The server of a module."""
    with MockServer(fixtures=["demo"]) as server:
        yield server


@pytest.fixture
def server(control_server: MockServer) -> MockServer:
    """The server, in its first state."""
    control_server.reset()
    return control_server


@pytest.fixture(scope="module")
def module_control(control_server: MockServer) -> Iterator[Control]:
    """The client of a module."""
    with control_of(control_server) as control:
        yield control


@pytest.fixture
def control(server: MockServer, module_control: Control) -> Control:
    """The control plane of the server, which is in its first state."""
    return module_control


@pytest.fixture
def make_control() -> Iterator[MakeControl]:
    """Start servers with settings of their own, and return clients of their control planes."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Control:
            return stack.enter_context(control_of(stack.enter_context(MockServer(**settings))))

        yield make


@pytest.fixture
def unchanged(control: Control) -> Callable[[], AbstractContextManager[None]]:
    """Check that a block changes nothing of what the control plane can tell."""

    def told() -> list[Any]:
        told = [control.get(path).json() for path in ("state", "snapshots", "faults", "sandboxes")]
        return [*told, control.get("clock").json()["frozen"]]

    @contextmanager
    def check() -> Iterator[None]:
        before = told()
        yield
        assert told() == before

    return check


@pytest.fixture
def assert_refused() -> Callable[..., str]:
    """Check that an answer is a refusal in the form of all, and return its message."""

    def check(answer: httpx.Response, status: int) -> str:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/json"
        document = answer.json()
        assert set(document) == {"type", "message"}
        assert document["type"]
        message: str = document["message"]
        assert message
        assert "Traceback" not in message
        return message

    return check
