"""What to list, as values: filters, order, page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mock_server.domain.records import Page
from mock_server.query.advanced import Condition
from mock_server.query.fields import Fields, sort_key
from mock_server.query.glob import Glob

R = TypeVar("R")

ANY_GROUP = "any"
NO_GROUP = "none"


@dataclass(frozen=True)
class FieldFilter:
    """Only records whose ``field`` (as the API names it) matches ``glob``."""

    field: str
    glob: Glob

    def matches(self, value: str | None) -> bool:
        """Whether the value of the field matches; a missing one does not."""
        return value is not None and self.glob.matches(self.glob.comparable(value))


@dataclass(frozen=True)
class GroupFilter:
    """Only members of one group, of any group, or of none."""

    group: str
    include_ancestors: bool = False


@dataclass(frozen=True)
class OwnerFilter:
    """Only applications of one type of owner, and of one owner unless ``id`` is None."""

    type: str
    id: str | None


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """What to list: filtered, sorted by one field with ties by id, one page of it.

    ``page`` counts from 0. ``advanced`` replaces the other filters (contract, section 7).
    """

    sort_field: str
    descending: bool
    page: int
    per_page: int
    filter: FieldFilter | None = None
    group: GroupFilter | None = None
    advanced: Condition | None = None
    owner: OwnerFilter | None = None

    def cut(self, ascending: Sequence[R]) -> Sequence[R]:
        """Return the page of a list that is sorted in ascending order."""
        start, stop = self.page * self.per_page, (self.page + 1) * self.per_page
        if not self.descending:
            return ascending[start:stop]
        length = len(ascending)
        return ascending[max(length - stop, 0) : max(length - start, 0)][::-1]

    def page_of(self, records: Iterable[R], fields: Fields[R]) -> Page[R]:
        """Return the page of records of a kind that has no index, because there are few."""
        if self.advanced is not None:
            records = filter(self.advanced.matches, records)
        elif self.filter is not None:
            read, matches = fields[self.filter.field].read, self.filter.matches
            records = (record for record in records if matches(read(record)))
        ascending = sorted(records, key=sort_key(self.sort_field, fields))
        return Page(tuple(self.cut(ascending)), len(ascending))
