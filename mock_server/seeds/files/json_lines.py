"""JSON Lines, for documents that are too large to be one value.

Each line is an object with one property, which says what it holds: ``version``, ``account``,
``application``, ``group``, ``user``, ``token`` or ``include``. The value is what stands in the
list of that kind in a document. Groups, users and tokens belong to the application on the nearest
line before, or to the default one where there is none.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_server.seeds.fast_path import plain_line
from mock_server.seeds.files import json_text
from mock_server.seeds.files.content import Content
from mock_server.seeds.mistakes import FixtureError, Mistake, Path, unreadable
from mock_server.text import did_you_mean

LISTS = {
    "account": "accounts",
    "application": "applications",
    "group": "groups",
    "user": "users",
    "token": "tokens",
    "include": "include",
}
"""What a line can hold any number of, and the list of a document that it stands in."""

INSIDE = ("group", "user", "token")
"""What belongs to an application."""

_LISTS_INSIDE = [LISTS[kind] for kind in INSIDE]
_EITHER = ("version", "include")
_KINDS = {name: kind for kind, name in LISTS.items()}
_EXAMPLE = 'such as {"user": {"email": "ann@example.com"}}'
_NO_LINES = f"; JSON Lines have a whole object on each line, {_EXAMPLE}"
_WRONG_FORM = f"must be an object with one property, {_EXAMPLE}"


def read(name: str, lines: Iterable[bytes], *, as_given: bool = False) -> Content:
    """Return the document that lines are together, and what is wrong with single ones.

    :param as_given: whether users are to be as they were decoded; otherwise those that are plainly
        right are as their rules make them
    :raises FixtureError: when the first line shows that these are no JSON Lines
    """
    reader = _Reader(name, as_given=as_given)
    reader.read(lines)
    return Content(name, reader.document, reader.locate, reader.mistakes)


def are_lines(content: bytes) -> bool:
    """Tell whether a text of which nothing is known is JSON Lines, going by the first of them."""
    first, _, rest = content.lstrip().partition(b"\n")
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict) or len(found) != 1:
        return False
    (kind,) = found
    # What is in a document too, such as its version, can be all that there is in it.
    return kind in LISTS.keys() - {"include"} or (kind in _EITHER and bool(rest.strip()))


def written(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the lines for a document, in the order in which they are read again."""
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
    """Takes in lines, and puts what they hold where it belongs in a document."""

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
        """Take in all lines; empty ones are nothing."""
        for number, line in enumerate(lines, start=1):
            user = None if self._as_given else plain_line(line)
            if user is not None:
                users, numbers = self._lists.get("user") or self._begun("user")
                users.append(user)
                numbers.append(number)
            elif line.strip():
                self._take_line(number, line)

    def locate(self, path: Path) -> tuple[int | None, Path]:
        """Return the line of a place in the document, and what the place is called in that."""
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
            value = {"name": "stand-in"}  # what follows is to be checked all the same
        for kind in INSIDE:
            if value.pop(LISTS[kind], None) is not None:
                problem = f'can not stand here; write {{"{kind}": …}} on lines of their own below'
                self._mistake(number, ("application", LISTS[kind]), problem)
        self._append("application", number, value)
        self._owner = value
        self._owner_path = ("applications", len(self.document["applications"]) - 1)
        for kind in INSIDE:
            self._lists.pop(kind, None)

    def _append(self, kind: str, number: int, value: Any) -> None:
        items, lines = self._lists.get(kind) or self._begun(kind)
        items.append(value)
        lines.append(number)

    def _begun(self, kind: str) -> tuple[list[Any], array[int]]:
        """Return the list that things of a kind go to, and that of their lines."""
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
        return f'is for whole documents, in files that end in .json; write {{"{_KINDS[kind]}": …}}'
    known = ["version", *LISTS]
    hint = did_you_mean(kind, known) or f"; there are {', '.join(known)}"
    return f"is nothing that a line can hold{hint}"
