"""``mock-server serve`` as a process, and what keeps it from starting."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner, Result

from mock_server import Settings, create_app
from mock_server.cli import main
from mock_server.cli.serve import greeting_text
from mock_server.settings import ControlPlane
from tests.tools import COMMAND

TIMEOUT = 30


@contextmanager
def serving(
    *command: str, options: Sequence[str] = (), **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server until the end of the block, which gets its process and its greeting."""
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "curl " in line:
                break
        yield process, "".join(lines)
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Served:
    """A server that has answered a request and was stopped by a signal."""

    greeting: str
    response: httpx.Response
    code: int
    log: list[str]


def served(sent: signal.Signals, path: str, **environment: str) -> Served:
    """Run a server, send it a request, and stop it while the client keeps its connection open."""
    with serving(*COMMAND, **environment) as (process, greeting):
        url = re.search(r"http://[^\s\"]+:\d+", greeting)
        assert url is not None
        with httpx.Client(base_url=url[0]) as client:
            response = client.get(path)
            process.send_signal(sent)
            code = process.wait(TIMEOUT)
        return Served(greeting, response, code, process.communicate()[1].splitlines())


@pytest.fixture(scope="module")
def text() -> Served:
    """A server that logs text, with a variable in its environment that is misspelt."""
    return served(
        signal.SIGTERM,
        "/applications/575ec8687ae143cd83dc4a97/experience/users?access_token=secret",
        MOCK_SERVER_FIXTURE="demo",
        MOCK_SERVER_URL="http://127.0.0.1:8080",
    )


@pytest.fixture(scope="module")
def as_json() -> Served:
    """A server that logs JSON."""
    return served(signal.SIGINT, "/nowhere", MOCK_SERVER_LOG_FORMAT="json")


@pytest.fixture(scope="module")
def with_settings() -> Served:
    """A server with settings in its environment."""
    return served(
        signal.SIGHUP, "/_mock/health", MOCK_SERVER_FIXTURES="demo", MOCK_SERVER_JWT_SECRET="short"
    )


def test_the_printed_curl_line_works() -> None:
    """The greeting shows a URL, an application, an account, and a request that is answered."""
    with serving(*COMMAND) as (_, text):
        request = re.search(r'curl -H "Authorization: (Bearer \S+)" (\S+)', text)
        assert request is not None
        response = httpx.get(request[2], headers={"Authorization": request[1]})
    assert response.status_code == 200
    assert response.json()["totalCount"] == 0
    assert response.json()["applicationId"] in text
    assert "admin@example.com with password password1234" in text


@pytest.mark.parametrize("name", ["text", "as_json", "with_settings"])
def test_it_stops_on_a_signal(name: str, request: pytest.FixtureRequest) -> None:
    """SIGTERM, SIGINT and SIGHUP end it with exit code 0, even while a client is connected."""
    server: Served = request.getfixturevalue(name)
    assert server.response.status_code in (200, 401, 405)
    assert server.code == 0
    assert not any("Traceback" in line for line in server.log)


def test_requests_are_logged_on_one_line(text: Served) -> None:
    """Action, status, milliseconds and error type are logged, and no token."""
    (_, line) = text.log
    assert re.match(
        r"experienceUsers\.get 401 \d+\.\d ms GET /applications/\w+/experience/users", line
    )
    assert line.endswith("?access_token=[hidden] Unauthorized: Invalid access token")
    assert "secret" not in line


def test_json_log(as_json: Served) -> None:
    """With --log-format json, greeting and requests are JSON, one object a line."""
    start = json.loads(as_json.greeting)
    (line,) = as_json.log
    entry = json.loads(line)
    assert start["controlPlane"] == f"{start['url']}/_mock"
    assert start["applicationId"] == "575ec8687ae143cd83dc4a97"
    assert (entry["action"], entry["status"], entry["error"]) == (None, 405, "MethodNotAllowed")


FLIPPED: dict[str, Any] = {
    "host": "127.0.0.2",
    "fixtures": ["demo"],
    "generate": 2,
    "locales": ["ja_JP"],
    "seed": 7,
    "log_format": "json",
    "journal_requests": 5,
    "journal_bytes": 5000,
    "filter_case": "sensitive",
    "duplicate_email_status": 409,
    "missing_token_status": 401,
    "foreign_application_status": 403,
    "unknown_group_ids": "ignore",
    "max_per_page": 50,
}
"""For each setting that is shown a value that is not its default."""


