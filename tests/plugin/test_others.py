"""Together with other plugins, and without this one."""

from __future__ import annotations

import pytest

from tests.client.servers import Served
from tests.plugin.suite import Suite
from tests.plugin.xdist import write_suite

ASYNC_TESTS = """
    import asyncio

    {mark}
    async def test_in_a_loop(losant, ask):
        answers = await asyncio.gather(*(asyncio.to_thread(ask, losant) for _ in range(5)))
        assert [status for status, _ in answers] == [200] * 5
        losant.requests.assert_called("experienceUsers.get", times=5)

    {mark}
    async def test_after_it(losant):
        assert len(losant.requests) == 0

    def test_without_a_loop(losant):
        assert len(losant.requests) == 0
"""


@pytest.mark.parametrize(
    ("mode", "marks"),
    [
        ("strict", ["@pytest.mark.asyncio", "@pytest.mark.anyio"]),
        ("auto", [""]),
    ],
)
def test_async_tests(suite: Suite, mode: str, marks: list[str]) -> None:
    """Tests that are coroutines use the fixture like others, by whichever plugin they are run."""
    suite.conftest("@pytest.fixture\ndef anyio_backend(): return 'asyncio'")
    suite.tests(
        **{f"test_{index}": ASYNC_TESTS.format(mark=mark) for index, mark in enumerate(marks)}
    )
    result = suite.pytester.runpytest_inprocess(
        "-p",
        "no:cacheprovider",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        f"--asyncio-mode={mode}",
    )
    result.assert_outcomes(passed=3 * len(marks))


@pytest.mark.heavy
def test_xdist(suite: Suite) -> None:
    """Tests that run in several processes at once do not see each other's users."""
    write_suite(suite.pytester.path, 40)
    suite.run("-n", "2").assert_outcomes(passed=40)


@pytest.mark.heavy
def test_xdist_on_one_server(suite: Suite, served: Served) -> None:
    """Nor do they where all processes use the same server."""
    write_suite(suite.pytester.path, 30)
    suite.run(
        "-n", "2", f"--losant-url={served.url}", "--losant-fixtures=empty.yaml"
    ).assert_outcomes(passed=30)


def test_without_the_plugin(suite: Suite) -> None:
    """With ``-p no:losant-mock-server`` there is no fixture, no option and no marker."""
    suite.tests(
        test_it="""
            import sys

            def test_nothing():
                assert not any(name.startswith("mock_server") for name in sys.modules)

            def test_no_fixture(losant):
                pass
        """
    )
    suite.tests(test_marked="@pytest.mark.losant\ndef test_it(): pass")
    off = ("-p", "no:losant-mock-server")
    result = suite.run_apart(*off, "--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines_random(
        ["*fixture 'losant' not found", "*'losant' not found in `markers` configuration option"]
    )
    assert suite.run(*off, "--losant-seed=1").ret == pytest.ExitCode.USAGE_ERROR
