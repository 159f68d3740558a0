"""The README says what is true: its settings, commands and examples.

``python tests/test_readme.py`` writes the table of settings anew.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic.alias_generators import to_camel

import mock_server
from mock_server import FixtureError, Settings
from mock_server.app import ENDPOINTS
from mock_server.cli import main
from mock_server.cli.options import flag_of, metavar_of, variable_of
from mock_server.cli.serve import greeting_text
from mock_server.domain.sources import Sources
from mock_server.seeding.build import load
from mock_server.seeding.documents import (
    AccountFixture,
    ApplicationFixture,
    GroupFixture,
    TokenFixture,
    UserFixture,
)

README = Path(__file__).parent.parent / "README.md"
TABLE = re.compile(
    r"(?<=<!-- settings: written by tests/test_readme.py -->\n).*?(?=<!-- end)", re.S
)


def settings_table() -> str:
    """Return the table of settings as the README should show it."""
    rows = ["| option | environment variable | default | meaning |", "|---|---|---|---|"]
    for name, setting in Settings.model_fields.items():
        default = "" if setting.default in (None, ()) else f"`{setting.default}`"
        option = f"{flag_of(name)} {metavar_of(setting)}".replace("|", "\\|")
        rows.append(f"| `{option}` | `{variable_of(name)}` | {default} | {setting.description} |")
    return "\n".join(rows) + "\n"


def blocks(language: str) -> list[str]:
    """Return the README's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(), re.S)


def commands(program: str) -> list[str]:
    """Return the README's command lines for a program, without their comments."""
    lines = "\n".join(blocks("sh")).splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.startswith(f"{program} ")]


def test_settings_are_documented() -> None:
    """The table of settings is the one that the declarations give."""
    found = TABLE.search(README.read_text())
    assert found is not None
    assert found[0] == settings_table(), "run: python tests/test_readme.py"


@pytest.mark.parametrize("line", commands("mock-server token"))
def test_token_commands_work(line: str) -> None:
    """Each command line for a token prints a token."""
    result = CliRunner().invoke(main, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.output.count(".") == 2


@pytest.mark.parametrize("target", commands("make"))
def test_make_targets_exist(target: str) -> None:
    """Each make command names a target of the Makefile."""
    makefile = (README.parent / "Makefile").read_text()
    assert f"\n{target.split()[1]}:" in makefile


@pytest.mark.parametrize("document", blocks("yaml"))
def test_seed_files_load(document: str, tmp_path: Path) -> None:
    """Each seed file that is shown can be loaded."""
    path = tmp_path / "seeds.yaml"
    path.write_text(document)
    seed = load([str(path)], Sources.of(1))
    assert len(seed.applications) == 1
    assert len(seed.applications[0].users) == 1


def test_context_manager_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example without pytest runs as it stands, and prints a URL and a token."""
    (example,) = [block for block in blocks("python") if "print(losant.url" in block]
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own README
    url, token = capsys.readouterr().out.split()
    assert url.startswith("http://127.0.0.1:")
    assert token.count(".") == 2


def test_fixture_example_runs(pytester: pytest.Pytester) -> None:
    """The pytest example passes in an empty directory."""
    (example,) = [block for block in blocks("python") if "def test_" in block]
    pytester.makepyfile(example)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_counts_of_actions() -> None:
    """As many actions are mocked, and as many not, as the README says."""
    routes = Path(mock_server.__file__).parent / "data" / "routes.json"
    mocked, others = len(ENDPOINTS), len(json.loads(routes.read_text())) - len(ENDPOINTS)
    assert f"{mocked} actions" in README.read_text()
    assert f"other {others} actions" in README.read_text()


def test_greeting_is_as_shown() -> None:
    """The server greets as is shown, but for the token."""
    (shown,) = [block for block in blocks("text") if "answering as" in block]
    world = mock_server.create_app(Settings()).state.worlds.main
    greeting = greeting_text("http://127.0.0.1:8080", world)
    assert re.sub(r"Bearer [^\"]+", "Bearer eyJhbGciOi…", greeting) == shown.strip()


def test_mistakes_are_told_as_shown(tmp_path: Path) -> None:
    """The mistakes that are shown are told together, in these words."""
    (shown,) = [block for block in blocks("text") if block.startswith("Error: ")]
    path = tmp_path / "users.yaml"
    path.write_text(
        "# people\nusers:\n  - email: ann@example.com\n    fristName: Ann\n"
        "    userTags: {}\n\n  - email: bob@example.com\n    firstName: Bob\n    groups: [Slaes]\n"
    )
    with pytest.raises(FixtureError) as error:
        load([str(path)], Sources.of(1))
    assert str(error.value).replace(str(path), "seeds/users.yaml") == shown.removeprefix(
        "Error: "
    ).strip("\n")


def test_properties_of_seed_files_are_documented() -> None:
    """The table of seed files names every property of every object."""
    models: dict[str, Any] = {
        "an account": AccountFixture,
        "an application": ApplicationFixture,
        "a group": GroupFixture,
        "a user": UserFixture,
        "a token": TokenFixture,
    }
    for name, model in models.items():
        row = re.search(rf"^\| {name} \| (.*) \|$", README.read_text(), re.M)
        assert row is not None
        known = {to_camel(name) for name in model.__pydantic_fields__}
        assert known == set(re.findall(r"`(\w+)`", row[1]))
        fields = model.__pydantic_fields__.items()
        required = {to_camel(name) for name, field in fields if field.is_required()}
        assert required == set(re.findall(r"\*\*`(\w+)`\*\*", row[1]))


if __name__ == "__main__":
    README.write_text(TABLE.sub(lambda _: settings_table(), README.read_text()))
