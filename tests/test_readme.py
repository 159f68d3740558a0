"""The README says what is true: its settings, commands and examples.

``python tests/test_readme.py`` writes the table of settings anew.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import mock_server
from mock_server import Settings
from mock_server.app import ENDPOINTS
from mock_server.cli import main
from mock_server.cli.options import flag_of, variable_of
from mock_server.domain.sources import Sources
from mock_server.seeding.build import build
from mock_server.seeding.files import read_sources

README = Path(__file__).parent.parent / "README.md"
TABLE = re.compile(
    r"(?<=<!-- settings: written by tests/test_readme.py -->\n).*?(?=<!-- end)", re.S
)


def settings_table() -> str:
    """Return the table of settings as the README should show it."""
    rows = ["| option | environment variable | default | meaning |", "|---|---|---|---|"]
    for name, setting in Settings.model_fields.items():
        default = "" if setting.default in (None, ()) else f"`{setting.default}`"
        rows.append(
            f"| `{flag_of(name)}` | `{variable_of(name)}` | {default} | {setting.description} |"
        )
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
    seed = build(read_sources([str(path)]), Sources.of(1))
    assert len(seed.applications) == 1
    assert len(seed.applications[0].users) == 1


def test_context_manager_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example without pytest runs as it stands, and prints a URL and a token."""
    (example,) = [block for block in blocks("python") if "with MockServer" in block]
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
    """The shown greeting begins with the version that this is."""
    (greeting,) = [block for block in blocks("text") if "answering as" in block]
    assert greeting.startswith(f"losant-mock-server {mock_server.__version__}, answering as")


if __name__ == "__main__":
    README.write_text(TABLE.sub(lambda _: settings_table(), README.read_text()))
