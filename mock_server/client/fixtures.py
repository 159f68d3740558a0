"""Fixtures as the control plane accepts them: names of built-in sets, and documents."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mock_server.client.connection import JsonLines
from mock_server.domain.context import WorldContext
from mock_server.seeds.build import build
from mock_server.seeds.files import (
    Collection,
    Content,
    Source,
    document_of,
    merged,
    read_content,
    read_inline,
    read_sources,
)
from mock_server.seeds.formats import format_of
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.validation import checked

Fixture = str | os.PathLike[str] | Mapping[str, Any]
"""A built-in set by name, a file or directory by path, or a document."""

Fixtures = Fixture | Sequence[Fixture]
"""One fixture, or several."""

Seed = Fixtures | JsonLines
"""What a mock can be seeded with in one request."""

_Stamp = tuple[Path, int, int]
"""A file, its time of modification and its size. They change when its content changes."""


class FixtureFiles:
    """Seed files as documents. A file is read and checked again only when it has changed."""

    def __init__(self) -> None:
        self._contents: dict[_Stamp, Content[Any]] = {}
        self._checked: set[str] = set()

    def documents(self, fixtures: Fixtures) -> list[Any]:
        """Return fixtures as the control plane accepts them: files as documents.

        :raises FixtureError: with all mistakes in all files
        :raises TypeError: for a value that is not a fixture
        """
        return self._documents(_several(fixtures), _is_path, whole=True)

    def body(self, fixtures: Seed, *, whole: bool) -> Any:
        """Return fixtures as one body: a document, or JSON Lines.

        JSON Lines are not checked here: the server reports mistakes with line numbers itself.

        :param whole: whether they replace all records, so they must define whatever they refer to
        :raises FixtureError: with all mistakes in all files
        :raises TypeError: for a value that is not a fixture
        """
        if isinstance(fixtures, JsonLines | Mapping):
            return fixtures  # the server reports the mistakes in a document
        several = _several(fixtures)
        lines = _lines(several)
        if lines is not None:
            return lines
        return merged(self._documents(several, bool, whole=whole))

    def _documents(
        self,
        several: Sequence[str | Mapping[str, Any]],
        is_file: Callable[[str], bool],
        *,
        whole: bool,
    ) -> list[Any]:
        documents: list[Any] = []
        files, others = Collection(self._content), {}
        for index, one in enumerate(several):
            if isinstance(one, str) and is_file(one):
                # A file that is named twice is loaded once.
                documents += map(document_of, files.add([one]))
            else:
                documents.append(one)
                others[f"fixtures[{index}]"] = one
        if files.contents:
            self._check(files, others, whole=whole)
        return documents

    def _check(self, files: Collection, others: Mapping[str, Any], *, whole: bool) -> None:
        """Report all mistakes with their lines, which the server would not know."""
        stamps = [_stamp(path) for path in files.paths]
        key = json.dumps([stamps, others, whole], sort_keys=True, default=str)
        if key in self._checked:
            return
        sources = list(map(checked, files.contents))
        for name, other in others.items():
            sources += _read(name, other)
        mistakes = [mistake for source in sources for mistake in source.mistakes]
        if whole:
            build(sources, WorldContext.of(None))
        elif mistakes:
            raise FixtureError(mistakes)
        self._checked.add(key)

    def _content(self, path: Path) -> Content[Any]:
        stamp = _stamp(path)
        if stamp not in self._contents:
            self._contents[stamp] = read_content(path)
        return self._contents[stamp]


def located(fixtures: Any, folders: Sequence[Path]) -> Any:
    """Return fixtures with names of files in the given folders replaced by their paths."""
    if isinstance(fixtures, str | os.PathLike):
        paths = (folder / fixtures for folder in folders)
        return str(next(filter(Path.exists, paths), fixtures))
    if isinstance(fixtures, Iterable) and not isinstance(fixtures, Mapping):
        return [located(one, folders) for one in fixtures]
    return fixtures


def _several(fixtures: Fixtures) -> list[str | Mapping[str, Any]]:
    """Return fixtures as a list, in which paths are strings.

    :raises TypeError: for a value that is not a fixture
    """
    if isinstance(fixtures, str | os.PathLike | Mapping) or not isinstance(fixtures, Iterable):
        fixtures = [fixtures]
    several = [str(Path(one)) if isinstance(one, os.PathLike) else one for one in fixtures]
    for one in several:
        if not isinstance(one, str | Mapping):
            raise TypeError(
                "fixtures are names of built-in sets, paths, documents, or a list of them,"
                f" not {one!r}"
            )
    return several


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return path.resolve(), status.st_mtime_ns, status.st_size


def _read(name: str, fixture: str | Mapping[str, Any]) -> list[Source]:
    if isinstance(fixture, str):
        return read_sources([fixture])
    return [read_inline(name, fixture)]


def _lines(several: Sequence[str | Mapping[str, Any]]) -> JsonLines | None:
    """Return the content of a JSON Lines file, if it is the only fixture and includes no other."""
    if len(several) != 1 or format_of(Path(str(several[0]))) != "jsonl":
        return None
    try:
        content = Path(str(several[0])).read_bytes()
    except OSError:
        return None  # reported when files are read
    return None if b'"include"' in content or not content.strip() else JsonLines(content)


def _is_path(name: str) -> bool:
    path = Path(name)
    return path.exists() or len(path.parts) > 1 or format_of(path) is not None
