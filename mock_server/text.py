"""Text as the API compares it, and as people read it."""


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
    """Tell whether ``text`` has no unpaired surrogates, which JSON allows and UTF-8 does not."""
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
