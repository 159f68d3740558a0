"""Seed documents as text, in each of the formats that are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from mock_server.jsonio import encode, encode_readably
from mock_server.seeds.files import json_lines

Document = Mapping[str, Any]


def line(held: Mapping[str, Any]) -> bytes:
    """Return a line of JSON Lines."""
    return encode(held) + b"\n"


def pieces(document: Document, form: str) -> Iterable[bytes]:
    """Yield the text of a document, in pieces.

    :param form: one of :data:`mock_server.seeds.formats.FORMATS`
    """
    return _WRITERS[form](document)


def _json(document: Document) -> Iterator[bytes]:
    yield encode_readably(document, indent=2) + b"\n"


def _json_lines(document: Document) -> Iterator[bytes]:
    return map(line, json_lines.written(document))


def _yaml(document: Document) -> Iterator[bytes]:
    text: str = import_module("mock_server.seeds.files.yaml_text").dump(document)
    yield text.encode()


_WRITERS: Mapping[str, Callable[[Document], Iterator[bytes]]] = {
    "json": _json,
    "jsonl": _json_lines,
    "yaml": _yaml,
}
