"""Globs against the plainest matcher that can be written."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.query.glob import Glob
from mock_server.text import fold

PATTERNS = st.text(alphabet="ab*?\\A[.", max_size=8)
VALUES = st.text(alphabet="abAB*?\\[.\n", max_size=8)


def plainly_matches(pattern: str, value: str) -> bool:
    """Match by trying everything."""

    @cache
    def matches(p: int, v: int) -> bool:
        if p == len(pattern):
            return v == len(value)
        if pattern[p] == "*":
            return any(matches(p + 1, rest) for rest in range(v, len(value) + 1))
        if v == len(value):
            return False
        if pattern[p] == "?":
            return matches(p + 1, v + 1)
        escaped = pattern[p] == "\\" and p + 1 < len(pattern)
        literal = p + 1 if escaped else p
        return pattern[literal] == value[v] and matches(literal + 1, v + 1)

    return matches(0, 0)


@given(PATTERNS, VALUES)
def test_sensitive(pattern: str, value: str) -> None:
    """A glob that minds case matches what the plain matcher does."""
    glob = Glob.parse(pattern, case_sensitive=True)
    assert glob.matches(glob.comparable(value)) == plainly_matches(pattern, value)


@given(PATTERNS, VALUES)
def test_insensitive(pattern: str, value: str) -> None:
    """One that does not mind case matches the lower-cased value with the lower-cased pattern."""
    glob = Glob.parse(pattern)
    expected = plainly_matches(pattern.lower(), value.lower())
    assert glob.matches(glob.comparable(value)) == expected


@given(PATTERNS, VALUES)
def test_prefix(pattern: str, value: str) -> None:
    """Whatever matches begins with the prefix; where the prefix is all, what begins so matches."""
    glob = Glob.parse(pattern)
    begins = glob.comparable(value).startswith(glob.prefix)
    matches = glob.matches(glob.comparable(value))
    assert begins or not matches
    if glob.is_prefix:
        assert matches == begins


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("STRASSE", "straße", False),
        ("stra?e", "STRAẞE", True),
        ("*Σ", "ΟΔΥΣΣΕΥΣ", True),
        ("*ς", "ΟΔΥΣΣΕΥΣ", True),
        ("?", "😀", True),
        ("?stanbul", "İstanbul", True),
        ("a*", "ab\nc", True),
    ],
)
def test_beyond_ascii(pattern: str, value: str, matches: bool) -> None:
    """Case is folded one character for one, and a character is a code point."""
    glob = Glob.parse(pattern)
    assert glob.matches(glob.comparable(value)) is matches


@given(st.text())
def test_folding_keeps_length(text: str) -> None:
    """Folding never changes how many characters there are, and is done when it is done."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
