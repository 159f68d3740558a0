"""The pytest plugin, by running pytest on sample files."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("fastapi", "pydantic", "faker", "uvicorn", "click", "yaml", "jwt")


def test_losant_fixture_starts_clean(pytester: pytest.Pytester) -> None:
    """Each test finds the server as it started, whatever the test before it did."""
    pytester.makepyfile(
        """
        import json
        from urllib.request import Request, urlopen

        import pytest

        def call(losant, method="GET", body=None):
            url = f"{losant.url}/applications/{losant.application_id}/experience/users"
            headers = {"Authorization": f"Bearer {losant.token('experienceUsers.*')}",
                       "Content-Type": "application/json"}
            data = None if body is None else json.dumps(body).encode()
            with urlopen(Request(url, data, headers, method=method)) as response:
                return json.load(response)

        @pytest.mark.parametrize("number", range(3))
        def test_one_user(losant, number):
            assert call(losant)["totalCount"] == 0
            call(losant, "POST", {"email": "ann@example.com", "password": "password1"})
            assert call(losant)["totalCount"] == 1
        """
    )
    pytester.runpytest_subprocess("-W", "error", "-p", "no:asyncio").assert_outcomes(passed=3)


def test_one_server_for_the_session(pytester: pytest.Pytester) -> None:
    """The server is started once, and not at all by tests that do not ask for it."""
    pytester.makepyfile(
        test_a="def test_a(losant, losant_server): assert losant is losant_server",
        test_b="""
            import sys
            import threading

            def test_threads():
                names = [thread.name for thread in threading.enumerate()]
                assert names.count("losant-mock-server") == 1
        """,
        test_0="""
            import sys

            def test_nothing_yet():
                assert "fastapi" not in sys.modules
        """,
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=3)


def test_fixtures_are_documented(pytester: pytest.Pytester) -> None:
    """``pytest --fixtures`` says what each fixture is."""
    output = pytester.runpytest_subprocess("--fixtures", "-p", "no:cacheprovider").stdout.str()
    for name in ("losant", "losant_server"):
        assert f"{name} -- " in output or f"{name} [session scope] -- " in output


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
