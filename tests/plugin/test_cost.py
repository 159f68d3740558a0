"""What a test run pays that has the plugin and does not use it."""

from __future__ import annotations

import subprocess
import sys

from tests.plugin.suite import Suite

HEAVY = (
    "fastapi",
    "pydantic",
    "faker",
    "uvicorn",
    "click",
    "yaml",
    "jwt",
    "ssl",
    "http",
    "asyncio",
)


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    """Everybody's pytest imports the plugin, so it imports no web framework and no YAML."""
    script = f"""
import sys
import pytest
before = set(sys.modules)
import mock_server.pytest_plugin
added = {{name.partition('.')[0] for name in set(sys.modules) - before}}
print(sorted(added & set({HEAVY})))
"""
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_a_run_without_the_fixtures(suite: Suite) -> None:
    """Tests that fail, are skipped or pass without the fixtures start no server for that."""
    suite.write("pytest.ini", "[pytest]\nlosant_fixtures = seed.yaml\nlosant_max_per_page = 5")
    suite.tests(
        test_it="""
            import sys, threading

            def test_that_fails():
                assert False

            @pytest.fixture
            def broken():
                raise RuntimeError("no")

            def test_whose_set_up_fails(broken):
                pass

            @pytest.mark.losant(fixtures="demo", generate=5)
            def test_with_a_marker_only():
                heavy = {"fastapi", "starlette", "uvicorn", "pydantic", "yaml", "jwt"}
                assert not heavy & set(sys.modules)
                assert not [name for name in sys.modules if name.startswith("mock_server.client")]
                assert threading.active_count() == 1
        """
    )
    result = suite.run_apart()
    result.assert_outcomes(passed=1, failed=1, errors=1)
    assert "Requests to" not in result.stdout.str()
