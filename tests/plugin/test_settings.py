"""Settings of the server that the plugin starts."""

from __future__ import annotations

from pathlib import Path

from mock_server import Settings
from mock_server.pytest_plugin import declared_settings
from tests.plugin.suite import Suite

VALUES = {
    "fixtures": "seed.yaml",
    "generate": 2,
    "locales": "ja_JP",
    "seed": 7,
    "jwt_secret": "a secret that is long enough for everybody",
    "admin_token": "an admin's token",
    "journal_requests": 5,
    "journal_bytes": 5000,
    "filter_case": "sensitive",
    "duplicate_email_status": 409,
    "missing_token_status": 401,
    "foreign_application_status": 403,
    "unknown_group_ids": "ignore",
    "max_per_page": 50,
}
"""For each setting a value that is not its default."""

NOT_FOR_TESTS = {"host", "port", "log_format", "control_plane"}

CHECK = f"""
    import jwt

    VALUES = {VALUES!r}

    def test_settings(losant_server, losant):
        shown = losant.info()["settings"]
        secret = VALUES["jwt_secret"]
        assert jwt.decode(losant.token(), secret, ["HS256"], options={{"verify_iat": False}})
        assert losant_server.info()["settings"]["seed"] == 7
        assert [Path(name).name for name in shown.pop("fixtures")] == [VALUES["fixtures"]]
        assert shown.pop("locales") == [VALUES["locales"]]
        assert {{name: shown[name] for name in VALUES if name in shown}} == {{
            name: value for name, value in VALUES.items()
            if name not in ("fixtures", "locales", "jwt_secret", "admin_token")
        }}
        seeded, *made_up = losant.users
        assert (seeded.email, len(made_up)) == ("seeded@example.com", 2)

    def test_the_admin_token_is_wanted(losant, ask):
        from http.client import HTTPConnection
        connection = HTTPConnection(losant.url.removeprefix("http://").partition("/")[0])
        connection.request("GET", "/_mock/info")
        assert connection.getresponse().status == 401
        connection.close()
"""

SEED = "users: [{email: seeded@example.com}]"


def flag(name: str) -> str:
    """Return the option of a setting."""
    return f"--losant-{name.replace('_', '-')}"


def test_every_setting_but_a_few_is_an_option() -> None:
    """A new setting is an option here too, unless its declaration says that it is none."""
    declared = declared_settings()
    assert set(declared) == set(Settings.model_fields) - NOT_FOR_TESTS == set(VALUES)
    for name, description in declared.items():
        assert description == Settings.model_fields[name].description
    assert all(value != Settings.model_fields[name].default for name, value in VALUES.items())


def test_settings_in_the_ini_file(suite: Suite) -> None:
    """Every setting can stand in the ini file; paths of fixtures begin at the root."""
    lines = [f"losant_{name} = {value}" for name, value in VALUES.items()]
    suite.write("pytest.ini", "\n".join(["[pytest]", *lines]))
    suite.write("seed.yaml", SEED)
    suite.tests(**{"deep/test_it": CHECK})
    suite.pytester.chdir()
    (suite.pytester.path / "elsewhere").mkdir()
    suite.pytester._monkeypatch.chdir(suite.pytester.path / "elsewhere")
    suite.run("../deep").assert_outcomes(passed=2)


def test_settings_on_the_command_line(suite: Suite) -> None:
    """Every setting can stand on the command line, where it wins; an empty one takes it back."""
    suite.write("pytest.ini", "[pytest]\nlosant_seed = 3\nlosant_max_per_page = 3")
    suite.write("seed.yaml", SEED)
    suite.tests(test_it=CHECK)
    suite.run(*(f"{flag(name)}={value}" for name, value in VALUES.items())).assert_outcomes(
        passed=2
    )
    suite.tests(
        test_it="def test_default(losant): assert losant.info()['settings']['seed'] is None"
    )
    suite.run("--losant-seed=").assert_outcomes(passed=1)


