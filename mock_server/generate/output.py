"""A crowd as a seed file, piece by piece: however large it is, only one user is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic_core import to_json

from mock_server.generate.generate import Crowd

Pieces = Iterator[bytes]

_WIDTH = 10_000
"""In characters: so long that no text is broken over several lines."""

# The same text with and without the C library that PyYAML may have been built with.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def as_json_lines(crowd: Crowd) -> Pieces:
    """Yield JSON Lines: the version, the groups, each after its parent, and the users."""
    yield b'{"version":1}\n'
    for group in _flat(crowd.groups):
        yield b'{"group":' + to_json(group) + b"}\n"
    for user in crowd.users:
        yield b'{"user":' + to_json(user) + b"}\n"


def as_json(crowd: Crowd) -> Pieces:
    """Yield a JSON document with each user on a line of its own."""
    yield b'{\n  "version": 1,\n  "groups": ['
    yield from _separated(map(to_json, crowd.groups))
    yield b'],\n  "users": ['
    yield from _separated(map(to_json, crowd.users))
    yield b"]\n}\n"


def as_yaml(crowd: Crowd) -> Pieces:
    """Yield a YAML document."""
    yield b"version: 1\n"
    yield from _yaml_list("groups", crowd.groups)
    yield from _yaml_list("users", crowd.users)


PIECES: Mapping[str, Callable[[Crowd], Pieces]] = {
    "json": as_json,
    "jsonl": as_json_lines,
    "yaml": as_yaml,
}
"""Each of :data:`mock_server.seeds.formats.FORMATS`."""


def _flat(groups: Sequence[Mapping[str, Any]], above: str = "") -> Iterator[dict[str, Any]]:
    """Yield nested groups one by one, those inside another with what their parent is called."""
    for group in groups:
        alone = {name: value for name, value in group.items() if name != "groups"}
        yield {**alone, "parent": above} if above else alone
        path = f"{above}/{group['name']}" if above else group["name"]
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
        text = yaml.dump(
            [item],
            Dumper=_DUMPER,
            allow_unicode=True,
            sort_keys=False,
            width=_WIDTH,
        )
        yield (before + text).encode()
        before = ""
    if before:
        yield f"{name}: []\n".encode()
