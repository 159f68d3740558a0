r"""Globs, as the ``filter`` parameter takes them (contract, section 7).

``*`` is any run of characters, ``?`` exactly one, ``\`` makes the next character literal,
everything else is literal; a glob matches whole values only.

A glob becomes a regular expression in which every ``*`` but the last takes the first place
where what follows it fits and never tries another (an atomic group). The first fit is always
as good as a later one, so the result is the same, and the time grows with the length of the
value instead of exploding with the number of stars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from mock_server.text import fold

_ANY_RUN = "*"
_ANY_ONE = "?"
_ESCAPE = "\\"


@dataclass(frozen=True)
class Glob:
    """A parsed glob: what stands between its stars, character by character; None is any one."""

    segments: tuple[tuple[str | None, ...], ...]
    case_sensitive: bool

    @classmethod
    def parse(cls, pattern: str, *, case_sensitive: bool = False) -> Glob:
        """Return the glob that ``pattern`` spells; every text is a valid pattern."""
        segments: list[tuple[str | None, ...]] = []
        segment: list[str | None] = []
        characters = iter(pattern)
        for character in characters:
            if character == _ANY_RUN:
                segments.append(tuple(segment))
                segment = []
            elif character == _ANY_ONE:
                segment.append(None)
            else:
                literal = next(characters, _ESCAPE) if character == _ESCAPE else character
                segment.append(literal if case_sensitive else fold(literal))
        segments.append(tuple(segment))
        return cls(tuple(segments), case_sensitive)

    def comparable(self, value: str) -> str:
        """Return ``value`` in the form that :meth:`matches` takes."""
        return value if self.case_sensitive else fold(value)

    def matches(self, comparable: str) -> bool:
        """Return whether a value, made comparable before, matches as a whole."""
        return self._expression.fullmatch(comparable) is not None

    @cached_property
    def prefix(self) -> str:
        """The literal text that every match begins with; may be empty."""
        first = self.segments[0]
        return _literal(first[: first.index(None)] if None in first else first)

    @cached_property
    def is_prefix(self) -> bool:
        """Whether matching means no more than beginning with :attr:`prefix`."""
        return (
            len(self.segments) > 1 and not any(self.segments[1:]) and None not in self.segments[0]
        )

    @cached_property
    def infix(self) -> str | None:
        """The text, where matching means no more than containing it: that of ``*text*``."""
        if len(self.segments) == 3 and not self.segments[0] and not self.segments[2]:
            return None if None in self.segments[1] else _literal(self.segments[1])
        return None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        first, *rest = map(_as_expression, self.segments)
        if not rest:
            return re.compile(first, re.DOTALL)
        *middle, last = rest
        atomic = "".join(f"(?>.*?{segment})" for segment in middle if segment)
        return re.compile(f"{first}{atomic}.*{last}", re.DOTALL)


def _literal(segment: tuple[str | None, ...]) -> str:
    return "".join(character or "" for character in segment)


def _as_expression(segment: tuple[str | None, ...]) -> str:
    return "".join("." if character is None else re.escape(character) for character in segment)
