"""What the pytest plugin costs a test run that does not use it."""

from __future__ import annotations

import sys
import time
from importlib import import_module

# Imported first: in every test run it is there already.
import pytest  # noqa: F401 - there already when the plugin is imported

from tests.benchmarks.programs.talk import answer, job


def main() -> None:
    """Answer the milliseconds, and the packages from outside the standard library that came in."""
    job()
    before = set(sys.modules)
    started = time.perf_counter()
    import_module("mock_server.pytest_plugin")
    taken = (time.perf_counter() - started) * 1000
    packages = {name.partition(".")[0] for name in set(sys.modules) - before}
    answer({"milliseconds": taken, "packages": sorted(packages - sys.stdlib_module_names)})


if __name__ == "__main__":
    main()