@pytest.mark.parametrize("how", ["flags", "environment"])
def test_every_setting_reaches_the_server(how: str) -> None:
    """What flags or variables say is what the server goes by."""
    hidden = {"jwt_secret", "admin_token", "control_plane", "port"}
    assert set(FLIPPED) | hidden == set(Settings.model_fields)
    given = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in {**FLIPPED, "admin_token": "s3cret"}.items()
    }
    if how == "flags":
        called = {"locales": "locale"}
        flags = [(f"--{called.get(n, n).replace('_', '-')}", value) for n, value in given.items()]
        server = serving(*COMMAND, options=[word for flag in flags for word in flag])
    else:
        server = serving(
            *COMMAND, **{f"MOCK_SERVER_{name.upper()}": value for name, value in given.items()}
        )
    with server as (_, text):
        url = json.loads(text)["url"]
        assert url.startswith("http://127.0.0.2:")
        assert httpx.get(f"{url}/_mock/info").status_code == 401
        info = httpx.get(f"{url}/_mock/info", headers={"Authorization": "Bearer s3cret"}).json()
        assert {name: info["settings"][name] for name in FLIPPED} == FLIPPED
        assert info["applications"][0]["users"] == 10


def test_settings_come_from_the_environment(with_settings: Served) -> None:
    """An environment variable sets what a flag does not."""
    assert "Lindenhof Greenhouses" in with_settings.greeting
    assert with_settings.response.json() == {"status": "ok"}


def test_a_misspelt_variable_is_warned_about(text: Served) -> None:
    """An environment variable that is no setting is told with the one that was meant."""
    (warning, _) = text.log
    assert warning == (
        "WARNING MOCK_SERVER_FIXTURE is not a setting and is ignored; did you mean"
        " MOCK_SERVER_FIXTURES?"
    )


def test_in_the_background() -> None:
    """Started by ``nohup`` with ``&``, it survives its terminal, and still stops on Ctrl-C.

    A shell has SIGINT ignored in the background jobs of a script, and nohup has SIGHUP ignored.
    """
    background = ["sh", "-c", 'trap "" INT HUP; exec "$@"', "sh", *COMMAND]
    with serving(*background) as (process, greeting):
        url = re.search(r"http://\S+:\d+", greeting)
        assert url is not None
        process.send_signal(signal.SIGHUP)
        with httpx.Client(base_url=url[0]) as client:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
            assert client.get("/_mock/health").json() == {"status": "ok"}
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) == 0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(), "http://localhost/_mock/docs"),
        (Settings(admin_token="s3cret"), "http://localhost/_mock/docs (requires the admin token)"),
        (Settings(control_plane=ControlPlane.OFF), "off"),
    ],
)
def test_the_greeting_tells_of_the_control_plane(settings: Settings, told: str) -> None:
    """The greeting says where the control plane is, and who gets in; never with what."""
    text = greeting_text("http://localhost", create_app(settings).state.worlds.main)
    assert f"  Control plane  {told}\n" in text
    assert "s3cret" not in text


def refused(*arguments: str) -> Result:
    """Run a server that cannot start, in this process."""
    return CliRunner().invoke(main, ["serve", "--port", "0", *arguments])


def test_a_taken_port_is_told_in_one_line() -> None:
    """A port that something listens on already is an error of one line, with exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = refused("--port", str(taken.getsockname()[1]))
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "cannot listen on 127.0.0.1" in result.stderr


def test_wrong_fixtures_refuse_to_start(tmp_path: Path) -> None:
    """Mistakes in a seed file are told with their lines, and nothing is served."""
    seeds = tmp_path / "seeds.yaml"
    seeds.write_text("users:\n  - email: nobody\n  - {email: a@b.co, groups: [Ghosts]}\n")
    result = refused("--fixtures", str(seeds))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{seeds}:2: users[0].email must be email format" in result.stderr
    assert "Traceback" not in result.stderr
