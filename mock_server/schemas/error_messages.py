"""What pydantic found wrong, in words, and how the place of it is written.

The mocked API tells one failure, in its own words (:func:`first_failure`, contract, section 4).
People who write seed files or call the control plane are told all of them, and what to write
instead (:func:`failure`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mock_server.domain import problems

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
"""A place in a JSON value: names of properties, and positions in lists."""

PROBLEM = "problem"
"""The type of errors that :func:`mock_server.schemas.validation.problem` makes."""

_MISSING = "missing"
_EXTRA = ("extra_forbidden", "unexpected_keyword_argument")
_INVALID_NAME = "invalid_key"
# Their paths end with a name that the value may not have.
_AT_A_NAME = (_MISSING, *_EXTRA)

_API_WORDS = {
    _MISSING: problems.REQUIRED,
    **dict.fromkeys(_EXTRA, problems.ADDITIONAL_PROPERTIES),
}

NAME_IS_NO_TEXT = "has a name that is not text"
UNKNOWN_PROPERTY = "is not a known property"

_Limits = Mapping[str, Any]
_WORDS: Mapping[str, str | Callable[[_Limits], str]] = {
    _MISSING: problems.REQUIRED,
    **dict.fromkeys(_EXTRA, UNKNOWN_PROPERTY),
    _INVALID_NAME: NAME_IS_NO_TEXT,
    "string_type": "must be text",
    "string_unicode": "must be text without halves of characters (unpaired surrogates)",
    "string_too_short": "must not be empty",
    "string_too_long": lambda limits: f"must have at most {limits['max_length']} characters",
    # Only names of sandboxes and snapshots have a pattern.
    "string_pattern_mismatch": "must be up to 128 letters, digits, dots, hyphens and underscores,"
    " the first of them a letter or a digit",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": lambda limits: f"must be more than {_number(limits['gt'])}",
    "greater_than_equal": lambda limits: f"must be at least {_number(limits['ge'])}",
    "less_than_equal": lambda limits: f"must be at most {_number(limits['le'])}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "literal_error": lambda limits: f"must be {limits['expected'].replace(chr(39), '')}",
    "dict_type": "must be an object",
    "mapping_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dataclass_type": "must be an object",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "recursion_loop": problems.TOO_DEEP,
    "recursion_depth_exceeded": problems.TOO_DEEP,
    "value_error": lambda limits: str(limits["error"]),
    PROBLEM: lambda limits: "; ".join(filter(None, (limits["words"], limits["hint"]))),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A place in a value, and what is wrong there.

    ``kind`` is pydantic's, and ``words`` are those of the API where it has some.
    """

    path: Path
    reason: str
    kind: str
    words: str = ""
    input: Any = field(default=None, repr=False)


def failure(detail: Mapping[str, Any], value: Any) -> Failure:
    """Return one of the things that are wrong with a value.

    :param detail: what pydantic says of it
    """
    kind, limits = detail["type"], detail.get("ctx", {})
    # A name that is not text cannot be shown in a path.
    location = detail["loc"][:-1] if kind == _INVALID_NAME else detail["loc"]
    path = _place(location, value, ends_with_name=kind in _AT_A_NAME)
    words = _WORDS.get(kind)
    if words is None:
        message = str(detail["msg"])
        reason = f"is wrong: {message[:1].lower()}{message[1:]}"
    else:
        reason = words if isinstance(words, str) else words(limits)
    if kind == PROBLEM:
        path = (*path, *limits["path"])
    return Failure(path, reason, kind, str(limits.get("words", "")), detail.get("input"))


def first_failure(errors: Sequence[ErrorDetails]) -> tuple[Path, str]:
    """Return the place of the failure that the API finds first, and the API's words for it.

    The real validator checks an object's required properties, then for unknown ones, then the
    known ones in the order of the schema, each fully before the next.
    """
    error = _first(errors, 0)
    path: Path = error["loc"]
    if error["type"] == PROBLEM:
        context = error["ctx"]
        return (*path, *context["path"]), context["words"]
    # An unknown property is the fault of the object that has it.
    return (
        path[:-1] if error["type"] in _EXTRA else path,
        _API_WORDS.get(error["type"], problems.WRONG_TYPE),
    )


def path_text(path: Iterable[str | int], *, dots: bool = False) -> str:
    """Return a path as people write it, such as ``users[3].email``.

    :param dots: as the API writes it instead: ``users.3.email``
    """
    if dots:
        return ".".join(map(str, path))
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _place(location: Path, value: Any, *, ends_with_name: bool) -> Path:
    """Return a place without what pydantic adds to it: tags of unions, and ``[key]``."""
    place: list[str | int] = []
    parts, name = (location[:-1], location[-1:]) if ends_with_name else (location, ())
    for part in parts:
        if _has(value, part):
            value = value[part]
            place.append(part)
    return (*place, *name)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, Mapping):
        return part in value
    return isinstance(value, list | tuple) and isinstance(part, int) and part < len(value)


def _first(errors: Sequence[ErrorDetails], depth: int) -> ErrorDetails:
    """Return the failure that the API finds first; all are inside one value at ``depth``."""
    for kinds in ((_MISSING,), _EXTRA):
        for error in errors:
            if error["type"] in kinds and len(error["loc"]) == depth + 1:
                return error
    first = errors[0]
    if len(first["loc"]) <= depth + 1:
        return first
    part = first["loc"][depth]
    return _first(
        [e for e in errors if len(e["loc"]) > depth and e["loc"][depth] == part], depth + 1
    )


def _number(limit: float) -> str:
    return str(int(limit)) if limit == int(limit) else str(limit)
