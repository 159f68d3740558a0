"""What all tests share."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from tests.tools import give_children_default_signals

pytest_plugins = ["pytester"]

# However slow the machine is, the same examples are tried, and none has to be done in time.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

give_children_default_signals()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Wait until something is so."""

    def wait(is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + 10.0
        while not is_so():
            assert time.monotonic() < until, "it never became so"
            time.sleep(0.005)

    return wait
