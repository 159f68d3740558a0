"""Seed files of one application, in each of their forms, written piece by piece."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mock_server.seeding.pull.anonymiser import Document

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def pieces(
    suffix: str, application: Document, groups: Iterable[Document], users: Iterable[Document]
) -> Iterator[bytes]:
    """Yield a file, one group or user at a time.

    :param suffix: one of ``FORMS``
    """
    return FORMS[suffix](application, groups, users)


def _json_lines(
    application: Document, groups: Iterable[Document], users: Iterable[Document]
) -> Iterator[bytes]:
    yield b'{"version":1}\n'
    yield _compact({"application": application}) + b"\n"
    for group in groups:
        yield _compact({"group": group}) + b"\n"
    for user in users:
        yield _compact({"user": user}) + b"\n"


def _json(
    application: Document, groups: Iterable[Document], users: Iterable[Document]
) -> Iterator[bytes]:
    yield b'{"version":1,"applications":[' + _compact(application)[:-1]
    for name, items in (("groups", groups), ("users", users)):
        yield f',"{name}":['.encode()
        separator = b"\n"
        for item in items:
            yield separator + _compact(item)
            separator = b",\n"
        yield b"]"
    yield b"}]}\n"


def _yaml(
    application: Document, groups: Iterable[Document], users: Iterable[Document]
) -> Iterator[bytes]:
    yield b"version: 1\napplications:\n"
    indent = "  - "
    for name, value in application.items():
        yield f"{indent}{name}: {_for_yaml(value)}\n".encode()
        indent = "    "
    for name, items in (("groups", groups), ("users", users)):
        title = f"{indent}{name}:\n".encode()
        for item in items:
            yield title + f"{indent}  - {_for_yaml(item)}\n".encode()
            title = b""


def _compact(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(value, separators=(",", ":")).encode()


def _for_yaml(value: Any) -> str:
    """Return JSON that is YAML too: it has no characters that YAML wants written otherwise."""
    text = json.dumps(value, ensure_ascii=False)
    text = _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode("utf-8", "replace").decode()


_Form = Callable[[Document, Iterable[Document], Iterable[Document]], Iterator[bytes]]

FORMS: dict[str, _Form] = {".jsonl": _json_lines, ".json": _json, ".yaml": _yaml, ".yml": _yaml}
"""The forms, by the suffix of a file's name."""
