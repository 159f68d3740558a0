"""``mock-server serve`` as a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import Settings, create_app
from mock_server.cli.serve import greeting_text
from mock_server.settings import ControlPlane

COMMAND = [sys.executable, "-m", "mock_server"]
TIMEOUT = 30
Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that are ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def greeting(process: subprocess.Popen[str]) -> str:
    """Return what the server prints when it has started."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "curl " in line:
            break
    return "".join(lines)


def test_the_printed_curl_line_works(serve: Serve) -> None:
    """The greeting shows a URL, an application, an account, and a request that is answered."""
    text = greeting(serve())
    request = re.search(r'curl -H "Authorization: (Bearer \S+)" (\S+)', text)
    assert request is not None
    response = httpx.get(request[2], headers={"Authorization": request[1]})
    assert response.status_code == 200
    assert response.json()["totalCount"] == 0
    assert response.json()["applicationId"] in text
    assert "admin@example.com with password password1234" in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_on_a_signal(serve: Serve, number: signal.Signals) -> None:
    """A signal ends it with exit code 0, even while a client keeps its connection open."""
    process = serve()
    url = re.search(r"http://\S+:\d+", greeting(process))
    assert url is not None
    with httpx.Client(base_url=url[0]) as client:
        assert client.get("/_mock/health").json() == {"status": "ok"}
        process.send_signal(number)
        assert process.wait(TIMEOUT) == 0
    assert "Traceback" not in process.communicate()[1]


def test_requests_are_logged_on_one_line(serve: Serve) -> None:
    """Action, status, milliseconds and error type are logged, and no token."""
    process = serve()
    url = re.search(r"http://\S+:\d+/applications/\w+", greeting(process))
    assert url is not None
    httpx.get(f"{url[0]}/experience/users?access_token=secret")
    process.terminate()
    (line,) = process.communicate(timeout=TIMEOUT)[1].splitlines()
    assert re.match(
        r"experienceUsers\.get 401 \d+\.\d ms GET /applications/\w+/experience/users", line
    )
    assert line.endswith("?access_token=[hidden] Unauthorized: Invalid access token")
    assert "secret" not in line


def test_json_log(serve: Serve) -> None:
    """With --log-format json, greeting and requests are JSON, one object a line."""
    process = serve("--log-format", "json")
    start = json.loads(greeting(process))
    httpx.get(f"{start['url']}/nowhere")
    process.terminate()
    (line,) = process.communicate(timeout=TIMEOUT)[1].splitlines()
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
def test_every_setting_reaches_the_server(serve: Serve, how: str) -> None:
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
        process = serve(*(word for flag in flags for word in flag))
    else:
        process = serve(**{f"MOCK_SERVER_{name.upper()}": value for name, value in given.items()})
    url = json.loads(greeting(process))["url"]
    assert url.startswith("http://127.0.0.2:")
    assert httpx.get(f"{url}/_mock/info").status_code == 401
    info = httpx.get(f"{url}/_mock/info", headers={"Authorization": "Bearer s3cret"}).json()
    assert {name: info["settings"][name] for name in FLIPPED} == FLIPPED
    assert info["applications"][0]["users"] == 10


def test_settings_come_from_the_environment(serve: Serve) -> None:
    """An environment variable sets what a flag does not."""
    process = serve(MOCK_SERVER_FIXTURES="demo", MOCK_SERVER_JWT_SECRET="short")
    assert "Lindenhof Greenhouses" in greeting(process)


def test_a_misspelt_variable_is_warned_about(serve: Serve) -> None:
    """An environment variable that is no setting is told with the one that was meant."""
    process = serve(MOCK_SERVER_FIXTURE="demo", MOCK_SERVER_URL="http://127.0.0.1:8080")
    greeting(process)
    process.terminate()
    (line,) = process.communicate(timeout=TIMEOUT)[1].splitlines()
    assert line == (
        "WARNING MOCK_SERVER_FIXTURE is no setting and is ignored; did you mean"
        " MOCK_SERVER_FIXTURES?"
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(), "http://localhost/_mock/docs"),
        (Settings(admin_token="s3cret"), "http://localhost/_mock/docs (wants the admin token)"),
        (Settings(control_plane=ControlPlane.OFF), "off"),
    ],
)
def test_the_greeting_tells_of_the_control_plane(settings: Settings, told: str) -> None:
    """The greeting says where the control plane is, and who gets in; never with what."""
    text = greeting_text("http://localhost", create_app(settings).state.worlds.main)
    assert f"  Control plane  {told}\n" in text
    assert "s3cret" not in text


def test_a_taken_port_is_told_in_one_line(serve: Serve) -> None:
    """A port that something listens on already is an error of one line, with exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = serve("--port", str(taken.getsockname()[1]))
        out, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "can not listen on 127.0.0.1" in err


def test_wrong_fixtures_refuse_to_start(serve: Serve, tmp_path: Path) -> None:
    """Mistakes in a seed file are told with their lines, and nothing is served."""
    seeds = tmp_path / "seeds.yaml"
    seeds.write_text("users:\n  - email: nobody\n  - {email: a@b.co, groups: [Ghosts]}\n")
    process = serve("--fixtures", str(seeds))
    out, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert out == ""
    assert f"{seeds}:2: users[0].email must be email format" in err
    assert "Traceback" not in err
