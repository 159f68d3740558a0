"""JSON, in which no name is given twice, and the lines that things stand on."""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from mock_server.domain import problems
from mock_server.jsonio import given_twice
from mock_server.seeds.files.content import Content
from mock_server.seeds.mistakes import Mistake, Path, unreadable

_TOKEN = re.compile(r'[{}\[\],:]|"(?:[^"\\]|\\.)*+"|[^\s{}\[\],:"]+')

_MANY_VALUES = "; if there is a value on each line, let the name end in .jsonl"

_Pairs = list[tuple[str, Any]]


def read(name: str, text: str) -> Content:
    """Return the document that the JSON in ``text`` is; names that are given twice are mistakes.

    :raises FixtureError: when it is not JSON; ``name`` is what the error calls it
    """
    twice: list[str] = []
    value = _decoded(name, text, None, lambda pairs: _noted(pairs, twice))
    outline = _Outline(text)
    return Content(name, value, outline.locate, list(outline.repeated(name)) if twice else ())


def load(name: str, text: str, line: int) -> Any:
    """Return what the JSON says that stands on a line of others.

    :raises FixtureError: when it is not JSON, or a name is given twice
    """
    twice: list[str] = []
    value = _decoded(name, text, line, lambda pairs: _noted(pairs, twice))
    if twice:
        raise unreadable(name, line, f'can not be read: an object has "{twice[0]}" twice')
    return value


def _decoded(name: str, text: str, line: int | None, hook: Callable[[_Pairs], Any]) -> Any:
    try:
        return json.loads(text, object_pairs_hook=hook)
    except json.JSONDecodeError as error:
        where = f"{error.msg.removesuffix(' at')} (column {error.colno})"
        hint = _MANY_VALUES if line is None and error.msg == "Extra data" else ""
        raise unreadable(name, line or error.lineno, f"is not JSON: {where}{hint}") from None
    except ValueError:
        # The one that is left is about this; how Python can be told to take them is of no use.
        most = sys.get_int_max_str_digits()
        problem = f"can not be read: there is a number of more than {most} digits"
        raise unreadable(name, line, problem) from None
    except RecursionError:
        raise unreadable(name, line, f"can not be read: it {problems.TOO_DEEP}") from None


def _noted(pairs: _Pairs, twice: list[str]) -> dict[str, Any]:
    """Return an object, and note a name that it has twice."""
    name = given_twice(pairs)
    if name is not None:
        twice.append(name)
    return dict(pairs)


class _Node(NamedTuple):
    """Where a value stands, or its name if it has one, and what stands inside it."""

    at: int
    inside: _Container | None


_Container = dict[str, _Node] | list[_Node]


class _Repeated(NamedTuple):
    """A name that an object has twice, and where."""

    name: str
    first: int
    at: int


class _Outline:
    """Where everything stands in a text that is known to be JSON; looked at when it is asked."""

    def __init__(self, text: str) -> None:
        self._text = text

    def locate(self, path: Path) -> tuple[int, Path]:
        """Return the line of a place, or of what is nearest around it."""
        node, _ = self._parsed
        for part in path:
            following = _child(node, part)
            if following is None:
                break
            node = following
        return self._line(node.at), path

    def repeated(self, name: str) -> Iterator[Mistake]:
        """Yield the mistakes of giving a name twice; ``name`` is that of the text."""
        _, repeated = self._parsed
        for one in repeated:
            reason = f'"{one.name}" is given twice, first on line {self._line(one.first)}'
            yield Mistake(name, self._line(one.at), (), reason)

    @cached_property
    def _parsed(self) -> tuple[_Node, list[_Repeated]]:
        top: list[_Node] = []
        repeated: list[_Repeated] = []
        containers: list[_Container] = [top]
        name: tuple[str, int] | None = None  # of the value that comes next, and where it stands
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
    """Return what takes in the values inside the one that begins so; None if it has none."""
    return {} if text == "{" else [] if text == "[" else None


def _child(node: _Node, part: str | int) -> _Node | None:
    if isinstance(node.inside, dict):
        return node.inside.get(str(part))
    if node.inside is not None and isinstance(part, int) and part < len(node.inside):
        return node.inside[part]
    return None
