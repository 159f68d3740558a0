"""Try mutants: write one, run its tests, see whether one fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.config import Config
from tests.mutation.lines import Lines, Test
from tests.mutation.mutants import Mutant
from tests.mutation.selection import batches
from tests.mutation.tree import Run, Tree

START_SECONDS = 60  # what pytest may take for collecting
CHUNK = 200


class Outcome(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    NOT_RUN = "not run"  # no test runs the line
    UNSURE = "unsure"  # killed by a test that also fails without the mutant


@dataclass
class Result:
    """A mutant and what became of it."""

    mutant: Mutant
    outcome: Outcome
    by: str = ""
    tests: int = 0
    seconds: float = 0.0


def try_all(
    mutants: Iterable[Mutant],
    trees: list[Tree],
    lines: Lines,
    config: Config,
    tell: Callable[[Result], None],
) -> list[Result]:
    """Try mutants, as many at a time as there are trees."""
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def one(mutant: Mutant) -> Result:
        tree = free.get()
        try:
            result = _try(mutant, tree, lines, config)
        finally:
            tree.restore(lines.root, mutant)
            free.put(tree)
        tell(result)
        return result

    with ThreadPoolExecutor(len(trees)) as pool:
        try:
            return list(pool.map(one, mutants))
        except BaseException:
            pool.shutdown(cancel_futures=True)  # an interrupt ends after the current ones
            raise


def _try(mutant: Mutant, tree: Tree, lines: Lines, config: Config) -> Result:
    chosen = batches(mutant, lines, config)
    if chosen is None:
        return Result(mutant, Outcome.NOT_RUN)
    result = Result(mutant, Outcome.SURVIVED)
    started = time.monotonic()
    tree.write(mutant)
    for batch in chosen:
        run = tree.run(_limits(batch), seconds=START_SECONDS + 10 * _total(batch))
        result.tests += len(batch)
        result.outcome, result.by = _judge(run)
        if result.outcome is not Outcome.SURVIVED:
            break
    result.seconds = time.monotonic() - started
    return result


def _judge(run: Run) -> tuple[Outcome, str]:
    if run.passed:
        return Outcome.SURVIVED, ""
    if run.failed:
        return Outcome.KILLED, run.failed[0]
    if run.code in (None, 1):  # ended from outside, or by the limit of a test
        return Outcome.TIMED_OUT, run.running
    return Outcome.KILLED, run.running or "importing"


def _limits(tests: list[Test]) -> dict[str, float]:
    return {test.nodeid: 20 + 10 * test.seconds for test in tests}


def _total(tests: list[Test]) -> float:
    return sum(test.seconds for test in tests)


def doubt(results: list[Result], tree: Tree, lines: Lines) -> None:
    """Run the tests that killed mutants without any mutant; one that fails proves nothing."""
    killers = sorted({result.by for result in results} & lines.tests.keys())
    failing: set[str] = set()
    for start in range(0, len(killers), CHUNK):
        chunk = [lines.tests[name] for name in killers[start : start + CHUNK]]
        seconds = START_SECONDS + 10 * _total(chunk)
        run = tree.run(_limits(chunk), seconds=seconds, go_on=True)
        failing.update(run.failed, () if run.passed or run.failed else [run.running])
    for result in results:
        if result.by in failing:
            result.outcome = Outcome.UNSURE


def make_trees(root: Path, folder: Path, count: int) -> list[Tree]:
    """Make copies of the repository in a folder."""
    return [Tree(root, folder / f"tree{number}") for number in range(count)]
