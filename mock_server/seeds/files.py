"""Seed files and those that they include: read, decoded, checked for their form, and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, BinaryIO

from mock_server.domain.progress import Progress, no_progress
from mock_server.jsonio import encode, encode_readably
from mock_server.seeds import json_lines, json_text
from mock_server.seeds.formats import fixture_files, format_of
from mock_server.seeds.json_lines import are_lines as are_lines
from mock_server.seeds.mistakes import Content as Content
from mock_server.seeds.mistakes import FixtureError, unreadable
from mock_server.seeds.validation import Source as Source
from mock_server.seeds.validation import checked

_NO_FILES = "works in seed files only; send the included documents with this one"
_LINES_A_STEP = 4096
"""Lines between two reports of progress."""


def read_sources(names: Iterable[str], progress: Progress = no_progress) -> list[Source]:
    """Return the documents in files, directories (in the order of their names) and built-in sets.

    What a document includes comes before it, and each file comes once. A document with mistakes of
    form is returned without them, so that the rest of it can be checked too.
    """
    files = Collection(lambda path: _read(path, progress))
    files.add(names)
    return list(map(checked, files.contents))


def read_inline(name: str, value: object) -> Source:
    """Return the document that a decoded JSON value is, without its mistakes of form.

    :param name: the name of the document in mistakes, which have no lines
    """
    return _checked_inline(Content(name, value))


def read_lines_inline(name: str, lines: Iterable[bytes]) -> Source:
    """Return the document that JSON Lines are, without its mistakes of form.

    :param name: the name of the document in mistakes
    :raises FixtureError: when the first line shows that this is not JSON Lines
    """
    return _checked_inline(json_lines.read(name, lines))


def read_content(path: FilePath) -> Content[Any]:
    """Return the content of a file, decoded but not checked.

    :raises FixtureError: when it cannot be read
    """
    return _read(path, as_given=True)


def _read(
    path: FilePath, progress: Progress = no_progress, *, as_given: bool = False
) -> Content[Any]:
    name, form = str(path), format_of(path)
    try:
        with path.open("rb") as file:
            if form == "jsonl":
                return json_lines.read(name, _tracked(file, name, progress), as_given=as_given)
            content = file.read()
    except OSError as error:
        raise unreadable(name, None, f"cannot be read: {error.strerror}") from None
    return _decoded(name, content, form or "yaml")


def decoded_text(name: str, content: bytes) -> Content[Any]:
    """Return the content of a text in JSON or YAML, whichever it is.

    :raises FixtureError: when it is neither
    """
    try:
        return _decoded(name, content, "json")
    except FixtureError:
        return _decoded(name, content, "yaml")


def _decoded(name: str, content: bytes, form: str) -> Content[Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(name, None, f"is not UTF-8 (byte {error.start})") from None
    found: Content[Any] = (json_text if form == "json" else _yaml_text()).read(name, text)
    # An empty file, or one with comments only, is an empty document.
    return replace(found, value={}) if found.value is None else found


class Collection:
    """Files in the order in which they are loaded: each once, after those that it includes.

    :param content_of: returns the content of a file
    """

    def __init__(self, content_of: Callable[[FilePath], Content[Any]]) -> None:
        self.contents: list[Content[Any]] = []
        """Also of files that cannot be read: they are empty but for the mistake."""
        self.paths: list[FilePath] = []
        """Those of files that can be read."""
        self._content_of = content_of
        self._started: set[FilePath] = set()

    def add(self, names: Iterable[str]) -> list[Content[Any]]:
        """Add the files that names stand for; return the contents of those that are new."""
        before = len(self.contents)
        for name in names:
            try:
                self._add_files(fixture_files(name))
            except FixtureError as error:
                self.contents.append(Content(name, {}, mistakes=error.mistakes))
        return self.contents[before:]

    def _add_files(self, paths: Iterable[FilePath]) -> None:
        for path in paths:
            if path.resolve() not in self._started:
                self._started.add(path.resolve())
                try:
                    content = self._content_of(path)
                except FixtureError as error:
                    self.contents.append(Content(str(path), {}, mistakes=error.mistakes))
                else:
                    self.contents.append(self._with_included(path.parent, content))
                    self.paths.append(path)

    def _with_included(self, folder: FilePath, content: Content[Any]) -> Content[Any]:
        """Add the files that a document includes; return it with the mistakes in their names."""
        mistakes = [*content.mistakes]
        for index, name in _included(content.value):
            try:
                self._add_files(fixture_files(name, folder))
            except FixtureError as error:
                reason = f'"{name}" {error.mistakes[0].reason}'
                mistakes.append(content.mistake(("include", index), reason))
        return replace(content, mistakes=mistakes)


def document_of(content: Content[Any]) -> Any:
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


def line(held: Mapping[str, Any]) -> bytes:
    """Return a line of JSON Lines."""
    return encode(held) + b"\n"


def pieces(document: Mapping[str, Any], form: str) -> Iterable[bytes]:
    """Return the text of a document, in pieces.

    :param form: one of :data:`mock_server.seeds.formats.FORMATS`
    """
    if form == "jsonl":
        return map(line, json_lines.written(document))
    if form == "json":
        return [encode_readably(document, indent=2), b"\n"]
    return [_yaml_text().dump(document).encode()]


def _included(value: Any) -> Iterator[tuple[int, str]]:
    """Yield the names that a document includes; other values are reported later."""
    names = value.get("include") if isinstance(value, Mapping) else None
    several = [names] if isinstance(names, str) else names
    if isinstance(several, list):
        for index, name in enumerate(several):
            if isinstance(name, str):
                yield index, name


def _checked_inline(content: Content[Any]) -> Source:
    source = checked(content)
    if source.value.include:
        no_files = source.mistake(("include", 0), _NO_FILES)
        return replace(source, mistakes=[*source.mistakes, no_files])
    return source


def _tracked(file: BinaryIO, name: str, progress: Progress) -> Iterator[bytes]:
    """Yield the lines of a file, and report the progress."""
    size = os.fstat(file.fileno()).st_size
    done = 0
    while lines := list(islice(file, _LINES_A_STEP)):
        yield from lines
        done += sum(map(len, lines))
        progress(f"Reading {name}", done, size or None)


def _yaml_text() -> Any:
    """Return the module for YAML. Most servers start without it, which is faster."""
    return import_module("mock_server.seeds.yaml_text")
