"""JSON documents, in which no object has a name twice, and the lines of their parts."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from mock_server.jsonio import InvalidJson, Pairs, decode, repeated_name, unique_names
from mock_server.schemas.error_messages import Path
from mock_server.seeds.files.content import Content
from mock_server.seeds.mistakes import Mistake, unreadable

_TOKEN = re.compile(r'[{}\[\],:]|"(?:[^"\\]|\\.)*+"|[^\s{}\[\],:"]+')

_MANY_VALUES = "; if there is one value on each line, use the suffix .jsonl"


def read(name: str, text: str) -> Content:
    """Return the document that the JSON in ``text`` is; repeated names in objects are mistakes.

    :raises FixtureError: when it is not JSON; ``name`` is what the error calls it
    """
    is_repeated = False

    def make_object(pairs: Pairs) -> dict[str, Any]:
        nonlocal is_repeated
        is_repeated = is_repeated or repeated_name(pairs) is not None
        return dict(pairs)

    value = _decoded(name, text, None, make_object)
    outline = _Outline(text)
    return Content(name, value, outline.locate, list(outline.repeated(name)) if is_repeated else ())


def load(name: str, text: str, line: int) -> Any:
    """Return the value that is on a line of JSON Lines.

    :raises FixtureError: when it is not JSON, or an object has a name twice
    """
    return _decoded(name, text, line, unique_names)


def _decoded(name: str, text: str, line: int | None, make_object: Callable[[Pairs], Any]) -> Any:
    try:
        return decode(text, max_depth=None, make_object=make_object)
    except InvalidJson as error:
        where = f" (column {error.column})" if error.column else ""
        hint = _MANY_VALUES if line is None and error.reason == "Extra data" else ""
        reason = f"is not JSON: {error.reason}{where}{hint}"
        raise unreadable(name, line or error.line, reason) from None


class _Node(NamedTuple):
    """The position of a value, or of its name if it has one, and the values inside it."""

    at: int
    inside: _Container | None


_Container = dict[str, _Node] | list[_Node]


class _Repeated(NamedTuple):
    """A name that an object has twice, and the two positions."""

    name: str
    first: int
    at: int


class _Outline:
    """The positions of all values in a text that is JSON; computed when they are asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def locate(self, path: Path) -> tuple[int, Path]:
        """Return the line of a place, or of the nearest value around it."""
        node, _ = self._parsed
        for part in path:
            following = _child(node, part)
            if following is None:
                break
            node = following
        return self._line(node.at), path

    def repeated(self, name: str) -> Iterator[Mistake]:
        """Yield the mistakes of giving a name twice; ``name`` is that of the file."""
        _, repeated = self._parsed
        for one in repeated:
            reason = f'"{one.name}" is given twice, first on line {self._line(one.first)}'
            yield Mistake(name, self._line(one.at), (), reason)

    @cached_property
    def _parsed(self) -> tuple[_Node, list[_Repeated]]:
        top: list[_Node] = []
        repeated: list[_Repeated] = []
        containers: list[_Container] = [top]
        name: tuple[str, int] | None = None  # of the next value, and its position
        for token in _TOKEN.finditer(self._text):
            text, at, container = token[0], token.start(), containers[-1]
            if text in ",:":
                continue
            if text in "]}":
                containers.pop()
                continue
            if isinstance(container, list):
                node = _Node(at, _opened(text))
                container.append(node)
            elif name is None:
                name = json.loads(text), at
                continue
            else:
                node = _Node(name[1], _opened(text))
                if name[0] in container:
                    repeated.append(_Repeated(name[0], container[name[0]].at, node.at))
                container[name[0]] = node
                name = None
            if node.inside is not None:
                containers.append(node.inside)
        return top[0], repeated

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.end() for found in re.finditer("\n", self._text)]


def _opened(text: str) -> _Container | None:
    """Return the container for the values inside one that begins like this, if it has any."""
    return {} if text == "{" else [] if text == "[" else None


def _child(node: _Node, part: str | int) -> _Node | None:
    if isinstance(node.inside, dict):
        return node.inside.get(str(part))
    if node.inside is not None and isinstance(part, int) and part < len(node.inside):
        return node.inside[part]
    return None
