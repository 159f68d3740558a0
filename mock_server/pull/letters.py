"""The kinds of characters, and the letters that replace letters.

Replacements are rare consonants, so that the result is not a word of any language. In Latin these
are not r, l, m or n either, which act as vowels in words such as Brno. Symbols such as ★ or ② count
as letters, because they can identify somebody, too. The kinds come from Unicode 3.2, which every
version of Python includes, so results never change. Newer characters count as letters, except for
some signs.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import ucd_3_2_0

LATIN = "l"
LETTER = "L"
DIGIT = "d"
MARK = "m"
OTHER = "-"
"""Kinds: ASCII letters, other letters and symbols, digits, combining marks, and what stays."""

_SHORT = 4
"""Words with fewer letters get only letters that are rare in abbreviations."""

_RARE = "bcfjkqvwxz"
_CONSONANTS = "bcdfghjkpqstvwxz"
_NEWER_SIGNS = (range(0x2000, 0x2090), range(0x20A0, 0x2100), range(0x27E6, 0x27F0))
"""Where newer characters are punctuation, currencies, accents and brackets."""

_FIRST_PICTURE = 0x2100
"""The first code point of symbols that are replaced; before it are signs such as § and ©."""

_WIDE_SIGNS = range(0xF900, 0x10000)
"""Where mathematical symbols are wide forms of ASCII symbols."""

_WITHOUT_ZERO = range(0x1369, 0x1372)
"""Ethiopic digits, which have no zero."""

_TAGS = range(0xE0020, 0xE007F)
"""Invisible letters, which are part of regional flags."""

_Letters = str | range
"""Letters, or their code points."""

# Hangul syllables that end in pairs of consonants that names do not have.
_HANGUL = "".join(
    chr(0xAC00 + 28 * head + tail) for head in range(19 * 21) for tail in (12, 13, 14)
)
_LATIN_ACCENTS = "çćčďđĝğģĥħĵķśşšţťŵźżž"
_GREEK = "βγδζθκξπτφχψ"
_RARE_HAN = range(0x3400, 0x4DB6)
_RARE_WIDE_HAN = range(0x20000, 0x2A6D7)

_ALPHABETS: tuple[tuple[int, int, _Letters], ...] = (
    (0x00AA, 0x024F, _LATIN_ACCENTS),
    (0x0370, 0x03FF, _GREEK),
    (0x0400, 0x052F, "бвгджзкпсфхцчшщ"),
    (0x0590, 0x05FF, "ךםןףץטזסצ"),
    (0x0600, 0x06FF, "ثذضظغڤڨڭژچ"),
    (0x0900, 0x097F, "घङछझञटठडढणथध"),
    (0x0E00, 0x0E7F, "ฃฅฆฌญฎฏฐฑฒณฬฮ"),
    (0x1E00, 0x1EFF, _LATIN_ACCENTS),
    (0x1F00, 0x1FFF, _GREEK),
    (0x2090, 0x209F, "ₓₕₖₚₜ"),
    (0x2C60, 0x2C7F, _LATIN_ACCENTS),
    (0x3040, 0x309F, "ぢづぬゐゑぴぷぺぽぜぞべ"),
    (0x30A0, 0x30FF, "ヂヅヌヰヱヴヷヸヹヺゾベ"),
    (0x3400, 0x9FFF, _RARE_HAN),
    (0xA720, 0xA7FF, _LATIN_ACCENTS),
    (0xAC00, 0xD7A3, _HANGUL),
    (0xF900, 0xFAFF, _RARE_HAN),
    (0xFF21, 0xFF5A, "".join(chr(0xFEE0 + ord(letter)) for letter in _RARE)),
    (0x1F000, 0x1FBFF, range(0x1F600, 0x1F641)),
    (0x20000, 0x3FFFF, _RARE_WIDE_HAN),
    (0xE0020, 0xE007E, range(0xE0061, 0xE007B)),
)
"""The first and the last code point of a script, and the letters that replace its letters."""

_NEWER_ALPHABETS: tuple[tuple[int, int, _Letters], ...] = (
    (0x2100, 0x2BFF, range(0x2600, 0x2614)),
    (0x0000, 0xFFFF, _RARE_HAN),
    (0x10000, 0x10FFFF, _RARE_WIDE_HAN),
)
"""The same for characters without an entry above and without similar characters nearby."""


def kinds_of(text: str) -> str:
    """Return the kind of each character."""
    return "".join(map(kind_of, text))


@lru_cache(maxsize=4096)
def kind_of(character: str) -> str:
    """Return the kind of a character."""
    if character.isascii():
        return LATIN if character.isalpha() else DIGIT if character.isdigit() else OTHER
    category, point = ucd_3_2_0.category(character), ord(character)
    if category == "Nd" and point not in _WITHOUT_ZERO:
        return DIGIT
    if category in ("Mn", "Mc"):
        return MARK
    return LETTER if _is_replaced(category, point) else OTHER


def _is_replaced(category: str, point: int) -> bool:
    """Return whether a character that is neither a digit nor a mark has to be replaced."""
    match category:
        case "Cn":
            return not any(point in signs for signs in _NEWER_SIGNS)
        case "So" | "Sm":
            return point >= _FIRST_PICTURE and (category == "So" or point not in _WIDE_SIGNS)
        case _:
            return category[0] in "LN" or category == "Co" or point in _TAGS


def another(letter: str, number: int, count: int) -> str:
    """Return another letter of the same script.

    :param letter: a folded letter; the result is folded too
    :param number: selects the letter
    :param count: the number of letters in the word
    """
    letters = _alphabet(letter, is_short=count < _SHORT)
    if isinstance(letters, str):
        others = letters.replace(letter, "")
        return others[number % len(others)]
    point = letters[number % (len(letters) - 1)]
    return chr(letters[-1] if point == ord(letter) else point)


@lru_cache(maxsize=4096)
def _alphabet(letter: str, *, is_short: bool) -> _Letters:
    """Return the letters of a script, maybe with the letter itself."""
    if letter.isascii():
        return _RARE if is_short else _CONSONANTS
    is_number = ucd_3_2_0.category(letter)[0] == "N"
    return (
        (is_number and _neighbours(letter))
        or _listed(_ALPHABETS, letter)
        or _neighbours(letter)
        or _listed(_NEWER_ALPHABETS, letter)
    )


def _listed(alphabets: tuple[tuple[int, int, _Letters], ...], letter: str) -> _Letters:
    """Return the letters that a table has for a letter; none if it has no entry."""
    point = ord(letter)
    return next((letters for first, last, letters in alphabets if first <= point <= last), "")


def _neighbours(letter: str) -> str:
    """Return nearby letters of the same category, for scripts without an entry."""
    category, first = ucd_3_2_0.category(letter), ord(letter) & ~0x7F
    around = map(chr, range(first, first + 0x80))
    alike = [one for one in around if ucd_3_2_0.category(one) == category and _has_one_case(one)]
    return "" if category == "Cn" or len(alike) < 2 else "".join(alike)


def _has_one_case(letter: str) -> bool:
    """Return whether a folded letter is unchanged after conversion to upper and lower case."""
    return len(letter.upper()) == 1 and letter.upper().lower() == letter
