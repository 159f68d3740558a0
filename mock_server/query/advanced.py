"""The advanced query (contract, section 8) as a tree of conditions on a record and its values.

Missing values behave as in MongoDB: None is a missing value; it equals null and nothing else,
and has no order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.text import fold


class Condition(ABC):
    """A condition on a record, or on the value of one of its fields."""

    @abstractmethod
    def matches(self, value: Any) -> bool: ...


@dataclass(frozen=True)
class All(Condition):
    """``$and``, and the query as a whole. An empty one is true."""

    conditions: tuple[Condition, ...] = ()

    def matches(self, value: Any) -> bool:
        return all(condition.matches(value) for condition in self.conditions)


@dataclass(frozen=True)
class AnyOf(Condition):
    """``$or``. By the API's documentation, an empty one is true."""

    conditions: tuple[Condition, ...]

    def matches(self, value: Any) -> bool:
        conditions = self.conditions
        return not conditions or any(condition.matches(value) for condition in conditions)


@dataclass(frozen=True)
class NoneOf(Condition):
    """``$nor``. By the API's documentation, an empty one is false."""

    conditions: tuple[Condition, ...]

    def matches(self, value: Any) -> bool:
        conditions = self.conditions
        return bool(conditions) and not any(condition.matches(value) for condition in conditions)


@dataclass(frozen=True)
class Not(Condition):
    """The opposite of a condition."""

    condition: Condition

    def matches(self, value: Any) -> bool:
        return not self.condition.matches(value)


@dataclass(frozen=True)
class FieldMatches(Condition):
    """The value of a record's field satisfies a condition."""

    read: Callable[[Any], Any]
    condition: Condition

    def matches(self, record: Any) -> bool:
        return self.condition.matches(self.read(record))


@dataclass(frozen=True)
class OneOf(Condition):
    """``$eq`` and ``$in``: the value is one of the operands."""

    operands: frozenset[object]

    def matches(self, value: object) -> bool:
        return value in self.operands

    def matches_any(self, values: Collection[object]) -> bool:
        return not self.operands.isdisjoint(values or (None,))


@dataclass(frozen=True)
class Compared(Condition):
    """Any other operator: it compares a value with an operand of the same type."""

    compare: Callable[[Any, Any], bool]
    operand: object

    def matches(self, value: object) -> bool:
        return value is not None and self.compare(value, self.operand)

    def matches_any(self, values: Collection[object]) -> bool:
        return any(self.compare(value, self.operand) for value in values)


@dataclass(frozen=True)
class AnyId(Condition):
    """One of a field's ids satisfies a condition; a field without ids is a missing value."""

    condition: OneOf | Compared

    def matches(self, ids: Collection[str]) -> bool:
        return self.condition.matches_any(ids)


@dataclass(frozen=True)
class Folded(Condition):
    """``$ci``: the text satisfies a condition whose operand is folded."""

    condition: Condition

    def matches(self, text: str | None) -> bool:
        return self.condition.matches(None if text is None else fold(text))


@dataclass(frozen=True)
class AllTags(Condition):
    """Each named tag satisfies its condition."""

    conditions: Mapping[str, Condition]

    def matches(self, tags: Mapping[str, str]) -> bool:
        return all(condition.matches(tags.get(key)) for key, condition in self.conditions.items())


@dataclass(frozen=True)
class AnyTag(Condition):
    """The key and the value of one tag satisfy both conditions."""

    key: Condition
    value: Condition

    def matches(self, tags: Mapping[str, str]) -> bool:
        return any(self.key.matches(key) and self.value.matches(tags[key]) for key in tags)
