"""JSON Lines, for documents that are too large to be one value.

Each line is an object with one property, whose name is the kind of the line: ``version``,
``account``, ``application``, ``group``, ``user``, ``token`` or ``include``. The value is an item
of the list of that kind in a document. Groups, users and tokens belong to the application on the
nearest line before, or to the default application if there is none.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from itertools import pairwise
from operator import attrgetter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mock_server.jsonio import InvalidJson, decode, unique_names
from mock_server.schemas.error_messages import Path
from mock_server.seeds import json_text
from mock_server.seeds.documents import UserFixture
from mock_server.seeds.mistakes import Content, FixtureError, Mistake, unreadable
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

_texts_of = attrgetter(
    *(one.name for one in fields(UserFixture) if one.name not in ("user_tags", "groups"))
)


def read(name: str, lines: Iterable[bytes], *, as_given: bool = False) -> Content[Any]:
    """Return the document that lines make together, and the mistakes in single lines.

    :param as_given: whether to leave users as they were decoded; by default those without
        mistakes are validated on the way, which takes half the time
    :raises FixtureError: when the first line shows that this is not JSON Lines
    """
    reader = _Reader(name, as_given=as_given)
    reader.read(lines)
    return Content(name, reader.document, reader.locate, reader.mistakes)


def are_lines(content: bytes) -> bool:
    """Return whether a text is JSON Lines, by its first line."""
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


class _Items(list[Any]):
    """A list in a document, with the number of the line of each item."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = array("l")


class _Reader:
    """Makes a document of lines."""

    def __init__(self, name: str, *, as_given: bool) -> None:
        self.document: dict[str, Any] = {}
        self.mistakes: list[Mistake] = []
        self._name = name
        self._as_given = as_given
        self._is_first = True
        self._owner = self.document
        self._users: _Items | None = None
        """The users of the owner, if there are some: most lines add to them."""
        self._version_line: int | None = None

    def read(self, lines: Iterable[bytes]) -> None:
        """Read all lines; empty ones are skipped."""
        for number, line in enumerate(lines, start=1):
            user = None if self._as_given else user_on(line)
            if user is not None:
                users = self._users or self._items("user")
                users.append(user)
                users.lines.append(number)
            elif line.strip():
                self._take_line(number, line)

    def locate(self, path: Path) -> tuple[int | None, Path]:
        """Return the line of a place in the document, and the path of it in that line."""
        line, shown = self._version_line, path
        value: Any = self.document
        for at, (name, index) in enumerate(pairwise(path), start=2):
            items = value.get(name) if isinstance(value, dict) else None
            if isinstance(items, _Items) and isinstance(index, int):
                line, shown, value = (
                    items.lines[index],
                    (_KINDS[str(name)], *path[at:]),
                    items[index],
                )
        return line, shown

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
            return json_text.decoded(self._name, text, unique_names, number)
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
                self._add(kind, number, one)
        elif kind in LISTS:
            self._add(kind, number, value)
        else:
            self._mistake(number, (kind,), _unknown(kind))

    def _take_version(self, number: int, value: Any) -> None:
        if self._version_line is not None:
            reason = f"is given twice, first on line {self._version_line}"
            self._mistake(number, ("version",), reason)
            return
        self.document["version"], self._version_line = value, number

    def _take_application(self, number: int, value: Any) -> None:
        if not isinstance(value, dict):
            self._mistake(number, ("application",), "must be an object")
            value = {"name": "?"}  # so that the following lines are checked too
        for kind in INSIDE:
            if value.pop(LISTS[kind], None) is not None:
                reason = f'belongs on lines below, as {{"{kind}": …}}'
                self._mistake(number, ("application", LISTS[kind]), reason)
        self._add("application", number, value)
        self._owner, self._users = value, None

    def _add(self, kind: str, number: int, item: Any) -> None:
        items = self._items(kind)
        items.append(item)
        items.lines.append(number)

    def _items(self, kind: str) -> _Items:
        """Return the list for lines of a kind."""
        self._is_first = False
        owner = self._owner if kind in INSIDE else self.document
        items: _Items = owner.setdefault(LISTS[kind], _Items())
        if kind == "user":
            self._users = items
        return items

    def _mistake(self, number: int, path: Path, reason: str) -> None:
        self.mistakes.append(Mistake(self._name, number, path, reason))


def _unknown(kind: str) -> str:
    if kind in _KINDS:
        return f'is for documents in .json files; write {{"{_KINDS[kind]}": …}}'
    known = ["version", *LISTS]
    hint = did_you_mean(kind, known) or f"; there are {', '.join(known)}"
    return f"is not a known kind of line{hint}"


@cache
def _read_user() -> Callable[[bytes], UserFixture]:
    # The method of the adapter itself takes longer.
    return TypeAdapter(UserFixture).validator.validate_json


def user_on(line: bytes) -> UserFixture | None:
    """Return the user on a line, without decoding the line first; None if that is not possible.

    It is possible for lines as this package writes them. Others may have a user, too, or mistakes.
    """
    if line[:9] != b'{"user":{' or line[-3:] != b"}}\n":
        return None
    try:
        user = _read_user()(line[8:-2])
    except ValidationError:
        return None
    # Of a name that is given twice, one value is lost: the line has more texts than the user.
    texts = _texts_of(user)
    count = 2 * (len(texts) - texts.count(None))  # with the names of the properties
    if user.user_tags is not None:
        count += 1 + 2 * len(user.user_tags)
    if user.groups or b'"groups":[]' in line:
        count += 1 + len(user.groups)
    return user if line.count(b'"') == 2 * (1 + count) else None
