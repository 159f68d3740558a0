"""Fixtures as the control plane takes them: names of shipped sets, and documents."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mock_server.domain.sources import Sources
from mock_server.seeding.build import build
from mock_server.seeding.files import SUFFIXES, fixture_files, read_content, read_inline
from mock_server.seeding.files import read_sources as read_files

Fixture = str | os.PathLike[str] | Mapping[str, Any]
"""A shipped set by name, a file or directory by path, or a document."""

Fixtures = Fixture | Sequence[Fixture]
"""One of them, or several."""

_Stamp = tuple[Path, int, int]
"""A file, with what changes when it does."""


class FixtureFiles:
    """Seed files as documents, read and checked once as long as they do not change."""

    def __init__(self) -> None:
        self._contents: dict[_Stamp, Any] = {}
        self._checked: set[str] = set()

    def documents(self, fixtures: Fixtures) -> list[Any]:
        """Return fixtures as the control plane takes them, which knows no files of ours.

        :raises FixtureError: with all mistakes in all files
        :raises TypeError: for something that is no fixture
        """
        several = _several(fixtures)
        files = [_stamps(one) for one in several]
        if any(stamps is not None for stamps in files):
            self._check(several, files)
        documents: dict[_Stamp | int, Any] = {}
        for index, (one, stamps) in enumerate(zip(several, files, strict=True)):
            if stamps is None:
                documents[index] = one
            else:  # a file that is named twice is loaded once
                documents.update((stamp, self._content(stamp)) for stamp in stamps)
        return list(documents.values())

    def _check(
        self, several: Sequence[str | Mapping[str, Any]], files: Sequence[list[_Stamp] | None]
    ) -> None:
        """Tell all mistakes with their lines, which the server would not know."""
        key = json.dumps([several, files], sort_keys=True, default=str)
        if key in self._checked:
            return
        names = [one for one in several if isinstance(one, str)]
        sources, mistakes = read_files(names)
        for index, one in enumerate(several):
            if not isinstance(one, str):
                source, wrong = read_inline(f"fixtures[{index}]", one)
                sources.append(source)
                mistakes += wrong
        build(sources, mistakes, Sources.of(None))
        self._checked.add(key)

    def _content(self, stamp: _Stamp) -> Any:
        if stamp not in self._contents:
            self._contents[stamp] = read_content(stamp[0])
        return self._contents[stamp]


def located(fixtures: Fixtures, folders: Sequence[Path]) -> Fixtures:
    """Return fixtures with the paths of files and directories that are in one of the folders."""
    if isinstance(fixtures, str | os.PathLike | Mapping):
        return _located(fixtures, folders)
    if isinstance(fixtures, Iterable):
        return [_located(one, folders) for one in fixtures]
    return fixtures


def _located(fixture: Fixture, folders: Sequence[Path]) -> Fixture:
    if not isinstance(fixture, str | os.PathLike):
        return fixture
    paths = (folder / fixture for folder in folders)
    return str(next(filter(Path.exists, paths), fixture))


def _several(fixtures: Fixtures) -> list[str | Mapping[str, Any]]:
    if isinstance(fixtures, str | os.PathLike | Mapping):
        return [_one(fixtures)]
    if isinstance(fixtures, Iterable):
        return list(map(_one, fixtures))
    raise _no_fixture(fixtures)


def _one(fixture: object) -> str | Mapping[str, Any]:
    if isinstance(fixture, os.PathLike):
        return str(Path(fixture))
    if isinstance(fixture, str | Mapping):
        return fixture
    raise _no_fixture(fixture)


def _no_fixture(value: object) -> TypeError:
    return TypeError(
        f"fixtures are names of shipped sets, paths, documents, or a list of them, not {value!r}"
    )


def _stamps(fixture: str | Mapping[str, Any]) -> list[_Stamp] | None:
    """Return the files that a fixture is; None for a document, or a name that the server knows."""
    if not isinstance(fixture, str) or not _is_path(fixture):
        return None
    paths = [path.resolve() for path in fixture_files(fixture)]
    return [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]


def _is_path(name: str) -> bool:
    path = Path(name)
    return path.exists() or len(path.parts) > 1 or path.suffix in SUFFIXES
