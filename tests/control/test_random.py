"""Anything at all is sent to every operation."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server import MockServer
from tests.control.conftest import Control, control_of
from tests.control.strategies import TEXTS, VALUES, values

JSON = {"Content-Type": "application/json"}
OPERATIONS = 38
PLAIN = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def asked() -> Iterator[Control]:
    """The control plane of a server that nobody resets."""
    with MockServer(fixtures=["demo"]) as server, control_of(server) as control:
        yield control


@pytest.fixture(scope="module")
def description(asked: Control) -> Any:
    """Its own description."""
    return asked.get("openapi.json").json()


@pytest.fixture(scope="module")
def operations(description: Any) -> list[tuple[str, str, Any]]:
    """All operations: method, path, and description."""
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@PLAIN
@given(data=st.data())
@pytest.mark.parametrize("index", range(OPERATIONS))
def test_no_mistake_of_the_server(
    asked: Control,
    description: Any,
    operations: list[tuple[str, str, Any]],
    caplog: pytest.LogCaptureFixture,
    index: int,
    data: st.DataObject,
) -> None:
    """Whatever is sent is done or refused, and nothing is logged about it."""
    method, path, operation = operations[index]
    query = {}
    for parameter in operation.get("parameters", ()):
        value = data.draw(TEXTS, label=parameter["name"])
        encoded = quote(value.encode(errors="replace"), safe="")
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", encoded)
        elif data.draw(st.booleans()):
            query[parameter["name"]] = encoded
    content, headers = b"", {}
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = data.draw(values(description, schema) | VALUES, label="body")
        content, headers = json.dumps(body).encode(), JSON
    target = f"{path}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    answer = asked.request(method, target.lstrip("/"), content=content, headers=headers)
    assert answer.status_code < 500, answer.text
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
    if answer.status_code >= 400 and not path.endswith("/verify"):
        assert set(answer.json()) == {"type", "message"}


def test_every_operation_is_tried(operations: list[tuple[str, str, Any]]) -> None:
    """The number of operations is the one above."""
    assert len(operations) == OPERATIONS
