"""Find the places of a file that can be changed, and change them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst import matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider

from tests.mutation.config import Config, Key
from tests.mutation.operators import OPERATORS

TYPE_NAME = re.compile(r"_?[A-Z]+[a-z]\w*")
NOT_CODE = (
    m.Annotation()
    | m.Import()
    | m.ImportFrom()
    | m.SimpleStatementLine([m.Expr(m.SimpleString() | m.ConcatenatedString())])
    | m.Assign([m.AssignTarget(m.Name("__all__") | m.Name("__slots__"))])
    | m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias")))
    | m.If(test=m.Name("TYPE_CHECKING") | m.Attribute(attr=m.Name("TYPE_CHECKING")))
)


@dataclass(frozen=True)
class Mutant:
    """One changed file.

    ``line`` is the first line that differs and ``start`` that of the node that was replaced.
    They are not the same when a call is spread over several lines.
    """

    file: str
    line: int
    start: int
    before: str
    after: str
    code: str

    @property
    def key(self) -> Key:
        return Key(self.file, self.before, self.after)


@dataclass(frozen=True)
class Candidate:
    """A node, and what may stand in its place."""

    node: cst.CSTNode
    replacement: cst.CSTNode
    line: int


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.found: list[Candidate] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, NOT_CODE) or self._is_skipped(node) or _is_type_alias(node):
            return False
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self._add(node, operator(node))
        return True

    def _add(self, node: cst.CSTNode, replacements: Iterable[cst.CSTNode]) -> None:
        position = self.get_metadata(PositionProvider, node, None)
        if position is not None:
            line = position.start.line
            self.found.extend(Candidate(node, replacement, line) for replacement in replacements)

    def _is_skipped(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.FunctionDef(name=cst.Name(name)):
                return name in self.config.skipped_functions
            case cst.Call(func=cst.Name(name) | cst.Attribute(attr=cst.Name(name))):
                return name in self.config.skipped_calls
            case cst.Arg(keyword=cst.Name(name)):
                return name in self.config.skipped_keywords
            case _:
                return False


def _is_type_alias(node: cst.CSTNode) -> bool:
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(name))], value=value):
            looks_like = m.Subscript() | m.BinaryOperation(operator=m.BitOr())
            return bool(TYPE_NAME.fullmatch(name)) and m.matches(value, looks_like)
        case _:
            return False


class Source:
    """A file, and what can be changed in it."""

    def __init__(self, root: Path, file: str, config: Config) -> None:
        self.file = file
        self.code = (root / file).read_text(encoding="utf-8")
        wrapper = MetadataWrapper(cst.parse_module(self.code))
        finder = _Finder(config)
        wrapper.visit(finder)
        self.module = wrapper.module
        self.candidates = finder.found

    def by_line(self) -> dict[int, list[Candidate]]:
        """Return the candidates by the line that they start on."""
        lines: dict[int, list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            lines[candidate.line].append(candidate)
        return lines

    def mutate(self, candidate: Candidate) -> Mutant | None:
        """Return the mutant, or None if it is not valid Python or not a change."""
        changed = self.module.deep_replace(candidate.node, candidate.replacement)
        if not isinstance(changed, cst.Module) or changed.code == self.code:
            return None
        try:
            compile(changed.code, self.file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return None
        line, before, after = _difference(self.code, changed.code)
        return Mutant(self.file, line, candidate.line, before, after, changed.code)

    def mutants(self) -> Iterator[Mutant]:
        """Make every mutant of the file."""
        for candidate in self.candidates:
            mutant = self.mutate(candidate)
            if mutant is not None:
                yield mutant


def _difference(old: str, new: str) -> tuple[int, str, str]:
    """Return the number of the first line that differs, and the lines that differ."""
    before, after = old.splitlines(), new.splitlines()
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    return (
        start + 1,
        " ".join(line.strip() for line in before[start : len(before) - end]),
        " ".join(line.strip() for line in after[start : len(after) - end]),
    )


def _common(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def sample(sources: list[Source], count: int, seed: int) -> list[Mutant]:
    """Draw lines at random and make one mutant of each: the same ones for the same seed.

    Drawing lines first keeps a line with many possible mutants (a call with five texts) from
    counting more than a comparison.
    """
    random_ = random.Random(seed)  # noqa: S311 - not a secret
    places = [
        (source, group) for source in sources for _, group in sorted(source.by_line().items())
    ]
    random_.shuffle(places)
    drawn: list[Mutant] = []
    for source, group in places:
        if len(drawn) == count:
            break
        random_.shuffle(group)
        made = (source.mutate(candidate) for candidate in group)
        mutant = next((mutant for mutant in made if mutant is not None), None)
        if mutant is not None:
            drawn.append(mutant)
    return drawn
