"""Names in the letters that addresses have.

This module imports Faker, which takes a while: import it when a crowd is made, not before.
"""

from __future__ import annotations

from faker.decode import unidecode

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz-")
# What Faker's table leaves out, or spells as nobody does.
_SPELLINGS = str.maketrans(
    {
        "\N{LATIN SMALL LETTER SCHWA}": "e",
        "\N{ARABIC LETTER ALEF}": "a",
        "\N{ARABIC LETTER ALEF WITH HAMZA ABOVE}": "a",
        "\N{ARABIC LETTER ALEF WITH MADDA ABOVE}": "a",
        "\N{ARABIC LETTER ALEF WITH HAMZA BELOW}": "i",
        "\N{ARABIC LETTER ALEF MAKSURA}": "a",
        "\N{ARABIC LETTER TEH MARBUTA}": "a",
        "\N{ARABIC LETTER AIN}": "a",
        "\N{HEBREW LETTER ALEF}": "a",
        "\N{HEBREW LETTER AYIN}": "a",
    }
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def slug(name: str, language: str) -> str:
    """Return a name in letters from a to z, with hyphens inside; nothing if none can be told.

    :param language: such as ``de``; in some, letters are spelled differently than in others
    """
    text = name.lower()
    if not text.isascii():
        if language == "de":
            text = text.translate(_GERMAN)
        text = unidecode(text.translate(_SPELLINGS)).lower()
    if not text.isalpha():
        text = "".join(letter for letter in text if letter in _LETTERS)
    return text.strip("-")
