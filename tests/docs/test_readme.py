"""The README says what is true: its settings, commands and examples.

``python -m tests.docs.test_readme`` writes the table of settings anew.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter

import mock_server
from mock_server import FixtureError, Settings
from mock_server.app import ROUTERS
from mock_server.cli import main
from mock_server.cli.options import flag_of, metavar_of, variable_of
from mock_server.cli.serve import greeting_text
from mock_server.domain.context import WorldContext
from mock_server.seeds.build import load
from mock_server.seeds.documents import (
    AccountFixture,
    ApplicationFixture,
    FixtureDocument,
    GroupFixture,
    TokenFixture,
    UserFixture,
    names_of_properties,
)
from mock_server.seeds.formats import shipped_sets
from tests.client.servers import serve
from tests.docs.documents import CONTRIBUTING, README, blocks, command_lines
from tests.tools import needs

TABLE = re.compile(
    r"(?<=<!-- settings: written by tests/docs/test_readme.py -->\n).*?(?=<!-- end)", re.S
)


def settings_table() -> str:
    """Return the table of settings as the README should show it."""
    rows = ["| option | environment variable | default | meaning |", "|---|---|---|---|"]
    for name, setting in Settings.model_fields.items():
        default = "" if setting.default in (None, ()) else f"`{setting.default}`"
        option = f"{flag_of(name)} {metavar_of(name)}".replace("|", "\\|")
        rows.append(f"| `{option}` | `{variable_of(name)}` | {default} | {setting.description} |")
    return "\n".join(rows) + "\n"


def test_settings_are_documented() -> None:
    """The table of settings is the one that the declarations give."""
    found = TABLE.search(README.read_text())
    assert found is not None
    assert found[0] == settings_table(), "run: python -m tests.docs.test_readme"


@pytest.mark.parametrize("line", command_lines(README, "mock-server token"))
def test_token_commands_work(line: str) -> None:
    """Each command line for a token prints a token."""
    result = CliRunner().invoke(main, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.output.count(".") == 2


@pytest.mark.parametrize(
    "target", command_lines(README, "make") + command_lines(CONTRIBUTING, "make")
)
def test_make_targets_exist(target: str) -> None:
    """Each make command names a target of the Makefile."""
    makefile = (README.parent / "Makefile").read_text()
    assert f"\n{target.split()[1]}:" in makefile


@pytest.mark.parametrize("document", blocks(README, "yaml"))
def test_seed_files_load(document: str, tmp_path: Path) -> None:
    """Each seed file that is shown can be loaded."""
    path = tmp_path / "seeds.yaml"
    path.write_text(document)
    seed = load([str(path)], WorldContext.of(1))
    assert len(seed.applications) == 1
    assert len(seed.applications[0].users) == 1


def test_fixture_examples_run(pytester: pytest.Pytester) -> None:
    """The pytest examples pass in an empty directory."""
    examples = [block for block in blocks(README, "python") if "def test_" in block]
    for number, example in enumerate(examples):
        pytester.makepyfile(**{f"test_{number}": example})
    pytester.runpytest_inprocess("-p", "no:asyncio").assert_outcomes(passed=2)


DATA = ("Seed files", "Built-in sets", "Generated users", "Copies of production users")
"""The headings of the sections about data."""


def data_commands() -> list[str]:
    """Return the commands about data, in their order."""
    pattern = rf"^## (?:{'|'.join(DATA)})\n.*?(?=^## )"
    sections = re.findall(pattern, README.read_text(), re.M | re.S)
    assert len(sections) == len(DATA)
    scripts = [script for one in sections for script in re.findall(r"```sh\n(.*?)```", one, re.S)]
    lines = [line.split("  #")[0].strip() for line in "\n".join(scripts).splitlines()]
    return [line for line in lines if line.startswith("mock-server ")]


def test_commands_about_data_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands about data, one after the other, do what is said around them."""
    (short, *_) = blocks(README, "yaml")
    (tmp_path / "seeds.yaml").write_text(short)
    monkeypatch.chdir(tmp_path)
    with mock_server.MockServer(fixtures=["demo"]) as server:
        environment = {"MOCK_SERVER_URL": server.url, "MOCK_SERVER_PULL_TOKEN": server.token()}
        commands = data_commands()
        for line in commands:
            _, name, *arguments = shlex.split(line)
            if name == "serve":
                with serve(*arguments) as served, mock_server.LosantMock(served.url) as losant:
                    assert len(losant.users) > 0, line
                continue
            if name == "pull":
                arguments += ["--base-url", server.url]
            result = CliRunner().invoke(main, [name, *arguments], env=environment)
            assert result.exit_code == 0, f"{line}\n{result.output}"
        assert len(server.users) == 58
    names = {line.split()[1] for line in commands}
    assert names == {"check", "serve", "schema", "export", "load", "generate", "pull"}


