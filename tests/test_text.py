"""Suggestions for misspelt words."""

from __future__ import annotations

import pytest

from mock_server.text import did_you_mean, near_words

KNOWN = ["firstName", "lastName", "email", "EMAIL2"]


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("fristName", "; did you mean firstName?"),
        ("email", "; did you mean email?"),
        ("FIRSTNAME", ""),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_the_most_similar_word(word: str, suggestion: str) -> None:
    """The word that is most similar is suggested, if one is similar enough."""
    assert did_you_mean(word, KNOWN) == suggestion


def test_several_without_regard_to_case() -> None:
    """Suggestions keep the spelling of the known words, and the best comes first."""
    assert near_words("EMAIL", KNOWN, most=2, ignore_case=True) == ["email", "EMAIL2"]
    several = did_you_mean("FirstNme", KNOWN, most=3, ignore_case=True, quote="'")
    assert several == "; did you mean 'firstName' or 'lastName'?"
    assert near_words("FIRSTNAME", KNOWN, ignore_case=True) == ["firstName"]


def test_words_that_come_once() -> None:
    """What is known may be read once only, as a generator is."""
    assert near_words("emial", (word for word in KNOWN)) == ["email"]
