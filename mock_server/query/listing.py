"""What a caller wants listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from mock_server.query.advanced.tree import Query
from mock_server.query.glob import Glob

T = TypeVar("T")

ANY_GROUP = "any"
NO_GROUP = "none"


@dataclass(frozen=True)
class Window:
    """One page; ``page`` counts from 0."""

    page: int
    per_page: int

    def cut(self, ordered: Sequence[T]) -> Sequence[T]:
        """Return the items of ``ordered`` that are on this page."""
        start = self.page * self.per_page
        return ordered[start : start + self.per_page]

    def cut_reversed(self, ordered: Sequence[T]) -> Sequence[T]:
        """Return what :meth:`cut` would return of the reverse of ``ordered``."""
        stop = len(ordered) - self.page * self.per_page
        return ordered[max(stop - self.per_page, 0) : max(stop, 0)][::-1]


@dataclass(frozen=True)
class FieldFilter:
    """Only those whose ``field`` (as the API names it) matches ``glob``."""

    field: str
    glob: Glob


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

    ``advanced`` takes the place of the other filters (contract, section 7).
    """

    sort_field: str
    descending: bool
    window: Window
    filter: FieldFilter | None = None
    group: GroupFilter | None = None
    advanced: Query | None = None
    owner: OwnerFilter | None = None
