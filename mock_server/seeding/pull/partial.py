"""What was copied so far, on disk: it has to do with nobody, and the rest can follow later.

The file is a line of JSON for what the copy is of, then one for each group, then one for each
user. Lines come many at once, and a last one that is not whole counts for nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

from mock_server.seeding.pull.anonymiser import Document, User


@dataclass
class Found:
    """What a file holds that was begun before."""

    group_ids: set[str] = field(default_factory=set)
    users: list[User] = field(default_factory=list)


class PartialFile:
    """The file beside the output that its lines are collected in.

    :param check: tells copies apart that can not go on with each other's lines
    """

    def __init__(self, output: Path, check: str) -> None:
        target = output.resolve()
        self.path = target.with_name(f".{target.name}.part")
        self._head = _line({"pull": check})
        self._file: BinaryIO | None = None

    def found(self) -> Found | None:
        """Return what there is of the same copy, of which some users were copied; None if nothing.

        :raises OSError: when the file can not be read
        """
        found = Found()
        try:
            for line in self._whole_lines():
                if "group" in line:
                    found.group_ids.add(line["group"]["id"])
                else:
                    found.users.append(User(line["user"], line["check"], line.get("leftOut", 0)))
        except (ValueError, KeyError, TypeError):  # somebody else's lines
            return None
        return found if found.users else None

    def exists(self) -> bool:
        """Tell whether there is such a file, of whatever copy."""
        return self.path.exists()

    def begin(self, groups: Iterable[Document]) -> None:
        """Begin anew, with all groups.

        :raises OSError: when the file can not be written
        """
        self._open().truncate()
        self._write([self._head, *(_line({"group": group}) for group in groups)])

    def go_on(self) -> None:
        """Go on after the last whole line.

        :raises OSError: when the file can not be written
        """
        file = self._open()
        file.seek(file.read().rfind(b"\n") + 1)
        file.truncate()

    def add(self, users: Iterable[User]) -> None:
        """Add users; when this returns they are on disk.

        :raises OSError: when they can not be written
        """
        self._write([_line(_of_user(user)) for user in users])

    def items(self, name: str) -> Iterator[Document]:
        """Yield what was collected: each ``group``, or each ``user``.

        :raises OSError: when the file can not be read
        """
        return (line[name] for line in self._whole_lines() if name in line)

    def close(self) -> None:
        """Close the file; it stays to be gone on with."""
        if self._file is not None:
            self._file.close()

    def remove(self) -> None:
        """Remove the file: it is not needed any more."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        """Open the file to read and write it, for nobody else to do so."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(self.path, flags, mode=0o600), "r+b")
        _lock(self._file)
        return self._file

    def _whole_lines(self) -> Iterator[dict[str, Any]]:
        """Yield the lines after the first; none if that is another copy's."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            if file.readline() != self._head:
                return
            for line in file:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def _write(self, lines: Iterable[bytes]) -> None:
        if self._file is None:
            raise ValueError("neither begun nor gone on with")
        self._file.write(b"".join(lines))
        self._file.flush()
        os.fsync(self._file.fileno())


def _lock(file: BinaryIO) -> None:
    """Keep a file for this process, where the system can do that.

    :raises BlockingIOError: when another one has it
    """
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _of_user(user: User) -> dict[str, Any]:
    left_out = {"leftOut": user.left_out} if user.left_out else {}
    return {"user": user.document, "check": user.check, **left_out}


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
