"""The tool that changes the code, on a small project."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import coverage
import pytest

from tests.mutation.config import HERE, Config, Key, read_config
from tests.mutation.lines import Lines
from tests.mutation.mutants import Mutant, Source, sample
from tests.mutation.report import Report
from tests.mutation.trial import Outcome, Result, doubt, make_trees, try_all

CODE = '''"""A module."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

LIMIT = 3
WORDS = frozenset(
    (
        "one",
        "two",
    )
)


def allowed(number: int) -> bool:
    """Return whether a number is allowed."""
    return number < LIMIT


def count_down(number: int) -> int:
    while number > 0:
        number -= 1
    return number


def never() -> int:
    return 5


class Thing:
    def __repr__(self) -> str:
        return "thing"
'''
TESTS = """from package.code import WORDS, allowed, count_down

def test_allowed():
    assert allowed(1)

def test_count_down():
    assert count_down(2) == 0

def test_words():
    assert "two" in WORDS
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one module and one file of tests."""
    root = tmp_path / "project"
    shutil.copytree(HERE, root / "tests" / "mutation")
    (root / "package").mkdir()
    (root / "package" / "code.py").write_text(CODE)
    (root / "tests" / "test_code.py").write_text(TESTS)
    (root / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = ['-pno:asyncio']\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.fixture
def config() -> Config:
    """A configuration for the project."""
    return replace(read_config(), packages=["package"], ignored_tests=["tests/mutation"])


@pytest.fixture
def source(project: Path, config: Config) -> Source:
    """The module."""
    return Source(project, "package/code.py", config)


def test_the_configuration_names_what_exists() -> None:
    """Otherwise code that moved would drop out of the run."""
    assert read_config().files(HERE.parent.parent)


def test_a_package_that_has_moved_is_an_error(project: Path, config: Config) -> None:
    """The message names the package."""
    with pytest.raises(FileNotFoundError, match="gone"):
        replace(config, packages=["gone"]).files(project)


def test_mutants_of_a_file(source: Source) -> None:
    """Operators of mutmut and our own are applied."""
    made = {(mutant.line, mutant.after) for mutant in source.mutants()}
    assert {
        (8, "LIMIT = 4"),
        (8, "LIMIT = None"),
        (12, '"TWO",'),
        (19, "return number <= LIMIT"),
        (19, "return None"),
        (23, "while not (number > 0):"),
        (24, "number += 1"),
    } <= made


def test_types_docstrings_and_skipped_functions_are_left_alone(source: Source) -> None:
    """All other lines with code have mutants."""
    lines = {mutant.line for mutant in source.mutants()}
    assert lines == {8, 9, 10, 11, 12, 19, 23, 24, 25, 29}


def test_a_seed_draws_the_same_lines_and_each_once(source: Source) -> None:
    """Another seed draws other mutants."""
    drawn = sample([source], 6, seed=1)
    assert drawn == sample([source], 6, seed=1)
    assert drawn != sample([source], 6, seed=2)
    assert len({mutant.start for mutant in drawn}) == 6


@pytest.mark.heavy
def test_what_becomes_of_mutants(
    project: Path, config: Config, source: Source, tmp_path: Path
) -> None:
    """A mutant survives without the test that would notice it, and the copy is put right."""
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    trees = make_trees(project, tmp_path / "trees", 1)
    trees[0].record(recorded, config.files(project), config.ignored_tests, workers=0)
    whole = coverage.Coverage(str(recorded / "lines"), config_file=False, messages=False)
    whole.combine([str(recorded)])
    whole.save()
    lines = Lines(recorded, project, config.files(project))

    wanted = {
        "return number <= LIMIT": Outcome.SURVIVED,
        '"TWO",': Outcome.KILLED,
        "return 6": Outcome.NOT_RUN,
    }
    mutants = [mutant for mutant in source.mutants() if mutant.after in wanted]
    results: list[Result] = []
    try_all(mutants, trees, lines, config, results.append)
    doubt(results, trees[0], lines)
    assert {result.mutant.after: result.outcome for result in results} == wanted
    assert (trees[0].folder / "package" / "code.py").read_text() == CODE


def test_the_score_leaves_out_equivalent_mutants() -> None:
    """Lines that no test runs count against it."""
    mutants = [Mutant("package/code.py", n, n, "x", f"x{n}", "") for n in range(4)]
    outcomes = [Outcome.KILLED, Outcome.TIMED_OUT, Outcome.SURVIVED, Outcome.NOT_RUN]
    results = [Result(*pair) for pair in zip(mutants, outcomes, strict=True)]
    report = Report(results, {Key("package/code.py", "x", "x2"): "why"}, ["package"])
    assert report.score == pytest.approx(2 / 3)
    assert [result.mutant.after for result in report.alive] == ["x3"]
