"""The partial file: what was copied so far, anonymised, so that a stopped copy can be resumed.

The file has a line of JSON that identifies the copy, then one for each group, then one for each
user. Many lines are written at once; an incomplete last line is ignored.
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

from mock_server.pull.anonymiser import Document, User
from mock_server.seeds.files import line


@dataclass
class Found:
    """What the partial file of a stopped copy contains."""

    group_ids: set[str] = field(default_factory=set)
    users: list[User] = field(default_factory=list)


class PartialFile:
    """The partial file, which is beside the output.

    :param check: identifies the copy; a copy with another check can not resume it
    """

    def __init__(self, output: Path, check: str) -> None:
        target = output.resolve()
        self.path = target.with_name(f".{target.name}.part")
        self._head = line({"pull": check})
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Open or create the file, and lock it until it is closed.

        :raises BlockingIOError: when another process has locked it
        :raises OSError: when it can not be written
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        file = os.fdopen(os.open(self.path, flags, mode=0o600), "r+b")
        try:
            _lock(file, self.path)
        except OSError:
            file.close()
            raise
        self._file = file

    def found(self) -> Found | None:
        """Return what the file contains; None if it belongs to another copy.

        :raises OSError: when the file can not be read
        """
        found = Found()
        try:
            for one in self._whole_lines():
                if "group" in one:
                    found.group_ids.add(one["group"]["id"])
                else:
                    found.users.append(User(one["user"], one["check"], one.get("leftOut", 0)))
        except (ValueError, KeyError, TypeError):  # not a partial file
            return None
        return found

    def exists(self) -> bool:
        """Tell whether the file exists, whatever it contains."""
        return self.path.exists()

    def begin(self, groups: Iterable[Document]) -> None:
        """Start over, with all groups.

        :raises OSError: when the file can not be written
        """
        self._opened().truncate(0)
        self._opened().seek(0)
        self._write([self._head, *(line({"group": group}) for group in groups)])

    def resume(self) -> None:
        """Continue after the last complete line.

        :raises OSError: when the file can not be written
        """
        file = self._opened()
        file.seek(file.read().rfind(b"\n") + 1)
        file.truncate()

    def add(self, users: Iterable[User]) -> None:
        """Add users, and return when they are on disk.

        :raises OSError: when they can not be written
        """
        self._write([line(_of_user(user)) for user in users])

    def items(self, name: str) -> Iterator[Document]:
        """Yield each ``group`` or each ``user`` in the file.

        :raises OSError: when the file can not be read
        """
        return (one[name] for one in self._whole_lines() if name in one)

    def close(self) -> None:
        """Close the file, and remove it if it is empty."""
        if self._file is None:
            return
        if os.fstat(self._file.fileno()).st_size == 0:
            self.remove()
        else:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Remove the file."""
        file, self._file = self._opened(), None
        if fcntl is None:  # Windows can not remove an open file
            file.close()
        self.path.unlink(missing_ok=True)
        file.close()

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("not opened")
        return self._file

    def _whole_lines(self) -> Iterator[dict[str, Any]]:
        """Yield the lines after the first.

        :raises ValueError: when the first is that of another copy, or a line is not JSON
        """
        with self.path.open("rb") as file:
            if file.readline() not in (self._head, b""):
                raise ValueError("another copy")
            for one in file:
                if one.endswith(b"\n"):
                    yield json.loads(one)

    def _write(self, lines: Iterable[bytes]) -> None:
        file = self._opened()
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def _lock(file: BinaryIO, path: Path) -> None:
    """Lock a file for this process, if the system can do that.

    :raises BlockingIOError: when another process has locked it, or has just removed it
    """
    if fcntl is None:
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        is_there = os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        is_there = False
    if not is_there:
        raise BlockingIOError


def _of_user(user: User) -> dict[str, Any]:
    left_out = {"leftOut": user.left_out} if user.left_out else {}
    return {"user": user.document, "check": user.check, **left_out}
