"""Copies an application: its groups, then its users page by page.

What was copied is in a partial file, from which a stopped copy is resumed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

from mock_server.domain.progress import Progress, no_progress
from mock_server.pull.anonymiser import Anonymiser, Document, User
from mock_server.pull.live_api import GROUPS, USERS, Listing, LiveApi
from mock_server.seeds.files import line

_ASKING = "Asking the API"
_DOING = "Pulling users"


@dataclass
class Summary:
    """What was copied.

    ``left_out`` counts the memberships and parents that were left out because the API did not list
    the group; ``twins`` counts users whose address differs from another's only by case.
    """

    groups: int = 0
    users: int = 0
    left_out: int = 0
    twins: int = 0


class Copying:
    """A copy of one application, from the API to a partial file.

    :param note: is called with notes for the user
    """

    def __init__(
        self,
        api: LiveApi,
        anonymiser: Anonymiser,
        partial: PartialFile,
        *,
        note: Callable[[str], object],
        progress: Progress = no_progress,
    ) -> None:
        self._api = api
        self._anonymiser = anonymiser
        self._partial = partial
        self._note = note
        self._progress = progress
        self._group_ids: set[str] = set()
        self._summary = Summary()

    def run(self, *, restart: bool = False) -> Summary:
        """Copy what is not in the partial file yet, which is locked until it is closed.

        :param restart: copy everything again
        :raises PullError: when the API does not answer as expected
        :raises OSError: when the partial file cannot be read or written
        """
        self._progress(_ASKING, 0, None)
        self._partial.open()
        after = None if restart else self._resumed()
        if after is None:
            self._begin()
        self._users(after)
        self._summary.groups = len(self._group_ids)
        self._summary.twins = self._anonymiser.addresses.twins
        return self._summary

    def _resumed(self) -> str | None:
        """Return the id after which a stopped copy continues; None if there is none."""
        found = self._partial.found()
        if found is None:
            self._note("the stopped pull had another key, source or --keep; starting over")
            return None
        if not found.users:
            return None
        last = USERS.at(self._api, len(found.users) - 1)
        if last is None or self._anonymiser.id(last["id"]) != found.users[-1].document["id"]:
            self._note("users were removed since the pull was stopped; starting over")
            return None
        self._group_ids = found.group_ids
        for user in found.users:
            self._anonymiser.addresses.add(user.document["email"], user.check)
            self._summary.left_out += user.left_out
        self._summary.users = len(found.users)
        self._partial.resume()
        return str(last["id"]).lower()

    def _begin(self) -> None:
        groups: list[Document] = []
        for page in GROUPS.pages(self._api):
            with _expecting(GROUPS):
                groups += map(self._anonymiser.group, page.items)
        self._group_ids = {group["id"] for group in groups}
        ordered, self._summary.left_out = _placed(groups)
        self._partial.begin(ordered)

    def _users(self, after: str | None) -> None:
        for page in USERS.pages(self._api, after):
            total = self._summary.users + page.total
            with _expecting(USERS):
                users = [self._anonymiser.user(item, self._group_ids) for item in page.items]
            self._partial.add(users)
            self._summary.users += len(users)
            self._summary.left_out += sum(user.left_out for user in users)
            self._progress(_DOING, self._summary.users, total)


@contextmanager
def _expecting(listing: Listing) -> Iterator[None]:
    """Raise PullError for an item of an unexpected form, without naming what is in it."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise listing.unexpected() from None


def _placed(groups: Sequence[Document]) -> tuple[list[Document], int]:
    """Return the groups, each after its parent, and how many have lost their parent.

    If a group is moved while the groups are listed, its parent can be missing or below it.
    """
    waiting = {group["id"]: group for group in groups}
    placed: dict[str, Document] = {}
    lost = 0
    for group in groups:
        chain: dict[str, Document] = {}
        above: Document | None = group if group["id"] in waiting else None
        while above is not None:
            chain[above["id"]] = waiting.pop(above["id"])
            parent = above.get("parent")
            if parent is not None and parent not in waiting and parent not in placed:
                del above["parent"]
                lost += 1
            above = waiting.get(above.get("parent", ""))
        placed.update(reversed(chain.items()))
    return list(placed.values()), lost


@dataclass
class Found:
    """What the partial file of a stopped copy contains."""

    group_ids: set[str] = field(default_factory=set)
    users: list[User] = field(default_factory=list)


class PartialFile:
    """What was copied so far, anonymised, in a file beside the output.

    The file has a line of JSON that identifies the copy, then one for each group, then one for each
    user. Many lines are written at once; an incomplete last line is ignored.

    :param check: identifies the copy; a copy with another check cannot resume it
    """

    def __init__(self, output: Path, check: str) -> None:
        target = output.resolve()
        self.path = target.with_name(f".{target.name}.part")
        self._head = line({"pull": check})
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Open or create the file, and lock it until it is closed.

        :raises BlockingIOError: when another process has locked it
        :raises OSError: when it cannot be written
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

        :raises OSError: when the file cannot be read
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

    def begin(self, groups: Iterable[Document]) -> None:
        """Start over, with all groups.

        :raises OSError: when the file cannot be written
        """
        file = self._opened()
        file.truncate(0)
        file.seek(0)
        self._write([self._head, *(line({"group": group}) for group in groups)])

    def resume(self) -> None:
        """Continue after the last complete line.

        :raises OSError: when the file cannot be written
        """
        file = self._opened()
        file.seek(file.read().rfind(b"\n") + 1)
        file.truncate()

    def add(self, users: Iterable[User]) -> None:
        """Add users, and return when they are on disk.

        :raises OSError: when they cannot be written
        """
        self._write(
            line({"user": user.document, "check": user.check, "leftOut": user.left_out})
            for user in users
        )

    def items(self, name: str) -> Iterator[Document]:
        """Yield each ``group`` or each ``user`` in the file.

        :raises OSError: when the file cannot be read
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
        if fcntl is None:  # Windows cannot remove an open file
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
