"""The result of a mutation run, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation.config import Key
from tests.mutation.trial import Outcome, Result

KILLED = (Outcome.KILLED, Outcome.TIMED_OUT)
COLUMNS = ("mutants", "killed", "timed out", "survived", "not run", "unsure", "equivalent", "score")


@dataclass(frozen=True)
class Report:
    """Results, and the mutants known to be equivalent."""

    results: list[Result]
    equivalent: dict[Key, str]
    packages: list[str]

    @property
    def alive(self) -> list[Result]:
        """Mutants that nothing killed, without those known to be equivalent."""
        return [
            result
            for result in self.results
            if result.outcome not in KILLED and result.mutant.key not in self.equivalent
        ]

    @property
    def score(self) -> float:
        return _score(self._count(self.results))

    def _count(self, results: list[Result]) -> Counter[str]:
        counts: Counter[str] = Counter(mutants=len(results))
        for result in results:
            alike = result.outcome not in KILLED and result.mutant.key in self.equivalent
            counts["equivalent" if alike else result.outcome] += 1
        return counts

    def as_text(self) -> str:
        """Return a table by package, and the survivors."""
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in self.results:
            groups[_package(result.mutant.file, self.packages)].append(result)
        width = max(map(len, [*groups, "all"]))
        rows = [" " * width + "".join(f"{name:>12}" for name in COLUMNS)]
        rows += [_row(name.ljust(width), self._count(groups[name])) for name in sorted(groups)]
        rows.append(_row("all".ljust(width), self._count(self.results)))
        rows += [_described(result) for result in self.alive]
        return "\n".join(rows)

    def as_json(self) -> dict[str, Any]:
        """Return everything, also which test killed which mutant."""
        return {
            "score": round(self.score, 4),
            "counts": dict(self._count(self.results)),
            "mutants": [self._as_row(result) for result in self.results],
        }

    def _as_row(self, result: Result) -> dict[str, Any]:
        mutant = result.mutant
        return {
            "file": mutant.file,
            "line": mutant.line,
            "before": mutant.before,
            "after": mutant.after,
            "outcome": result.outcome,
            "equivalent": self.equivalent.get(mutant.key),
            "by": result.by,
            "tests": result.tests,
            "seconds": round(result.seconds, 1),
        }


def read_alive(path: Path) -> list[Key]:
    """Return the mutants of an earlier report that nothing killed."""
    rows = json.loads(path.read_text(encoding="utf-8"))["mutants"]
    return [
        Key(row["file"], row["before"], row["after"])
        for row in rows
        if row["outcome"] not in KILLED and row["equivalent"] is None
    ]


def _described(result: Result) -> str:
    mutant = result.mutant
    by = f", by {result.by}" if result.by else f" {result.tests} tests" if result.tests else ""
    return (
        f"\n{mutant.file}:{mutant.line}: {result.outcome}{by}"
        f"\n  - {mutant.before}\n  + {mutant.after}"
    )


def _row(name: str, counts: Counter[str]) -> str:
    figures = "".join(f"{counts[column]:>12}" for column in COLUMNS[:-1])
    return f"{name}{figures}{_score(counts):>12.1%}"


def _score(counts: Counter[str]) -> float:
    total = counts["mutants"] - counts["equivalent"]
    return sum(counts[outcome] for outcome in KILLED) / total if total else 1.0


def _package(file: str, packages: list[str]) -> str:
    return next((name for name in packages if file == name or file.startswith(f"{name}/")), file)
