"""What is wrong with a request, in words that say what to do about it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
Detail = Mapping[str, Any]

_TOLD = 5
_SHOWN = 100

_WORDS: Mapping[str, str] = {
    "missing": "is required",
    "string_type": "must be text",
    "string_unicode": "must be text without halves of characters (unpaired surrogates)",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be an object",
    "mapping_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be a list",
    # Only names of sandboxes and snapshots have one.
    "string_pattern_mismatch": "must be up to 128 letters, digits, dots, hyphens and underscores,"
    " the first of them a letter or a digit",
}
_WORDS_WITH_LIMITS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda limits: f"must be at least {_number(limits['ge'])}",
    "less_than_equal": lambda limits: f"must be at most {_number(limits['le'])}",
    "greater_than": lambda limits: f"must be more than {_number(limits['gt'])}",
    "string_too_short": lambda limits: "must not be empty",
    "string_too_long": lambda limits: f"must have at most {limits['max_length']} characters",
    "too_short": lambda limits: "must not be empty",
    "literal_error": lambda limits: f"must be {limits['expected'].replace(chr(39), '')}",
    "value_error": lambda limits: str(limits["error"]),
    "problem": lambda limits: str(limits["words"]),
}


def message(details: Sequence[Detail], body: Any) -> str:
    """Return what pydantic found wrong with a request, the first few things of it."""
    told = [f"{named(place)} {words}" for place, words in _merged(details, body).items()]
    more = len(told) - _TOLD
    return "; ".join(told[:_TOLD]) + (f"; and {more} more" if more > 0 else "")


def named(place: Path) -> str:
    """Return a place as one would write it: ``inOrder[0].action``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in place)
    return text.removeprefix(".") or "the body"


def shown(text: str) -> str:
    """Return text that somebody sent as it can be repeated: printable, and not too long."""
    return shortened(text.encode(errors="backslashreplace").decode(), _SHOWN)


def shortened(text: str, length: int) -> str:
    """Return text, or as much of it as is wanted."""
    return text if len(text) <= length else f"{text[:length]}…"


def _merged(details: Sequence[Detail], body: Any) -> dict[Path, str]:
    """Return what is wrong with each place; a value that may be several things is told once."""
    merged: dict[Path, str] = {}
    for detail in details:
        place, words = _mistake(detail, body)
        before = merged.get(place)
        if before is None:
            merged[place] = words
        elif words not in before:
            merged[place] = f"{before} or {words.removeprefix('must be ')}"
    return merged


def _mistake(detail: Detail, body: Any) -> tuple[Path, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    place = _place(detail["loc"], body)
    if kind == "missing":
        if detail["loc"] == ("body",):
            return (), "must be JSON, sent with Content-Type: application/json"
        place = (*place, detail["loc"][-1])
    if kind == "problem":
        place = (*place, *context["path"])
    if kind in _WORDS_WITH_LIMITS:
        return place, _WORDS_WITH_LIMITS[kind](context)
    text = str(detail["msg"])
    return place, _WORDS.get(kind) or f"is wrong: {text[:1].lower()}{text[1:]}"


def _place(location: Path, body: Any) -> Path:
    """Return the place in what was sent, without the names that pydantic has for alternatives."""
    where, *parts = location
    if where != "body":
        return tuple(parts)
    if parts and isinstance(body, dict) and body.get("kind") == parts[0]:
        del parts[0]
    place: list[str | int] = []
    value = body
    for part in parts:
        if _has(value, part):
            value = value[part]
            place.append(part)
    return tuple(place)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def _number(limit: float) -> str:
    return str(int(limit)) if limit == int(limit) else str(limit)
