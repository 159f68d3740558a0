"""Fixture files: found, read, and checked for their form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import files
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any

from mock_server.seeding.documents import FixtureDocument
from mock_server.seeding.form import read_document
from mock_server.seeding.mistakes import FixtureError, Mistake, Path, unreadable

SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class Source:
    """A document and the text that it was read from, if it was read from text."""

    name: str
    text: str | None = field(repr=False)
    document: FixtureDocument = field(repr=False)

    def mistake(self, path: Path, reason: str) -> Mistake:
        """Return a mistake at a place in this document."""
        return _mistake(self.name, self.text, path, reason)


def read_sources(names: Sequence[str]) -> tuple[list[Source], list[Mistake]]:
    """Return the documents in files, directories (files in name order) and shipped sets.

    Mistakes of form do not keep a document from being returned, with what is wrong left out, so
    that the rest of it can be looked at too.
    """
    sources: dict[FilePath, Source] = {}
    mistakes: list[Mistake] = []
    for name in names:
        try:
            paths = fixture_files(name)
        except FixtureError as error:
            mistakes += error.mistakes
            continue
        for path in paths:
            if path.resolve() in sources:
                continue
            try:
                sources[path.resolve()], wrong = _read(path)
                mistakes += wrong
            except FixtureError as error:
                mistakes += error.mistakes
    return list(sources.values()), mistakes


def read_inline(name: str, content: object) -> tuple[Source, list[Mistake]]:
    """Return the document that a decoded JSON value is, without what is wrong in it, and that.

    :param name: what mistakes call the document; they have no lines
    """
    document, errors = read_document(content)
    wrong = [_mistake(name, None, error.path, error.reason) for error in errors]
    return Source(name, None, document), wrong


def read_content(path: FilePath) -> Any:
    """Return what stands in a file, decoded but not checked.

    :raises FixtureError: when it can not be read
    """
    return _decoded(path, _text(path))


def shipped_sets() -> dict[str, FilePath]:
    """Return the sets that come with the package: name → file."""
    package = FilePath(str(files("mock_server")))
    # In a wheel they lie inside the package, in a checkout beside it.
    for folder in (package / "fixtures", package.parent / "fixtures"):
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES}
    return {}


def fixture_files(name: str) -> list[FilePath]:
    """Return the file of this name, or those of the directory, or that of the shipped set.

    :raises FixtureError: when there is no such thing
    """
    path = FilePath(name)
    try:
        if path.is_dir():
            return sorted(filter(_is_fixture_file, path.iterdir()))
    except OSError as error:
        raise unreadable(name, None, f"can not be read: {error.strerror}") from None
    if path.exists():
        return [path]
    shipped = shipped_sets()
    if name in shipped:
        return [shipped[name]]
    known = ", ".join(shipped)
    raise FixtureError([Mistake(name, None, (), f"is no file, directory or shipped set ({known})")])


def _is_fixture_file(path: FilePath) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".")


def _read(path: FilePath) -> tuple[Source, list[Mistake]]:
    name, text = str(path), _text(path)
    document, errors = read_document(_decoded(path, text))
    wrong = [_mistake(name, text, error.path, error.reason) for error in errors]
    return Source(name, text, document), wrong


def _text(path: FilePath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise unreadable(str(path), None, f"can not be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise unreadable(str(path), None, f"is not UTF-8 (byte {error.start})") from None


def _decoded(path: FilePath, text: str) -> Any:
    name = str(path)
    content = _json(name, text) if path.suffix == ".json" else _yaml().load(name, text)
    # An empty file, or one with comments only, is an empty document.
    return {} if content is None else content


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise unreadable(name, error.lineno, f"is not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise unreadable(name, None, f"can not be read: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        given = [name for name, _ in pairs]
        twice = next(name for name in names if given.count(name) > 1)
        raise ValueError(f'an object has "{twice}" twice')
    return names


def _yaml() -> ModuleType:
    """Return the module that reads YAML; most servers start without it, and faster so."""
    return import_module("mock_server.seeding.yaml_text")


def _mistake(name: str, text: str | None, path: Path, reason: str) -> Mistake:
    return Mistake(name, None if text is None else _line(text, path), path, reason)


def _line(text: str, path: Path) -> int | None:
    try:
        line: int | None = _yaml().line_of(text, path)
    except RecursionError:  # deeper than the YAML reader goes
        return None
    return line
