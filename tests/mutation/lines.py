"""Which tests run which lines, from one recorded run of all tests."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import coverage


@dataclass(frozen=True)
class Test:
    """A test that passed while recording."""

    nodeid: str
    seconds: float
    fixtures: tuple[str, ...]


class Lines:
    """What was recorded in a folder. Paths are relative to ``root``."""

    def __init__(self, folder: Path, root: Path, files: list[str]) -> None:
        self.root = root
        self.files = files
        self.tests: dict[str, Test] = {}
        for path in sorted(folder.glob("tests-*.json")):
            for nodeid, row in json.loads(path.read_text(encoding="utf-8")).items():
                if row["passed"]:
                    self.tests[nodeid] = Test(nodeid, row["seconds"], tuple(row["fixtures"]))
        self.data = coverage.CoverageData(str(folder / "lines"))
        self.data.read()

    @lru_cache  # noqa: B019 - one instance lives as long as the run
    def recorded(self, file: str) -> dict[int, frozenset[str]]:
        """Return the tests by line. A line that ran only at import has no tests."""
        by_line = self.data.contexts_by_lineno(file)
        return {
            line: frozenset().union(*(self._tests(context) for context in contexts))
            for line, contexts in by_line.items()
        }

    def runs_at_import(self, file: str, line: int) -> bool:
        """Return whether a line is outside of functions' bodies."""
        functions = (
            node
            for node in ast.walk(ast.parse(self._text(file)))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        return not any(node.body[0].lineno <= line <= (node.end_lineno or 0) for node in functions)

    def statement(self, file: str, line: int) -> range:
        """Return the lines of the innermost statement at a line, of a block only its head."""
        found = range(line, line + 1)
        for node in ast.walk(ast.parse(self._text(file))):  # outer nodes come first
            if isinstance(node, ast.stmt):
                body = getattr(node, "body", None)
                end = body[0].lineno - 1 if body else (node.end_lineno or node.lineno)
                head = range(node.lineno, max(end, node.lineno) + 1)
                found = head if line in head else found
        return found

    def nearby(self, file: str) -> frozenset[str]:
        """Return the tests that run any line of a file."""
        return frozenset().union(*self.recorded(file).values())

    def mentioning(self, file: str, line: int) -> frozenset[str]:
        """Return the tests that use one of the names that are bound at a line.

        They run a line with the name, or the name is in their own file. This is for lines that
        run when a module is imported: constants, defaults of parameters, fields of classes.
        """
        names = _names(ast.parse(self._text(file)), line)
        if not names:
            return frozenset()
        word = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        running = (
            self.recorded(other).get(number, frozenset())
            for other in self.files
            for number, text in enumerate(self._text(other).splitlines(), 1)
            if word.search(text)
        )
        saying = (tests for path, tests in self._by_file.items() if word.search(self._text(path)))
        return frozenset().union(*running, *saying)

    @lru_cache  # noqa: B019 - one instance lives as long as the run
    def _text(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8")

    @lru_cache  # noqa: B019 - one instance lives as long as the run
    def _tests(self, context: str) -> frozenset[str]:
        if not context.startswith("fixture:"):
            return frozenset({context} & self.tests.keys())
        _, name, scope = context.split(":", 2)
        users = self._by_fixture[name]
        return frozenset(nodeid for nodeid in users if nodeid.startswith(scope))

    @cached_property
    def _by_file(self) -> dict[str, list[str]]:
        files: dict[str, list[str]] = defaultdict(list)
        for nodeid in self.tests:
            files[nodeid.partition("::")[0]].append(nodeid)
        return files

    @cached_property
    def _by_fixture(self) -> dict[str, list[str]]:
        users: dict[str, list[str]] = defaultdict(list)
        for test in self.tests.values():
            for name in test.fixtures:
                users[name].append(test.nodeid)
        return users


def _names(module: ast.Module, line: int) -> set[str]:
    """Return the names bound by the statements of a module, or of its classes, around a line."""
    names: set[str] = set()
    body: list[ast.stmt] = module.body
    while body:
        around = [node for node in body if node.lineno <= line <= (node.end_lineno or 0)]
        around += [node for node in body if line in _decorator_lines(node)]
        body = []
        for node in around:
            names |= _bound(node)
            if isinstance(node, ast.ClassDef):
                body = node.body
    return names


def _decorator_lines(node: ast.stmt) -> range:
    decorators = getattr(node, "decorator_list", [])
    return range(decorators[0].lineno, node.lineno) if decorators else range(0)


def _bound(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = (inner for target in targets for inner in ast.walk(target))
            return {inner.id for inner in found if isinstance(inner, ast.Name)}
        case _:
            return set()
