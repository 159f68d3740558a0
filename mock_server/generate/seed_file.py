"""Writes generated users as a seed file, in pieces: only one user at a time is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic_core import to_json

from mock_server.generate.users import Generated

Pieces = Iterator[bytes]

_WIDTH = 10_000
"""Characters in a line: so many that no text is broken into several lines."""

# PyYAML may lack its C library; both dumpers write the same text.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def as_json_lines(generated: Generated) -> Pieces:
    """Yield JSON Lines: the version, the groups, each after its parent, then the users."""
    yield b'{"version":1}\n'
    for group in _flat(generated.groups):
        yield b'{"group":' + to_json(group) + b"}\n"
    for user in generated.users:
        yield b'{"user":' + to_json(user) + b"}\n"


def _as_json(generated: Generated) -> Pieces:
    """Yield a JSON document with one line for each user."""
    yield b'{\n  "version": 1,\n  "groups": ['
    yield from _separated(map(to_json, generated.groups))
    yield b'],\n  "users": ['
    yield from _separated(map(to_json, generated.users))
    yield b"]\n}\n"


def _as_yaml(generated: Generated) -> Pieces:
    """Yield a YAML document."""
    yield b"version: 1\n"
    yield from _yaml_list("groups", generated.groups)
    yield from _yaml_list("users", generated.users)


PIECES: Mapping[str, Callable[[Generated], Pieces]] = {
    "json": _as_json,
    "jsonl": as_json_lines,
    "yaml": _as_yaml,
}
"""Writers by format, one for each of :data:`mock_server.seeds.formats.FORMATS`."""


def _flat(groups: Sequence[Mapping[str, Any]], parent: str = "") -> Iterator[dict[str, Any]]:
    """Yield nested groups one by one, with the path of their parent as ``parent``."""
    for group in groups:
        alone = {name: value for name, value in group.items() if name != "groups"}
        yield {**alone, "parent": parent} if parent else alone
        path = f"{parent}/{group['name']}" if parent else group["name"]
        yield from _flat(group.get("groups", ()), path)


def _separated(items: Iterable[bytes]) -> Pieces:
    before = b"\n    "
    for item in items:
        yield before + item
        before = b",\n    "
    if before.startswith(b","):
        yield b"\n  "


def _yaml_list(name: str, items: Iterable[Mapping[str, Any]]) -> Pieces:
    before = f"{name}:\n"
    for item in items:
        text = yaml.dump([item], Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=_WIDTH)
        yield (before + text).encode()
        before = ""
    if before:
        yield f"{name}: []\n".encode()
