"""``--losant-url``: a server that runs already."""

from __future__ import annotations

import socket

import pytest

from mock_server import LosantMock
from tests.client.servers import Served, serve
from tests.plugin.suite import Suite

HEAVY = '{"fastapi", "starlette", "uvicorn"}'


def test_a_running_server(suite: Suite, served: Served) -> None:
    """Tests use the server there, in worlds of their own, and start none."""
    suite.tests(
        test_it=f"""
            import sys, threading

            def test_seed_of_the_server(losant, ask):
                assert losant.url.startswith("{served.url}/_sandbox/")
                assert ask(losant)[1]["totalCount"] == len(losant.users) == 8
                losant.users.remove(losant.users.list()[0].id)

            @pytest.mark.losant(fixtures="seed.yaml", generate=3)
            def test_fixtures(losant, losant_server):
                assert len(losant.users) == 4
                assert losant_server.url == "{served.url}"

            def test_nothing_here(losant):
                assert len(losant.users) == 8
                assert not {HEAVY} & set(sys.modules)
                assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
        """
    )
    suite.write("seed.yaml", "users: [{email: seeded@example.com}]")
    suite.run_apart(f"--losant-url={served.url}").assert_outcomes(passed=3)
    with LosantMock(served.url) as there:
        assert len(there.users) == 8


def test_fixtures_of_the_ini_file(suite: Suite, served: Served) -> None:
    """Fixtures of the ini file are what worlds hold, though the server has others."""
    suite.write(
        "pytest.ini",
        f"[pytest]\nlosant_url = {served.url}\nlosant_fixtures =\n    a.yaml\n    b.yaml",
    )
    suite.write("a.yaml", "users: [{email: ann@example.com, groups: [Staff]}]")
    suite.write("b.yaml", "groups: [{name: Staff}]")
    suite.tests(
        test_it="""
            def test_usual(losant, losant_server):
                assert losant.users.get("ann@example.com").groups == ("Staff",)
                assert len(losant_server.users) == 8

            @pytest.mark.losant(generate=2)
            def test_more(losant):
                assert len(losant.users) == 3

            @pytest.mark.losant(fixtures=[])
            def test_less(losant):
                assert len(losant.users) == 0
        """
    )
    suite.run().assert_outcomes(passed=3)
    suite.write("b.yaml", "groups: [{name: Stuff}]")
    result = suite.run()
    result.assert_outcomes(errors=2, passed=1)
    path = suite.pytester.path / "a.yaml"
    result.stdout.fnmatch_lines(
        [f'losant: {path}:1: users?0?.groups?0? refers to unknown group "Staff"*']
    )


def test_admin_token(suite: Suite) -> None:
    """A server that wants an admin token gets it; without it there is one message."""
    suite.tests(test_it="def test_it(losant): assert len(losant.users) == 0")
    with serve("--admin-token", "secret") as running:
        url = f"--losant-url={running.url}"
        suite.run(url, "--losant-admin-token=secret").assert_outcomes(passed=1)
        result = suite.run(url)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"no mock server: {running.url}: The control plane requires the*"])
    assert "secret" not in result.stdout.str()


def _unused() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return f"http://127.0.0.1:{found.getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (_unused(), "the mock server at {url} does not answer: *refused"),
        ("localhost:8080", "not the URL of a server: 'localhost:8080'*"),
        ("http://127.0.0.1:1/_sandbox/x", "{url} is a sandbox; give the URL of the whole server"),
    ],
    ids=["nobody there", "no URL", "a sandbox"],
)
def test_no_server(suite: Suite, url: str, message: str) -> None:
    """A server that cannot be used is told once for each test, without a traceback."""
    suite.tests(test_it="def test_it(losant): pass\ndef test_other(losant): pass")
    result = suite.run(f"--losant-url={url}")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines([f"no mock server: {message.format(url=url)}"] * 2)
    assert result.stdout.str().count("\nno mock server: ") == 2
    assert "Traceback" not in result.stdout.str()
    assert "During handling" not in result.stdout.str()


def test_settings_that_come_too_late(suite: Suite, served: Served) -> None:
    """What only a server that starts can take is refused, with what to do."""
    suite.write("pytest.ini", "[pytest]\nlosant_seed = 5")
    suite.tests(test_it="def test_it(losant): pass")
    url = f"--losant-url={served.url}"
    result = suite.run(url, "--losant-max-per-page=5")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            f"no mock server: the server at {served.url} is already running *"
            " set max_per_page, seed when it starts, *"
        ]
    )
    assert "Traceback" not in result.stdout.str()
    suite.run(url, "-o", "losant_seed=").assert_outcomes(passed=1)


def test_a_server_that_ends_meanwhile(suite: Suite) -> None:
    """A test from which the server was taken fails once, with a message and no second error."""
    with serve() as running:
        suite.tests(
            test_it=f"""
                import os, signal

                def test_it(losant):
                    assert len(losant.users) == 0
                    os.kill({running.process.pid}, signal.SIGKILL)
                    os.waitpid({running.process.pid}, 0)
                    losant.users.add("ann@example.com")

                def test_other(losant):
                    losant.token()
            """
        )
        result = suite.run(f"--losant-url={running.url}")
    result.assert_outcomes(failed=2)
    output = result.stdout.str()
    assert output.count(f"(could not be read: the mock server at {running.url} does not") == 2
