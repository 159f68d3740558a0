"""A sample suite, and a server for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# Known to this process, so that runs in it need not import it again each time. The C library of
# PyYAML does not work when it is imported a second time.
import mock_server.seeds.yaml_text
import mock_server.server  # noqa: F401
from tests.client.servers import Served, serve
from tests.plugin.suite import Suite


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    """An empty suite, but for its ``conftest.py``."""
    made = Suite(pytester)
    made.conftest("")
    return made


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A running server that knows nothing of the suites."""
    with serve("--fixtures", "demo") as running:
        yield running
