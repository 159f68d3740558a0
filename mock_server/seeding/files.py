"""Fixture files: found, read, and checked for their form."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mock_server.domain import problems
from mock_server.seeding.documents import FIXTURE_MODELS, FixtureDocument
from mock_server.seeding.mistakes import FixtureError, Mistake, Path, unreadable

SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class Source:
    """A document and the text that it was read from."""

    name: str
    text: str
    document: FixtureDocument

    def mistake(self, path: Path, reason: str) -> Mistake:
        """Return a mistake at a place in this document."""
        return Mistake(self.name, _yaml().line_of(self.text, path), path, reason)


def read_sources(names: Sequence[str]) -> list[Source]:
    """Return the documents in files, directories (files in name order) and shipped sets.

    :raises FixtureError: with all mistakes of form in all files
    """
    sources: list[Source] = []
    mistakes: list[Mistake] = []
    for name in names:
        try:
            paths = _paths(name)
        except FixtureError as error:
            mistakes += error.mistakes
            continue
        for path in paths:
            try:
                sources.append(_read(path))
            except FixtureError as error:
                mistakes += error.mistakes
    if mistakes:
        raise FixtureError(mistakes)
    return sources


def shipped_sets() -> dict[str, FilePath]:
    """Return the sets that come with the package: name → file."""
    package = FilePath(str(files("mock_server")))
    # In a wheel they lie inside the package, in a checkout beside it.
    for folder in (package / "fixtures", package.parent / "fixtures"):
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES}
    return {}


def _paths(name: str) -> list[FilePath]:
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


def _read(path: FilePath) -> Source:
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise unreadable(name, None, f"can not be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise unreadable(name, None, f"is not UTF-8 (byte {error.start})") from None
    content = _json(name, text) if path.suffix == ".json" else _yaml().load(name, text)
    try:
        # An empty file, or one with comments only, is an empty document.
        return Source(
            name, text, FixtureDocument.model_validate({} if content is None else content)
        )
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise FixtureError([_mistake(name, text, detail) for detail in details]) from None


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


def _mistake(name: str, text: str, detail: ErrorDetails) -> Mistake:
    path = detail["loc"]
    context = detail.get("ctx", {})
    if "words" in context:
        path, reason = (*path, *context["path"]), context["words"]
    elif detail["type"] == "missing":
        reason = problems.REQUIRED
    elif detail["type"] == "extra_forbidden":
        reason = _unknown_property(str(path[-1]))
    else:
        reason = f"is wrong: {detail['msg'][0].lower()}{detail['msg'][1:]}"
    return Mistake(name, _yaml().line_of(text, path), path, reason)


def _unknown_property(name: str) -> str:
    known = {str(field.alias) for model in FIXTURE_MODELS for field in model.model_fields.values()}
    close = difflib.get_close_matches(name, known, n=1)
    return "is not a known property" + (f"; did you mean {close[0]}?" if close else "")
