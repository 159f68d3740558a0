"""The kinds of values in seed documents: those of the API, relative dates, and any JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import UnionSchema, dict_schema, str_schema, union_schema

from mock_server.domain import problems
from mock_server.domain.clock import format_instant, parse_instant
from mock_server.jsonio import MAX_DEPTH, is_deeper
from mock_server.schemas import fields as types
from mock_server.schemas.error_messages import NAME_IS_NO_TEXT, Path
from mock_server.schemas.experience_groups import DeviceTag
from mock_server.schemas.validation import problem

When = int | timedelta
"""An instant in milliseconds, or an offset from the time at which a document is loaded."""

TextWhen = str | timedelta
"""The same where the API keeps text: a date as it writes it, or a text that names no instant."""

QUICK = token_hex()
"""Part of the place of each error that a :class:`QuickCheck` reports. Only the full check counts.

No document can have this name, because it is random.
"""

_FROM_NOW = "now|[+-][0-9]{1,9}[smhdw]"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FARTHEST = timedelta(days=1000 * 365)
"""A clock can show any time at this distance from which there still is a date."""

# As mock_server.auth.passwords makes them: 8 bytes of salt, 16 of digest.
_PASSWORD_HASH = "[0-9a-f]{16}:[0-9a-f]{32}"  # noqa: S105 - a pattern
# Python neither reads nor writes integers of more digits.
_TOO_LARGE = 10**4300

_NO_DATE = (
    "must be an ISO 8601 date, such as 2024-05-17T09:30:00Z,"
    " or a time from now, such as -3d, +12h or now"
)
_NO_TAG_KEY = (
    "is not a valid tag key; write 1 to 255 letters from a to z, digits, hyphens and underscores"
)


@dataclass(frozen=True)
class Present:
    """The time at which documents are loaded, in milliseconds."""

    now: int

    def instant(self, when: When | None, default: int) -> int:
        """Return the instant that a document gives, or the default if it gives none."""
        if isinstance(when, int):
            return when
        return default if when is None else self._from_now(when)

    def text(self, when: TextWhen | None) -> str | None:
        """Return a date as the API writes it."""
        return format_instant(self._from_now(when)) if isinstance(when, timedelta) else when

    def _from_now(self, offset: timedelta) -> int:
        return self.now + offset // timedelta(milliseconds=1)


@dataclass(frozen=True, eq=False)
class QuickCheck:
    """A check without Python code, for usual values; any other value goes to the full check.

    A document may have a million users, and this makes reading them a quarter faster. What passes
    the quick check must pass the full one as well, unchanged.
    """

    schema: CoreSchema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return union_schema([(self.schema, QUICK), handler(source)], mode="left_to_right")

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(cast("CoreSchema", cast("UnionSchema", schema)["choices"][1]))


def _usual(pattern: str | None = None, *, longest: int | None = None) -> QuickCheck:
    return QuickCheck(str_schema(pattern=pattern, max_length=longest, strict=True))


def _when(value: object) -> When:
    """Return an instant, or an offset from now."""
    instant = parse_instant(value) if isinstance(value, str) else None
    return _from_now(value) if instant is None else instant


def _text_when(value: object) -> TextWhen:
    """Return a date as the API writes it, or an offset from now.

    A text that has the form of a date but names none, such as 30 February, stays as it is.
    """
    instant = parse_instant(value) if isinstance(value, str) else None
    if instant is not None:
        return format_instant(instant)
    is_date = isinstance(value, str) and types.is_date_time(value)
    return cast("str", value) if is_date else _from_now(value)


def _from_now(value: object) -> timedelta:
    if not isinstance(value, str):
        raise problem(_NO_DATE)
    if not re.fullmatch(_FROM_NOW, value):
        shown = value.encode(errors="backslashreplace").decode()
        raise problem(f'{_NO_DATE}; "{shown}" is neither')
    offset = timedelta() if value == "now" else timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    if abs(offset) > _FARTHEST:
        raise problem("is more than 1000 years from now")
    return offset


def _password_hash(text: str) -> str:
    if not re.fullmatch(_PASSWORD_HASH, text):
        raise problem("is not a password hash of this mock server; write password instead")
    return text


def _tag_key(text: str) -> str:
    if not types.TAG_KEY.fullmatch(text):
        raise problem(_NO_TAG_KEY)
    return text


def _text_names(value: object) -> object:
    if not _has_text_names(value):
        raise problem(NAME_IS_NO_TEXT)
    return value


def _json(value: object) -> object:
    """Return a value that JSON can express. YAML and Python have more kinds of values."""
    if is_deeper(value, MAX_DEPTH):
        raise problem(problems.TOO_DEEP)
    level: list[tuple[Path, object]] = [((), value)]
    while level:
        for path, part in level:
            reason = _no_json(part)
            if reason:
                raise problem(reason, *path)
        level = [inner for path, part in level for inner in _parts(path, part)]
    return value


def _no_json(value: object) -> str | None:
    if not _has_text_names(value):
        return NAME_IS_NO_TEXT
    if isinstance(value, float):
        return None if math.isfinite(value) else "is not a number in JSON"
    if isinstance(value, int):
        return None if abs(value) < _TOO_LARGE else "is too large a number"
    return None if value is None or isinstance(value, str | dict | list) else "is not JSON"


def _has_text_names(value: object) -> bool:
    return not isinstance(value, dict) or all(isinstance(name, str) for name in value)


def _parts(path: Path, value: object) -> Iterable[tuple[Path, object]]:
    if isinstance(value, dict):
        return [((*path, name), part) for name, part in value.items()]
    if isinstance(value, list):
        return [((*path, index), part) for index, part in enumerate(value)]
    return ()


def is_one(value: object) -> object:
    """Check the version of a document."""
    if type(value) is not int:  # True and 1.0 are equal to 1
        raise problem("must be 1")
    return value


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _text_schema(shortest: int, longest: int, **more: Any) -> WithJsonSchema:
    """Return the schema of a text; in characters, some of which the API counts as two."""
    schema = {"type": "string", "maxLength": longest, **more}
    return WithJsonSchema({**schema, "minLength": shortest} if shortest else schema)


_DATE_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": f"^({_FROM_NOW}|[0-9]{{4}}.*)$",
        "description": "An ISO 8601 date, or a time from now, in s, m, h, d or w.",
        "examples": ["2024-05-17T09:30:00Z", "2024-05-17", "-3d", "+12h", "now"],
    }
)
_STRINGS_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
)
# Usual texts are within the limits even if each character counts twice.
_USUAL_TAGS = dict_schema(
    str_schema(pattern="^[0-9A-Za-z_-]{1,255}$", strict=True),
    str_schema(min_length=1, max_length=127, strict=True),
    strict=True,
)

Instant = Annotated[When, PlainValidator(_when), _DATE_SCHEMA]
TextInstant = Annotated[TextWhen, PlainValidator(_text_when), _DATE_SCHEMA]
ObjectId = Annotated[types.ObjectId, _usual("^[0-9a-f]{24}$")]
Email = Annotated[
    types.Email,
    _usual("^[!-~]*@[!-~]*$", longest=1024),
    _text_schema(0, 1024, pattern="^[^ \\t\\r\\n]*@[^ \\t\\r\\n]*$"),
]
ShortText = Annotated[types.ShortText, _usual(longest=512)]
Password = Annotated[types.Password, _text_schema(4, 2048)]
PasswordHash = Annotated[
    str,
    AfterValidator(_password_hash),
    _usual(f"^{_PASSWORD_HASH}$"),
    _text_schema(49, 49, pattern=f"^{_PASSWORD_HASH}$"),
]
Tags = Annotated[
    dict[Annotated[str, AfterValidator(_tag_key)], types.Name],
    BeforeValidator(_text_names),
    QuickCheck(_USUAL_TAGS),
    types.TAGS_SCHEMA,
]
DeviceTags = Annotated[list[DeviceTag], types.at_most(100)]
JsonObject = Annotated[dict[str, Any], BeforeValidator(_json)]
Strings = Annotated[list[str], BeforeValidator(_list), _STRINGS_SCHEMA]
