"""Options, help and errors of the command line."""

from __future__ import annotations

import jwt
import pytest
from click.testing import CliRunner, Result

from mock_server import Settings
from mock_server.cli import COMMANDS, main
from mock_server.cli.options import flag_of, unknown_variables
from mock_server.cli.parameters import duration

SECRET = "a secret that is long enough for HS256"


def run(*arguments: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, arguments, env=dict(environment))


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_teaches(command: list[str]) -> None:
    """Every command explains itself."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")


def test_every_setting_is_an_option() -> None:
    """The help of serve names each setting's flag, variable and default."""
    text = " ".join(run("serve", "--help").output.split())
    for name, setting in Settings.model_fields.items():
        assert f"{flag_of(name)} " in text
        assert f"MOCK_SERVER_{name.upper()}" in text
        if isinstance(setting.default, int):
            assert f"MOCK_SERVER_{name.upper()}; default: {setting.default}" in text


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (["--port", "x"], {}, "--port: "),
        (["--port", "65536"], {}, "--port: "),
        ([], {"MOCK_SERVER_PORT": "x"}, "MOCK_SERVER_PORT: "),
        (["--filter-case", "upper"], {}, "--filter-case: "),
        ([], {"MOCK_SERVER_DUPLICATE_EMAIL_STATUS": "418"}, "MOCK_SERVER_DUPLICATE_EMAIL_STATUS: "),
        (["--jwt-secret", ""], {}, "--jwt-secret: "),
    ],
)
def test_an_invalid_value_is_named(
    arguments: list[str], environment: dict[str, str], named: str
) -> None:
    """A wrong value refuses to start, with exit code 2 and the name of its flag or variable."""
    result = run("serve", *arguments, **environment)
    assert result.exit_code == 2
    assert named in result.output


def test_token_claims() -> None:
    """The token command signs the scopes, application and expiry that it is given."""
    result = run(
        "token",
        *("--scope", "experienceUsers.get", "--scope", "experienceUser.get"),
        *("--application-id", "575EC8687AE143CD83DC4A97"),
        *("--expires-in", "1h", "--jwt-secret", SECRET),
    )
    claims = jwt.decode(result.output.strip(), SECRET, algorithms=["HS256"])
    assert claims["scope"] == ["experienceUsers.get", "experienceUser.get"]
    assert claims["applicationId"] == "575ec8687ae143cd83dc4a97"
    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.parametrize(
    "arguments", [["--expires-in", "soon"], ["--application-id", "zz"], ["--bogus"]]
)
def test_token_refuses_what_it_does_not_understand(arguments: list[str]) -> None:
    """Wrong usage of the token command ends with exit code 2 and no token."""
    result = run("token", *arguments)
    assert result.exit_code == 2
    assert "Error: " in result.output


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 - nothing listens
        ("::", "http://[::1]:80"),
        ("fe80::1", "http://[fe80::1]:80"),
        ("mock.example.com", "http://mock.example.com:80"),
    ],
)
def test_where_a_server_is_reached(host: str, url: str) -> None:
    """A server that listens everywhere is reached here, and IPv6 addresses have brackets."""
    assert Settings(host=host, port=80).url == url


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("15m", 900), ("-1h", -3600), ("1.5d", 129600), ("250ms", 0.25)],
)
def test_durations(text: str, seconds: float) -> None:
    """A number with a unit, which may be left out, have a fraction, and be negative."""
    assert duration(text).total_seconds() == seconds


def test_variables_that_are_no_settings() -> None:
    """Variables are looked at in whatever case; those of others do not matter."""
    names = ["PATH", "MOCK_SERVER_PORT", "mock_server_seed", "MOCK_SERVER_URL", "mock_server_prot"]
    (told,) = unknown_variables(names)
    assert told.startswith("mock_server_prot is not a setting")
    assert told.endswith("MOCK_SERVER_PORT?")


def test_health_without_a_server() -> None:
    """The health command fails in one line where nothing listens."""
    result = run("health", "--port", "1")
    assert result.exit_code == 1
    assert "does not answer" in result.output


@pytest.mark.parametrize(("called", "meant"), [("genrate", "generate"), ("pul", "pull")])
def test_a_misspelt_command(called: str, meant: str) -> None:
    """What is nearest is suggested, and nothing where nothing is near."""
    result = CliRunner().invoke(main, [called])
    assert result.exit_code == 2
    assert f"No such command '{called}'. Did you mean '{meant}'?" in result.stderr
    assert "Did you mean" not in CliRunner().invoke(main, ["xyzzy"]).stderr
