"""JSON Lines, for documents that are too large to be one value.

Each line is an object with one property, whose name is the kind of the line: ``version``,
``account``, ``application``, ``group``, ``user``, ``token`` or ``include``. The value is an item
of the list of that kind in a document. Groups, users and tokens belong to the application on the
nearest line before, or to the default application if there is none.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_server.jsonio import InvalidJson, decode
from mock_server.schemas.error_messages import Path
from mock_server.seeds.fast_path import plain_line
from mock_server.seeds.files import json_text
from mock_server.seeds.files.content import Content
from mock_server.seeds.mistakes import FixtureError, Mistake, unreadable
from mock_server.text import did_you_mean

LISTS = {
    "account": "accounts",
    "application": "applications",
    "group": "groups",
    "user": "users",
    "token": "tokens",
    "include": "include",
}
"""The kinds of lines that can come any number of times, and the lists of a document for them."""

INSIDE = ("group", "user", "token")
"""What belongs to an application."""

_LISTS_INSIDE = [LISTS[kind] for kind in INSIDE]
_EITHER = ("version", "include")
_KINDS = {name: kind for kind, name in LISTS.items()}
_EXAMPLE = 'such as {"user": {"email": "ann@example.com"}}'
_NO_LINES = f"; each line of JSON Lines is one object, {_EXAMPLE}"
_WRONG_FORM = f"must be an object with one property, {_EXAMPLE}"


def read(name: str, lines: Iterable[bytes], *, as_given: bool = False) -> Content:
    """Return the document that lines make together, and the mistakes in single lines.

    :param as_given: whether to leave users as they were decoded; by default those that are plain
        are validated on the way
    :raises FixtureError: when the first line shows that this is not JSON Lines
    """
    reader = _Reader(name, as_given=as_given)
    reader.read(lines)
    return Content(name, reader.document, reader.locate, reader.mistakes)


def are_lines(content: bytes) -> bool:
    """Tell whether a text is JSON Lines, by its first line."""
    first, _, rest = content.lstrip().partition(b"\n")
    try:
        found = decode(first)
    except InvalidJson:
        return False
    if not isinstance(found, dict) or len(found) != 1:
        return False
    (kind,) = found
    # A document on one line can have nothing but a version, too.
    return kind in LISTS.keys() - {"include"} or (kind in _EITHER and bool(rest.strip()))


def written(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a document, in an order in which they can be read again."""
    yield {"version": document["version"]}
    for account in document.get("accounts", ()):
        yield {"account": account}
    yield from _inside(document)
    for application in document.get("applications", ()):
        yield {"application": {k: v for k, v in application.items() if k not in _LISTS_INSIDE}}
        yield from _inside(application)


def _inside(contents: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for kind in INSIDE:
        for one in contents.get(LISTS[kind], ()):
            yield {kind: one}


class _Reader:
    """Makes a document of lines."""

    def __init__(self, name: str, *, as_given: bool) -> None:
        self.document: dict[str, Any] = {}
        self.mistakes: list[Mistake] = []
        self._name = name
        self._as_given = as_given
        self._is_first = True
        self._owner = self.document
        self._owner_path: Path = ()
        self._lists: dict[str, tuple[list[Any], array[int]]] = {}
        self._lines: dict[Path, array[int]] = {}
        self._version_line: int | None = None

    def read(self, lines: Iterable[bytes]) -> None:
        """Read all lines; empty ones are skipped."""
        for number, line in enumerate(lines, start=1):
            user = None if self._as_given else plain_line(line)
            if user is not None:
                users, numbers = self._lists.get("user") or self._started("user")
                users.append(user)
                numbers.append(number)
            elif line.strip():
                self._take_line(number, line)

    def locate(self, path: Path) -> tuple[int | None, Path]:
        """Return the line of a place in the document, and the path of it in that line."""
        for list_path in (path[:3], path[:1]):
            lines, inside = self._lines.get(list_path), path[len(list_path) :]
            if lines is not None and inside:
                index, *rest = inside
                return lines[int(index)], (_KINDS[str(list_path[-1])], *rest)
        return self._version_line, path

    def _take_line(self, number: int, line: bytes) -> None:
        try:
            found = self._decoded(number, line)
        except FixtureError as error:
            if self._is_first:
                raise
            self.mistakes += error.mistakes
        else:
            self._is_first = False
            self._take(number, found)

    def _decoded(self, number: int, line: bytes) -> Any:
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise unreadable(self._name, number, f"is not UTF-8 (byte {error.start})") from None
        try:
            return json_text.load(self._name, text, number)
        except FixtureError as error:
            if not self._is_first:
                raise
            raise unreadable(self._name, number, error.mistakes[0].reason + _NO_LINES) from None

    def _take(self, number: int, found: Any) -> None:
        if not isinstance(found, dict) or len(found) != 1:
            self._mistake(number, (), _WRONG_FORM)
            return
        ((kind, value),) = found.items()
        if kind == "version":
            self._take_version(number, value)
        elif kind == "application":
            self._take_application(number, value)
        elif kind == "include" and isinstance(value, list):
            for one in value:
                self._append(kind, number, one)
        elif kind in LISTS:
            self._append(kind, number, value)
        else:
            self._mistake(number, (kind,), _unknown(kind))

    def _take_version(self, number: int, value: Any) -> None:
        if self._version_line is not None:
            self._mistake(
                number, ("version",), f"is given twice, first on line {self._version_line}"
            )
            return
        self.document["version"], self._version_line = value, number

    def _take_application(self, number: int, value: Any) -> None:
        if not isinstance(value, dict):
            self._mistake(number, ("application",), "must be an object")
            value = {"name": "stand-in"}  # so that the following lines are checked too
        for kind in INSIDE:
            if value.pop(LISTS[kind], None) is not None:
                problem = f'belongs on lines below, as {{"{kind}": …}}'
                self._mistake(number, ("application", LISTS[kind]), problem)
        self._append("application", number, value)
        self._owner = value
        self._owner_path = ("applications", len(self.document["applications"]) - 1)
        for kind in INSIDE:
            self._lists.pop(kind, None)

    def _append(self, kind: str, number: int, value: Any) -> None:
        items, lines = self._lists.get(kind) or self._started(kind)
        items.append(value)
        lines.append(number)

    def _started(self, kind: str) -> tuple[list[Any], array[int]]:
        """Start the list for lines of a kind; return it and the list of their line numbers."""
        is_inside = kind in INSIDE
        owner, path = (self._owner, self._owner_path) if is_inside else (self.document, ())
        items = owner[LISTS[kind]] = []
        lines = self._lines[*path, LISTS[kind]] = array("l")
        self._is_first = False
        self._lists[kind] = items, lines
        return items, lines

    def _mistake(self, number: int, path: Path, reason: str) -> None:
        self.mistakes.append(Mistake(self._name, number, path, reason))


def _unknown(kind: str) -> str:
    if kind in _KINDS:
        return f'is for documents in .json files; write {{"{_KINDS[kind]}": …}}'
    known = ["version", *LISTS]
    hint = did_you_mean(kind, known) or f"; there are {', '.join(known)}"
    return f"is not a known kind of line{hint}"