def test_json_lines_load(tmp_path: Path) -> None:
    """The lines that are shown can be loaded."""
    (shown,) = [block for block in blocks(README, "json") if '{"version"' in block]
    path = tmp_path / "seeds.jsonl"
    path.write_text(shown)
    (planted,) = load([str(path)], WorldContext.of(1)).applications
    assert [group.name for group in planted.users[0].groups] == ["Sales"]


def test_shipped_sets_are_listed() -> None:
    """The table of sets names each of them."""
    text = README.read_text()
    assert [name for name in shipped_sets() if f"\n| `{name}` |" not in text] == []


@needs("curl")
def test_curl_lines_work() -> None:
    """The curl lines, one after the other against one server, are all answered."""
    with mock_server.MockServer() as server:
        for line in command_lines(README, "curl"):
            command = line.replace("http://127.0.0.1:8080", server.url)
            run = ["bash", "-c", f"{command} -sS --fail-with-body"]
            answer = subprocess.run(run, capture_output=True, text=True, check=False, timeout=30)
            assert answer.returncode == 0, f"{line}\n{answer.stdout}{answer.stderr}"


def test_counts_of_actions() -> None:
    """As many actions are mocked, and as many not, as the README says."""
    routes = Path(mock_server.__file__).parent / "data" / "routes.json"
    mocked = sum(len(router.routes) for router in ROUTERS)
    others = len(json.loads(routes.read_text())) - mocked
    assert f"{mocked} actions" in README.read_text()
    assert f"other {others} actions" in README.read_text()


def test_greeting_is_as_shown() -> None:
    """The server greets as is shown, but for the token."""
    (shown,) = [block for block in blocks(README, "text") if "answering as" in block]
    world = mock_server.create_app(Settings()).state.worlds.main
    greeting = greeting_text("http://127.0.0.1:8080", world)
    assert re.sub(r"Bearer [^\"]+", "Bearer eyJhbGciOi…", greeting) == shown.strip()


def test_log_line_is_as_shown() -> None:
    """The log line has the reason that is shown; tests of the log hold its form."""
    (shown,) = [block for block in blocks(README, "text") if block.startswith("experienceGroups")]
    with mock_server.MockServer() as server:
        path = f"/applications/{server.application_id}/experience/groups"
        token = server.token("experienceUsers.get")
        httpx.get(server.url + path, headers={"Authorization": f"Bearer {token}"})
        request = server.requests.last()
    line = f"{request.action} {request.status} 0.4 ms GET {path} {request.error}: {request.reason}"
    assert line.startswith(shown.strip().removesuffix("…"))


def test_mistakes_are_told_as_shown(tmp_path: Path) -> None:
    """The mistakes that are shown are told together, in these words."""
    (shown,) = [block for block in blocks(README, "text") if block.startswith("Error: ")]
    path = tmp_path / "users.yaml"
    path.write_text(
        "# people\nusers:\n  - email: ann@example.com\n    fristName: Ann\n"
        "    userTags: {}\n\n  - email: bob@example.com\n    firstName: Bob\n    groups: [Slaes]\n"
        "groups: [{name: Sales}]\n"
    )
    with pytest.raises(FixtureError) as error:
        load([str(path)], WorldContext.of(1))
    assert str(error.value).replace(str(path), "seeds/users.yaml") == shown.removeprefix(
        "Error: "
    ).strip("\n")


def test_properties_of_seed_files_are_documented() -> None:
    """The table of seed files names every property of every object."""
    models: dict[str, Any] = {
        "the file": FixtureDocument,
        "an account": AccountFixture,
        "an application": ApplicationFixture,
        "a group": GroupFixture,
        "a user": UserFixture,
        "a token": TokenFixture,
    }
    for name, model in models.items():
        row = re.search(rf"^\| {name} \| (.*) \|$", README.read_text(), re.M)
        assert row is not None
        assert set(names_of_properties(model)) == set(re.findall(r"`([$\w]+)`", row[1]))
        schema = TypeAdapter(model).json_schema()
        schema = schema["$defs"]["GroupFixture"] if model is GroupFixture else schema
        required = set(schema.get("required", ()))
        assert required == set(re.findall(r"\*\*`(\w+)`\*\*", row[1]))


if __name__ == "__main__":
    README.write_text(TABLE.sub(lambda _: settings_table(), README.read_text()))
