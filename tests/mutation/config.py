"""The configuration of a mutation run, and the mutants known to be equivalent."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Config:
    """What ``mutation.toml`` says."""

    packages: list[str]
    ignored_tests: list[str]
    definition_tests: list[str]
    skipped_functions: list[str]
    skipped_calls: list[str]
    skipped_keywords: list[str]
    seconds: float
    nearby_seconds: float

    def files(self, root: Path) -> list[str]:
        """Return the Python files of the packages, relative to the root."""
        found: set[Path] = set()
        for package in self.packages:
            path = root / package
            if not path.exists():
                raise FileNotFoundError(f"mutation.toml: no such file or directory: {package}")
            found.update(path.rglob("*.py") if path.is_dir() else [path])
        return sorted(path.relative_to(root).as_posix() for path in found)


def read_config(path: Path = HERE / "mutation.toml") -> Config:
    """Read the configuration."""
    return Config(**tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Key:
    """What a mutant is recognised by when lines have moved."""

    file: str
    before: str
    after: str


def read_equivalent(path: Path = HERE / "equivalent.toml") -> dict[Key, str]:
    """Read the mutants known to be equivalent, with the reasons."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    return {Key(row["file"], row["before"], row["after"]): row["why"] for row in rows}
