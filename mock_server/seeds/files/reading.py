"""Seed files and those that they include: read, decoded, and checked for their form."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any, BinaryIO

from mock_server.domain.progress import Progress, no_progress
from mock_server.seeds.files import json_lines, json_text
from mock_server.seeds.files.content import Content, Source
from mock_server.seeds.formats import fixture_files, format_of
from mock_server.seeds.mistakes import FixtureError, Mistake, unreadable
from mock_server.seeds.validation import read_document

_NO_FILES = "works in seed files only; send the included documents with this one"
_LINES_A_STEP = 4096
"""Lines between two reports of progress."""


def read_sources(
    names: Sequence[str], progress: Progress = no_progress
) -> tuple[list[Source], list[Mistake]]:
    """Return the documents in files, directories (in the order of their names) and built-in sets.

    What a document includes comes before it, and each file comes once. A document with mistakes of
    form is returned without them, so that the rest of it can be checked too.
    """
    files = Collection(lambda path: decoded(path, progress))
    files.add(names)
    return files.sources()


def read_inline(name: str, value: object) -> tuple[Source, list[Mistake]]:
    """Return the document that a decoded JSON value is, without its mistakes of form, and these.

    :param name: the name of the document in mistakes, which have no lines
    """
    return _checked_inline(Content(name, value))


def read_lines_inline(name: str, lines: Iterable[bytes]) -> tuple[Source, list[Mistake]]:
    """Return the document that JSON Lines are, without its mistakes of form, and these.

    :param name: the name of the document in mistakes
    :raises FixtureError: when the first line shows that this is not JSON Lines
    """
    return _checked_inline(json_lines.read(name, lines))


def read_content(path: FilePath) -> Content:
    """Return the content of a file, decoded but not checked.

    :raises FixtureError: when it cannot be read
    """
    return decoded(path, as_given=True)


def decoded(path: FilePath, progress: Progress = no_progress, *, as_given: bool = False) -> Content:
    """Return the content of a file.

    :param as_given: see :func:`mock_server.seeds.files.json_lines.read`
    :raises FixtureError: when it cannot be read
    """
    name, form = str(path), format_of(path)
    try:
        with path.open("rb") as file:
            if form == "jsonl":
                return json_lines.read(name, _tracked(file, name, progress), as_given=as_given)
            content = file.read()
    except OSError as error:
        raise unreadable(name, None, f"cannot be read: {error.strerror}") from None
    return _decoded(name, content, json_text if form == "json" else _yaml())


def decoded_text(name: str, content: bytes) -> Content:
    """Return the content of a text in JSON or YAML, whichever it is.

    :raises FixtureError: when it is neither
    """
    try:
        return _decoded(name, content, json_text)
    except FixtureError:
        return _decoded(name, content, _yaml())


def _decoded(name: str, content: bytes, language: ModuleType) -> Content:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(name, None, f"is not UTF-8 (byte {error.start})") from None
    found: Content = language.read(name, text)
    # An empty file, or one with comments only, is an empty document.
    return replace(found, value={}) if found.value is None else found


class Collection:
    """Files in the order in which they are loaded: each once, after those that it includes.

    :param content_of: returns the content of a file
    """

    def __init__(self, content_of: Callable[[FilePath], Content]) -> None:
        self.contents: list[Content] = []
        self.paths: list[FilePath] = []
        self.mistakes: list[Mistake] = []
        self._content_of = content_of
        self._started: set[FilePath] = set()

    def add(self, names: Iterable[str]) -> list[Content]:
        """Add the files that names stand for; return the contents of those that are new."""
        before = len(self.contents)
        for name in names:
            try:
                paths = fixture_files(name)
            except FixtureError as error:
                self.mistakes += error.mistakes
            else:
                self._add_files(paths)
        return self.contents[before:]

    def sources(self) -> tuple[list[Source], list[Mistake]]:
        """Return the documents without their mistakes of form, and all mistakes."""
        sources: list[Source] = []
        mistakes = [*self.mistakes]
        for content in self.contents:
            source, wrong = _checked(content)
            sources.append(source)
            mistakes += wrong
        return sources, mistakes

    def _add_files(self, paths: Iterable[FilePath]) -> None:
        for path in paths:
            if path.resolve() not in self._started:
                self._started.add(path.resolve())
                try:
                    content = self._content_of(path)
                except FixtureError as error:
                    self.mistakes += error.mistakes
                else:
                    self._include(path.parent, content)
                    self.contents.append(content)
                    self.paths.append(path)

    def _include(self, folder: FilePath, content: Content) -> None:
        self.mistakes += content.mistakes
        for index, name in _included(content.value):
            try:
                paths = fixture_files(name, folder)
            except FixtureError as error:
                reason = f'"{name}" {error.mistakes[0].reason}'
                self.mistakes.append(content.mistake(("include", index), reason))
            else:
                self._add_files(paths)


def document_of(content: Content) -> Any:
    """Return the document of a file without its ``include``."""
    if not isinstance(content.value, Mapping):
        return content.value
    return {name: part for name, part in content.value.items() if name != "include"}


def merged(documents: Iterable[Any]) -> dict[str, Any]:
    """Return one document with the contents of several, which must have the right form."""
    whole: dict[str, Any] = {}
    for document in documents:
        for name, part in document.items():
            if isinstance(part, list):
                whole[name] = [*whole.get(name, ()), *part]
            elif name == "version":
                whole[name] = part
    return whole


def _included(value: Any) -> Iterator[tuple[int, str]]:
    """Yield the names that a document includes; other values are reported later."""
    names = value.get("include") if isinstance(value, Mapping) else None
    several = [names] if isinstance(names, str) else names
    if isinstance(several, list):
        for index, name in enumerate(several):
            if isinstance(name, str):
                yield index, name


def _checked(content: Content) -> tuple[Source, list[Mistake]]:
    document, errors = read_document(content.value)
    wrong = [content.mistake(error.path, error.reason) for error in errors]
    return Source(content.name, content.locate, document), wrong


def _checked_inline(content: Content) -> tuple[Source, list[Mistake]]:
    source, wrong = _checked(content)
    if source.document.include:
        wrong.append(source.mistake(("include", 0), _NO_FILES))
    return source, [*content.mistakes, *wrong]


def _tracked(file: BinaryIO, name: str, progress: Progress) -> Iterator[bytes]:
    """Yield the lines of a file, and report the progress."""
    size = os.fstat(file.fileno()).st_size
    done = 0
    while lines := list(islice(file, _LINES_A_STEP)):
        yield from lines
        done += sum(map(len, lines))
        progress(f"Reading {name}", done, size or None)


def _yaml() -> ModuleType:
    """Return the module that reads YAML. Most servers start without it, which is faster."""
    return import_module("mock_server.seeds.files.yaml_text")
