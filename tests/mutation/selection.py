"""Choose the tests that a mutant is tried with, and their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tests.mutation.config import Config
from tests.mutation.lines import Lines, Test
from tests.mutation.mutants import Mutant

FIRST_SECONDS = 5
ROUNDS = (1, 4)  # how many tests of one function are in the first round, in the second; then all


def batches(mutant: Mutant, lines: Lines, config: Config) -> list[list[Test]] | None:
    """Return two batches of tests, or None if the changed line was never run.

    The first batch is short: it kills most mutants, and pytest collects only a few files for it.
    """
    recorded = lines.recorded(mutant.file)
    places = [line for line in (mutant.line, mutant.start) if line in recorded]
    # A line within a constant that spans several lines is not run by itself.
    places = places or [
        line for line in lines.statement(mutant.file, mutant.start) if line in recorded
    ]
    if not places:
        return None
    direct = frozenset[str]().union(*(recorded[line] for line in places))
    ordered: list[Test] = []
    if lines.runs_at_import(mutant.file, mutant.line):
        ordered = [lines.tests[name] for name in config.definition_tests if name in lines.tests]
        direct |= lines.mentioning(mutant.file, mutant.line)
    direct -= {test.nodeid for test in ordered}
    nearby = lines.nearby(mutant.file) - direct - {test.nodeid for test in ordered}
    ordered += _ordered(lines.tests[name] for name in direct)
    ordered = _within(ordered, config.seconds)
    room = min(config.nearby_seconds, config.seconds - _seconds(ordered))
    ordered += _within(_ordered(lines.tests[name] for name in nearby), room)
    first = _within(ordered, FIRST_SECONDS)
    return [batch for batch in (first, ordered[len(first) :]) if batch]


def _ordered(tests: Iterable[Test]) -> list[Test]:
    """Order tests so that different ones come first, and the fastest among them.

    Rows of one parametrised function resemble each other, so a round takes a few of each function.
    Within a round the tests of a file stay together, because they share fixtures.
    """
    functions: dict[str, list[Test]] = defaultdict(list)
    for test in sorted(tests, key=lambda test: (test.seconds, test.nodeid)):
        functions[test.nodeid.partition("[")[0]].append(test)
    rounds: list[list[Test]] = [[] for _ in range(len(ROUNDS) + 1)]
    for same in functions.values():
        rest = same
        for round_, size in zip(rounds, ROUNDS, strict=False):
            round_ += rest[:size]
            rest = rest[size:]
        rounds[-1] += rest
    return [test for round_ in rounds for test in _by_file(round_)]


def _by_file(tests: list[Test]) -> list[Test]:
    """Keep the tests of a file together, quick files first."""
    files: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        files[test.nodeid.partition("::")[0]].append(test)
    return [test for file in sorted(files.values(), key=_seconds) for test in file]


def _within(tests: list[Test], seconds: float) -> list[Test]:
    """Return as many of the first tests as fit, and at least one unless there is no time at all."""
    total = 0.0
    for place, test in enumerate(tests):
        if total >= seconds:
            return tests[:place]
        total += test.seconds
    return tests


def _seconds(tests: list[Test]) -> float:
    return sum(test.seconds for test in tests)
