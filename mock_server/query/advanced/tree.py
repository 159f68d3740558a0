"""An advanced query as a tree of values, without the records that it will be asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

Scalar = str | float | bool | None
Operand = Scalar | tuple[Scalar, ...]


class Connective(Enum):
    """How the branches of a query are joined."""

    AND = "$and"
    OR = "$or"
    NOR = "$nor"


@dataclass(frozen=True)
class Group:
    """``$and``, ``$or`` or ``$nor`` over queries."""

    connective: Connective
    queries: tuple[Query, ...]


@dataclass(frozen=True)
class Comparison:
    """One operator with its operand."""

    operator: str
    operand: Operand


@dataclass(frozen=True)
class FieldTest:
    """Operators that must all hold for one field; none at all always hold."""

    field: str
    comparisons: tuple[Comparison, ...]
    ignore_case: bool = False


@dataclass(frozen=True)
class AllTags:
    """Each named tag must satisfy its comparison."""

    comparisons: Mapping[str, Comparison]


@dataclass(frozen=True)
class OneTag:
    """One tag must satisfy both: its key the one, its value the other; None asks nothing."""

    key: Comparison | None
    value: Comparison | None


@dataclass(frozen=True)
class TagTest:
    """A test of a field that holds tags."""

    field: str
    test: AllTags | OneTag
    negated: bool = False


@dataclass(frozen=True)
class Query:
    """A conjunction; an empty one holds for every record."""

    parts: tuple[Group | FieldTest | TagTest, ...] = ()
