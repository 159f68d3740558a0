"""JSON documents, in which no object has a name twice, and the lines of their parts."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from mock_server.jsonio import InvalidJson, Pairs, TooDeep, decode, repeated_name
from mock_server.schemas.error_messages import Path
from mock_server.seeds.mistakes import Content, Mistake, unreadable

_SPACE = re.compile(r"[ \t\r\n,:]*")
_MANY_VALUES = "; if there is one value on each line, use the suffix .jsonl"


def read(name: str, text: str) -> Content[Any]:
    """Return the document that the JSON in ``text`` is; repeated names in objects are mistakes.

    :raises FixtureError: when it is not JSON; ``name`` is what the error calls it
    """
    is_repeated = False

    def make_object(pairs: Pairs) -> dict[str, Any]:
        nonlocal is_repeated
        is_repeated = is_repeated or repeated_name(pairs) is not None
        return dict(pairs)

    value = decoded(name, text, make_object)
    places = _Places(text)
    try:
        repeated = list(places.repeated()) if is_repeated else []
    except RecursionError:
        raise unreadable(name, None, f"is not JSON: {TooDeep(None)}") from None
    reason = '"{}" is given twice, first on line {}'.format
    mistakes = [Mistake(name, line, (), reason(twice, first)) for twice, line, first in repeated]
    return Content(name, value, places.locate, mistakes)


def decoded(
    name: str, text: str, make_object: Callable[[Pairs], Any], line: int | None = None
) -> Any:
    """Return the value that a text, or a line of JSON Lines, is.

    :raises FixtureError: when it is not JSON
    """
    try:
        return decode(text, max_depth=None, make_object=make_object)
    except InvalidJson as error:
        where = f" (column {error.column})" if error.column else ""
        hint = _MANY_VALUES if line is None and error.reason == "Extra data" else ""
        reason = f"is not JSON: {error.reason}{where}{hint}"
        raise unreadable(name, line or error.line, reason) from None


class _Places:
    """The places of the values in a text that is JSON; they are looked for after a mistake."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skip = json.JSONDecoder().raw_decode
        self._known: dict[int, dict[str | int, tuple[int, int]]] = {}

    def locate(self, path: Path) -> tuple[int, Path]:
        """Return the line of a place, or of the nearest value around it."""
        place = value = self._after_space(0)
        with suppress(KeyError, RecursionError):
            for part in path:
                if value not in self._known:
                    members = self._members(value)
                    self._known[value] = {name: (at, inner) for name, at, inner in members}
                place, value = self._known[value][part]
        return self._line(place), path

    def repeated(self, value: int | None = None) -> Iterator[tuple[str, int, int]]:
        """Yield names that an object has twice, with the lines of the second and the first."""
        seen: dict[str | int, int] = {}
        for name, place, inner in self._members(self._after_space(0) if value is None else value):
            if name in seen:
                yield str(name), self._line(place), self._line(seen[name])
            seen[name] = place
            yield from self.repeated(inner)

    def _members(self, at: int) -> Iterator[tuple[str | int, int, int]]:
        """Yield the name or index of each value in an array or object, its place, and its start."""
        text, is_object, index = self._text, self._text[at] == "{", 0
        if text[at] not in "{[":
            return
        at = self._after_space(at + 1)
        while text[at] not in "}]":
            name: str | int = index
            place = at
            if is_object:
                name, at = self._skip(text, at)
                at = self._after_space(at)
            yield name, place, at
            _, at = self._skip(text, at)
            at = self._after_space(at)
            index += 1

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.end() for found in re.finditer("\n", self._text)]
