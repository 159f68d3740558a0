"""Where commands look for a server, and what they say when something is wrong there."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from mock_server import LosantMock, MockServer
from mock_server.cli import SECTIONS, LazyGroup, main
from tests.cli.conftest import Run

REMOTE = tuple(SECTIONS["For a running server"])


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    """A server that is no mock server."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Page) as other:
        thread = threading.Thread(target=other.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{other.server_port}"
        other.shutdown()
        thread.join()


def test_the_url_is_an_option(server: MockServer, run: Run) -> None:
    """The option wins over the environment variable."""
    result = run("clock", "--url", server.url, MOCK_SERVER_URL="http://127.0.0.1:1")
    assert result.exit_code == 0


def test_the_url_follows_the_port_setting(server: MockServer) -> None:
    """Without a URL, the server is looked for at the port of the environment."""
    port = server.url.rpartition(":")[2]
    result = CliRunner().invoke(main, ["clock"], env={"MOCK_SERVER_PORT": port})
    assert result.exit_code == 0


def test_a_sandbox_is_an_option(server: MockServer, losant: LosantMock, run: Run) -> None:
    """A sandbox can be named beside the URL of the whole server."""
    name = losant.name or ""
    assert run("snapshot", "save", "here", "--url", server.url, "--sandbox", name).exit_code == 0
    assert run("snapshot").stdout == "here\n"
    assert "here" not in run("snapshot", "--url", server.url).stdout


def test_a_name_that_none_can_have_is_wrong_usage(run: Run) -> None:
    """What cannot be the name of a sandbox is refused before anything is asked."""
    result = run("reset", "--sandbox", "a/../b é")
    assert result.exit_code == 2
    assert "is not a valid name" in result.stderr


@pytest.mark.parametrize("command", [("reset",), ("requests",), ("verify",), ("export",)])
def test_nothing_listens(command: tuple[str, ...], run: Run) -> None:
    """Where nothing listens, one line says where it was looked for and what to do."""
    result = run(*command, MOCK_SERVER_URL="http://127.0.0.1:1")
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: the mock server at http://127.0.0.1:1 does not answer: ")
    assert line.endswith("start one with mock-server serve, or give its URL with --url")


@pytest.mark.parametrize(
    "url", ["nonsense", "http://127.0.0.1:99999", "http://[::1", "ftp://a", "http://a b"]
)
def test_what_is_no_url_is_wrong_usage(url: str, run: Run) -> None:
    """Something that is no URL of a server is refused by the name of its option."""
    result = run("reset", "--url", url)
    assert result.exit_code == 2
    assert "--url" in result.stderr


def test_an_impossible_host_is_told_in_one_line(run: Run) -> None:
    """A host that nothing can be called is an error of one line."""
    result = run("reset", "--url", "http://a..b")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_another_server_is_told_in_one_line(page: str, run: Run) -> None:
    """A server that answers something else is told from a mock server."""
    result = run("snapshot", "--url", page)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {page} ")


def test_a_deleted_sandbox_is_told_in_one_line(server: MockServer, run: Run) -> None:
    """A sandbox that was deleted is not made again."""
    server.in_sandbox("deleted").delete()
    result = run("clock", "--url", server.url, "--sandbox", "deleted")
    assert result.exit_code == 1
    assert "there is no sandbox deleted" in result.stderr


def test_the_admin_token_is_asked_for() -> None:
    """A server with an admin token lets in nobody without, and the error names the option."""
    with MockServer(admin_token="s3cret") as server:
        refused = CliRunner().invoke(main, ["reset", "--url", server.url])
        option = CliRunner().invoke(main, ["reset", "--url", server.url, "--admin-token", "s3cret"])
        variables = {"MOCK_SERVER_URL": server.url, "MOCK_SERVER_ADMIN_TOKEN": "s3cret"}
        variable = CliRunner().invoke(main, ["reset"], env=variables)
    assert refused.exit_code == 1
    assert "--admin-token" in refused.stderr
    assert (option.exit_code, variable.exit_code) == (0, 0)


def test_a_token_that_no_header_can_hold_is_no_traceback(server: MockServer, run: Run) -> None:
    """Even an impossible admin token is an error of one line."""
    result = run("reset", "--url", server.url, "--admin-token", "…")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_help_lists_what_the_commands_say() -> None:
    """The short texts in the help are the first lines of the commands' own."""
    context = click.Context(main)
    assert isinstance(main, LazyGroup)
    for section in SECTIONS.values():
        for name, text in section.items():
            command = main.get_command(context, name)
            assert command is not None
            assert command.get_short_help_str(100) == text


def test_help_is_quick() -> None:
    """No help loads a server, and that of a command for a running one not even the settings.

    Progress bars are loaded when the first is shown.
    """
    script = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from mock_server.cli import main\n"
        f"for name in {REMOTE!r}:\n"
        "    assert CliRunner().invoke(main, [name, '--help']).exit_code == 0\n"
        "CliRunner().invoke(main, ['--help'])\n"
        "print([one for one in ('fastapi', 'uvicorn', 'pydantic', 'rich') if one in sys.modules])\n"
        "import mock_server.cli.serve, mock_server.cli.pull\n"
        "print('rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\nFalse\n", done.stderr


def test_from_another_process(losant: LosantMock) -> None:
    """As a program of its own it prints results on stdout, and loads no server for that."""
    script = (
        "import sys\n"
        "from mock_server.cli import main\n"
        "main(['snapshot', 'save', 'one'], standalone_mode=False)\n"
        "main(['snapshot'], standalone_mode=False)\n"
        "print([one for one in ('fastapi', 'uvicorn') if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "MOCK_SERVER_URL": losant.url},
    )
    assert (done.stdout, done.stderr) == ("one\n[]\n", "")
