"""``mock-server sandbox``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_server import LosantMock, MockServer
from mock_server.cli import main


@pytest.fixture
def whole() -> Iterator[MockServer]:
    """A server without sandboxes."""
    with MockServer() as server:
        yield server


@pytest.fixture
def sandbox(whole: MockServer) -> Callable[..., Result]:
    """Run the command for sandboxes."""

    def invoke(*arguments: str, **environment: str) -> Result:
        variables = {"MOCK_SERVER_URL": whole.url, **environment}
        return CliRunner().invoke(main, ["sandbox", *arguments], env=variables)

    return invoke


def test_create_prints_the_base_url(whole: MockServer, sandbox: Callable[..., Result]) -> None:
    """Stdout has the URL and nothing else, so that a script can take it."""
    result = sandbox("create", "one")
    assert result.output == f"{whole.url}/_sandbox/one\n"


def test_create_finds_a_name(sandbox: Callable[..., Result]) -> None:
    """Without a name, each sandbox gets a new one."""
    assert sandbox("create").stdout != sandbox("create").stdout


def test_create_fills_it(sandbox: Callable[..., Result], tmp_path: Path) -> None:
    """It holds all fixtures that are named, files of this machine too, and made-up users."""
    path = tmp_path / "seeds.yaml"
    path.write_text("users:\n  - email: ann@example.org\n")
    result = sandbox("create", "--fixtures", "demo", "--fixtures", str(path), "--generate", "3")
    losant = LosantMock(result.stdout.strip())
    counts = [application["users"] for application in losant.info()["applications"]]
    losant.close()
    assert sum(counts) == 8 + 1 + 3


def test_create_tells_mistakes_in_files(sandbox: Callable[..., Result], tmp_path: Path) -> None:
    """A seed file with mistakes is told with its lines, and nothing is made."""
    path = tmp_path / "seeds.yaml"
    path.write_text("users:\n  - email: nobody\n")
    result = sandbox("create", "--fixtures", str(path))
    assert result.exit_code == 1
    assert f"{path}:2: users[0].email must be email format" in result.stderr
    assert sandbox().stdout == ""


@pytest.mark.parametrize("option", [("--fixtures", "nothing"), ("--generate", "-1")])
def test_create_refuses_what_the_server_refuses(
    option: tuple[str, str], sandbox: Callable[..., Result]
) -> None:
    """What the server does not know is wrong usage."""
    result = sandbox("create", *option)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_a_name_that_is_taken_is_an_error(sandbox: Callable[..., Result]) -> None:
    """Exit code 1, and one line."""
    sandbox("create", "one")
    result = sandbox("create", "one")
    assert result.exit_code == 1
    assert result.stderr == 'Error: Sandbox "one" already exists\n'


def test_sandboxes_are_listed(sandbox: Callable[..., Result]) -> None:
    """Their names are printed, oldest first; where there are none, that is no result."""
    assert sandbox().stdout == ""
    sandbox("create", "two")
    sandbox("create", "one")
    assert sandbox("list").stdout == "two\none\n"


def test_sandboxes_are_deleted_by_name(sandbox: Callable[..., Result]) -> None:
    """Several go at once, without a word."""
    for name in ("one", "two", "three"):
        sandbox("create", name)
    assert sandbox("delete", "one", "three").output == ""
    assert sandbox().stdout == "two\n"


def test_the_sandbox_of_the_url_is_deleted(sandbox: Callable[..., Result]) -> None:
    """What create printed can be the URL for everything else, and for create again."""
    url = sandbox("create").stdout.strip()
    assert sandbox("delete", MOCK_SERVER_URL=url).exit_code == 0
    assert sandbox().stdout == ""
    assert sandbox("create", "next", MOCK_SERVER_URL=url).exit_code == 0


def test_a_whole_server_is_not_deleted(sandbox: Callable[..., Result]) -> None:
    """Without a name there must be a sandbox in the URL."""
    assert sandbox("delete").exit_code == 2
