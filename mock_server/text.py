"""Text as the API compares it, and as people read it."""

from collections.abc import Iterable


def fold(text: str) -> str:
    """Return ``text`` for comparing without regard to case.

    One character stays one character (``ß`` does not become ``ss``), so that ``?`` in a
    glob still stands for exactly one, and the Greek final sigma equals the plain one.
    """
    if text.isascii():
        lowered = text.lower()
        return text if lowered == text else lowered  # one string in memory instead of two
    return "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, which is how the API counts (contract, section 4)."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_unicode(text: str) -> bool:
    """Return whether ``text`` has no unpaired surrogates, which JSON allows and UTF-8 does not."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def counted(number: int, noun: str) -> str:
    """Return how many of something there are, in words: ``1 user``, ``1,001 users``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def near_words(
    word: str, known: Iterable[str], most: int = 1, *, ignore_case: bool = False
) -> list[str]:
    """Return the known words that a misspelt word is most similar to, the best match first.

    The list is empty when no word is similar enough.
    """
    from difflib import get_close_matches  # imported only after a mistake

    if not ignore_case:
        return get_close_matches(word, list(known), n=most)
    lowered = {one.lower(): one for one in known}
    return [lowered[one] for one in get_close_matches(word.lower(), lowered, n=most)]


def did_you_mean(
    word: str, known: Iterable[str], most: int = 1, *, ignore_case: bool = False, quote: str = ""
) -> str:
    """Return the end of a message about a misspelt word, such as ``; did you mean firstName?``.

    It is empty when no known word is similar enough.
    """
    near = near_words(word, known, most, ignore_case=ignore_case)
    return f"; did you mean {' or '.join(f'{quote}{one}{quote}' for one in near)}?" if near else ""
