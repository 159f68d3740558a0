"""``mock-server requests`` and ``mock-server verify``."""

from __future__ import annotations

import json

import pytest

from mock_server.cli.requests import PATTERN
from mock_server.schemas.request_pattern import ExpectedRequest
from tests.cli.conftest import Run, Send

ANN = {"email": "ann@example.org", "password": "password1234"}


def test_requests_are_shown_oldest_first(run: Run, send: Send) -> None:
    """Each request is shown with what was sent and answered."""
    send(params={"perPage": 1})
    send("POST", json={"email": "x"})
    result = run("requests")
    lines = result.stdout.splitlines()
    heads = [line for line in lines if line.startswith("#")]
    assert heads[0].startswith("#1 experienceUsers.get GET /applications/")
    assert heads[1].endswith("-> 400")
    assert any('"email": "x"' in line for line in lines)
    assert result.stderr == ""


def test_requests_are_filtered(run: Run, send: Send) -> None:
    """Only those that match are shown, and nothing is said of others."""
    send()
    send("POST", json={"email": "x"})
    result = run("requests", "--action", "experienceUsers.*", "--status", "4xx")
    assert result.stdout.startswith("#2 experienceUsers.post")
    assert "#1" not in result.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "post"],
        ["--path", "*/experience/users"],
        ["--query", "a=1"],
        ["--body", '{"email": "x"}'],
        ["--status", "400"],
    ],
)
def test_every_filter_is_passed_on(options: list[str], run: Run, send: Send) -> None:
    """Each option chooses the request that it describes, and not the other."""
    send("POST", params={"a": "1"}, json={"email": "x"})
    send("PATCH", "/575ec8687ae143cd83dc4a97", json={"email": "y@example.org"})
    result = run("requests", *options)
    assert [line[:2] for line in result.stdout.splitlines() if line.startswith("#")] == ["#1"]


def test_the_newest_are_kept_by_a_limit(run: Run, send: Send) -> None:
    """A limit shows the newest."""
    for page in range(3):
        send(params={"page": page, "perPage": 1})
    result = run("requests", "--limit", "2")
    assert [line[:2] for line in result.stdout.splitlines() if line[0] == "#"] == ["#2", "#3"]


def test_requests_as_json_lines(run: Run, send: Send) -> None:
    """As JSON there is one object a line, named as the control plane names things."""
    send("POST", json=ANN)
    send("POST", json={"email": "ö"})
    first, second = map(json.loads, run("requests", "--json").stdout.splitlines())
    assert first["body"]["email"] == "ann@example.org"
    assert (first["number"], first["status"], first["action"]) == (1, 201, "experienceUsers.post")
    assert first["time"].endswith("Z")
    assert second["body"] == {"email": "ö"}


def test_half_a_surrogate_can_be_printed(run: Run, send: Send) -> None:
    """What no encoding can write is escaped."""
    send("POST", content=b'{"email": "\\ud800"}')
    assert json.loads(run("requests", "--json").stdout)["body"] == {"email": "\ud800"}
    assert "\\ud800" in run("requests").stdout


def test_long_bodies_are_cut(run: Run, send: Send) -> None:
    """A long line ends with how to see all of it."""
    send("POST", json={"email": "x" * 5000})
    result = run("requests")
    assert max(map(len, result.stdout.splitlines())) < 1100
    assert "characters; --json shows them all)" in result.stdout
    assert "pytest" not in result.stdout


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_no_requests_are_no_result(form: list[str], run: Run) -> None:
    """Where there is nothing, nothing is on stdout."""
    result = run("requests", *form)
    assert (result.exit_code, result.stdout) == (0, "")


def test_requests_are_cleared(run: Run, send: Send) -> None:
    """They are forgotten, without a word."""
    send()
    result = run("requests", "clear")
    assert (result.exit_code, result.output) == (0, "")
    assert run("requests").stdout == ""


def test_the_server_says_what_a_status_is(run: Run) -> None:
    """What the server refuses is told in its words, on one line, as wrong usage."""
    result = run("requests", "--status", "9xx")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: status")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["experienceUsers.post"],
        ["experienceUsers.post", "--times", "1"],
        ["experienceUsers.post", "--at-least", "1", "--at-most", "2", "--status", "201"],
        ["experience*", "--body", '{"email": "ann@example.org"}', "--query", "a=1"],
        ["experienceUser.delete", "--times", "0"],
    ],
)
def test_what_holds_is_said_by_the_exit_code_alone(
    arguments: list[str], run: Run, send: Send
) -> None:
    """An assertion that holds is exit code 0 and no word."""
    send("POST", params={"a": "1"}, json=ANN)
    result = run("verify", *arguments)
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["experienceUsers.post", "--times", "2"],
        ["experienceUsers.post", "--at-most", "0"],
        ["experienceUser.delete"],
        ["experienceUsers.post", "--status", "4xx"],
        ["--query", "a=2"],
    ],
)
def test_what_does_not_hold_is_exit_code_1(arguments: list[str], run: Run, send: Send) -> None:
    """An assertion that does not hold is exit code 1."""
    send("POST", params={"a": "1"}, json=ANN)
    assert run("verify", *arguments).exit_code == 1


def test_what_does_not_hold_is_explained(run: Run, send: Send) -> None:
    """Stderr has the nearest request and what is different in it."""
    send("POST", json=ANN)
    result = run("verify", "experienceUsers.post", "--body", '{"email": "bob@example.org"}')
    assert result.stdout == ""
    assert result.stderr.startswith("Error: experienceUsers.post")
    assert 'expected "bob@example.org", was "ann@example.org"' in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--times", "many"],
        ["--times", "-1"],
        ["--times", "1", "--at-least", "1"],
        ["--body", "{"],
        ["--query", "name"],
        ["--status", "9xx"],
        ["one", "two"],
    ],
)
def test_what_can_not_be_asserted_is_exit_code_2(arguments: list[str], run: Run) -> None:
    """Wrong usage is told from an assertion that does not hold."""
    assert run("verify", *arguments).exit_code == 2


def test_options_are_those_of_patterns() -> None:
    """The options that are written by hand are what patterns have, and no others."""
    options = {"body" if name == "json" else name for name in ("action", *PATTERN)}
    assert options == set(ExpectedRequest.model_fields)