def test_overridden_settings(suite: Suite, tmp_path: Path) -> None:
    """``losant_settings`` in ``conftest.py`` says what the server is given, paths too."""
    suite.conftest(
        """
        from pathlib import Path

        @pytest.fixture(scope="session")
        def losant_settings(losant_settings):
            return {**losant_settings, "fixtures": [Path("seed.yaml"), "demo"], "max_per_page": 2}
        """
    )
    suite.write("seed.yaml", SEED)
    suite.tests(
        test_it="""
            def test_it(losant, ask):
                assert len(losant.users) == 9
                assert ask(losant, path="users?perPage=1000")[1]["perPage"] == 2
                assert losant.info()["settings"]["seed"] == 5
        """
    )
    suite.run("--losant-seed=5", "--losant-max-per-page=7").assert_outcomes(passed=1)


def test_an_overridden_server(suite: Suite) -> None:
    """``losant_server`` in ``conftest.py`` is what sandboxes are made on, with its seed."""
    suite.conftest(
        """
        from mock_server import MockServer

        @pytest.fixture(scope="session")
        def losant_server():
            with MockServer(fixtures=["demo"]) as server:
                yield server
        """
    )
    suite.tests(
        test_it="""
            def test_it(losant, losant_server):
                assert losant.url.startswith(losant_server.url)
                assert len(losant.users) == 8

            @pytest.mark.losant(generate=2)
            def test_generated(losant):
                assert len(losant.users) == 10
        """
    )
    suite.run("--losant-fixtures=nobody/asks.yaml").assert_outcomes(passed=2)


def test_wrong_settings(suite: Suite) -> None:
    """All wrong values are told at once, by their names here, and nothing else is."""
    suite.tests(test_it="def test_it(losant): pass\ndef test_other(losant): pass")
    result = suite.run("--losant-max-per-page=many", "--losant-filter-case=odd", "--losant-seed=1")
    result.assert_outcomes(errors=2)
    output = result.stdout.str()
    message = "no mock server: losant_filter_case: input should be 'insensitive' or 'sensitive'\n"
    message += "losant_max_per_page: input should be a valid integer"
    # In CI, pytest's summary shows them once more.
    assert output.partition("short test summary")[0].count(message) == 2
    assert "Traceback" not in output
    assert "pydantic" not in output
    assert "conftest.py" not in output


def test_settings_that_are_none(suite: Suite) -> None:
    """What ``losant_settings`` gives that is no setting is told by its name."""
    suite.conftest(
        """
        @pytest.fixture(scope="session")
        def losant_settings():
            return {"max_perpage": 5, "port": -1}
        """
    )
    suite.tests(test_it="def test_it(losant): pass")
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*max_perpage is not a setting; did you mean max_per_page?*"])


def test_a_port_that_is_taken(suite: Suite) -> None:
    """A server that cannot listen says so without a traceback."""
    suite.conftest(
        """
        import socket

        @pytest.fixture(scope="session")
        def losant_settings():
            with socket.create_server(("127.0.0.1", 0)) as taken:
                yield {"port": taken.getsockname()[1]}
        """
    )
    suite.tests(test_it="def test_it(losant): pass")
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["no mock server: cannot listen on 127.0.0.1 port *"])
    assert "Traceback" not in result.stdout.str()


def test_wrong_fixtures_of_the_server(suite: Suite) -> None:
    """Mistakes in seed files are told with file and line, all of them."""
    suite.write("pytest.ini", "[pytest]\nlosant_fixtures =\n    seed.yaml\n    nowhere")
    suite.write("seed.yaml", "users:\n  - {email: a@example.com}\n  - {email: nobody}\n")
    suite.tests(test_it="def test_it(losant): pass")
    result = suite.run()
    result.assert_outcomes(errors=1)
    output = result.stdout.str()
    assert f"{suite.pytester.path / 'seed.yaml'}:3: users[1].email must be email format" in output
    assert "nowhere: is not a file, a directory or a built-in set (demo" in output
    assert "Traceback" not in output
