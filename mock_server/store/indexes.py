"""Sorted views of the users of one application.

An index is a sorted list of ids. It is made when it is first needed, and updated from then on.
Inserting into a list of 100,000 is a binary search and one move of memory, copying it is one more
move, and a page is a slice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Mapping
from copy import copy
from typing import Any

from mock_server.domain.records import ExperienceUser
from mock_server.query.fields import USER_FIELDS, sort_key
from mock_server.query.glob import Glob

Users = Mapping[str, ExperienceUser]


class SortIndex:
    """The ids of all users, sorted by one field."""

    def __init__(self, field: str, users: Users) -> None:
        self._key = sort_key(field, USER_FIELDS)
        self.ids = sorted(users, key=self._id_key(users))

    def add(self, user: ExperienceUser, users: Users) -> None:
        insort(self.ids, user.id, key=self._id_key(users))

    def remove(self, user: ExperienceUser, users: Users) -> None:
        del self.ids[bisect_left(self.ids, self._key(user), key=self._id_key(users))]

    def same_place(self, one: ExperienceUser, other: ExperienceUser) -> bool:
        return self._key(one) == self._key(other)

    def _id_key(self, users: Users) -> Callable[[str], tuple[bool, Any, str]]:
        key = self._key
        return lambda user_id: key(users[user_id])

    def copy(self) -> SortIndex:
        twin = copy(self)
        twin.ids = self.ids.copy()
        return twin


class TextIndex:
    """The users that have one text field, sorted by it as globs compare it."""

    def __init__(self, field: str, comparable: Callable[[str], str], users: Users) -> None:
        self._read, self._comparable = USER_FIELDS[field].read, comparable
        self.entries = sorted(entry for user in users.values() if (entry := self._entry(user)))

    def _entry(self, user: ExperienceUser) -> tuple[str, str] | None:
        value = self._read(user)
        return None if value is None else (self._comparable(value), user.id)

    def add(self, user: ExperienceUser, users: Users) -> None:
        if entry := self._entry(user):
            insort(self.entries, entry)

    def remove(self, user: ExperienceUser, users: Users) -> None:
        if entry := self._entry(user):
            del self.entries[bisect_left(self.entries, entry)]

    def same_place(self, one: ExperienceUser, other: ExperienceUser) -> bool:
        return bool(self._read(one) == self._read(other))

    def matching(self, glob: Glob) -> list[str]:
        """Return the ids of the users whose text matches; only those with its prefix are tried."""
        entries = self.entries
        if glob.prefix:
            length = len(glob.prefix)
            low = bisect_left(entries, (glob.prefix, ""))
            high = bisect_right(entries, glob.prefix, low, key=lambda entry: entry[0][:length])
            entries = entries[low:high]
        if glob.is_prefix:
            return [user_id for _, user_id in entries]
        if (infix := glob.infix) is not None:
            return [user_id for text, user_id in entries if infix in text]
        matches = glob.matches
        return [user_id for text, user_id in entries if matches(text)]

    def copy(self) -> TextIndex:
        twin = copy(self)
        twin.entries = self.entries.copy()
        return twin


Index = SortIndex | TextIndex


class UserIndexes:
    """The indexes of one application's users, each made when it is first needed."""

    def __init__(self) -> None:
        self._sorted: dict[str, SortIndex] = {}
        self._texts: dict[tuple[str, bool], TextIndex] = {}

    def sorted_by(self, field: str, users: Users) -> SortIndex:
        if field not in self._sorted:
            self._sorted[field] = SortIndex(field, users)
        return self._sorted[field]

    def text(self, field: str, glob: Glob, users: Users) -> TextIndex:
        key = field, glob.case_sensitive
        if key not in self._texts:
            self._texts[key] = TextIndex(field, glob.comparable, users)
        return self._texts[key]

    def add(self, user: ExperienceUser, users: Users) -> None:
        """Add a user that is in ``users`` already."""
        for index in self._all():
            index.add(user, users)

    def remove(self, user: ExperienceUser, users: Users) -> None:
        """Remove a user that is still in ``users``."""
        for index in self._all():
            index.remove(user, users)

    def moved(self, before: ExperienceUser, after: ExperienceUser) -> list[Index]:
        """Return the indexes in which the change moves the user."""
        return [index for index in self._all() if not index.same_place(before, after)]

    def copy(self) -> UserIndexes:
        twin = UserIndexes()
        twin._sorted = {field: index.copy() for field, index in self._sorted.items()}
        twin._texts = {key: index.copy() for key, index in self._texts.items()}
        return twin

    def _all(self) -> Collection[Index]:
        return [*self._sorted.values(), *self._texts.values()]
