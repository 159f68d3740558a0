"""The kinds of values in the API's schemas.

The checks of one value run in the real validator's order: type, format, unique items, the items
themselves, pattern, number of items, length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    FailFast,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from mock_server.domain import problems
from mock_server.domain.clock import format_instant, parse_instant
from mock_server.domain.ids import is_object_id
from mock_server.jsonio import canonical, is_number
from mock_server.schemas.validation import problem
from mock_server.text import utf16_length

T = TypeVar("T")

OBJECT_ID_SCHEMA = WithJsonSchema({"type": "string", "pattern": "^[0-9A-Fa-f]{24}$"})
DATE_TIME_SCHEMA = WithJsonSchema({"type": "string", "format": "date-time"})

TAG_KEY = re.compile(r"[0-9a-zA-Z_-]{1,255}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-(?:0[0-9]|1[0-2])-[0-9]{2}[tT ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[zZ]|[+-][0-9]{2}:[0-9]{2})"
)
# What JavaScript's regular expressions call white space.
_WHITE_SPACE = re.compile(
    "[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
)
_MAX_TAG_LENGTH = 255


class FirstMistake(FailFast):
    """A list that is checked no further than its first mistake: no other is told."""

    __hash__ = object.__hash__


@dataclass(frozen=True, eq=False)
class Check:
    """A check of a value, with what it means in a JSON Schema."""

    function: Callable[[Any], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return no_info_after_validator_function(self.function, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), **self.schema}


def length(shortest: int, longest: int) -> Check:
    """Return the check that a string has so many UTF-16 code units."""
    # The real validator counts UTF-16 code units, of which a character has one or two.
    plainly = longest // 2
    hint = f"write {shortest} to {longest} characters"

    def check(text: str) -> str:
        if shortest <= len(text) <= plainly:
            return text
        units = utf16_length(text)
        if units > longest:
            raise problem(problems.TOO_LONG, hint=hint)
        if units < shortest:
            raise problem(problems.TOO_SHORT, hint=hint)
        return text

    # A JSON Schema counts characters, each of which is one or two code units.
    least = {"minLength": -(-shortest // 2)} if shortest else {}
    return Check(check, {**least, "maxLength": longest})


def pattern(expression: str) -> Check:
    """Return the check that a whole string matches a regular expression."""
    compiled = re.compile(expression)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise problem(problems.PATTERN_MISMATCH)
        return text

    return Check(check, {"pattern": f"^{expression}$"})


def at_most(count: int) -> Check:
    """Return the check that an array has no more than ``count`` items."""

    def check(items: list[T]) -> list[T]:
        if len(items) > count:
            raise problem(problems.TOO_MANY_ITEMS, hint=f"write up to {count}")
        return items

    return Check(check, {"maxItems": count})


def one_of(words: Collection[str], otherwise: str = problems.NOT_IN_ENUM) -> Check:
    """Return the check that a string is one of ``words``."""

    def check(text: str) -> str:
        if text not in words:
            raise problem(otherwise)
        return text

    return Check(check, {"enum": list(words)})


def _not_null(value: T | None) -> T:
    if value is None:
        raise problem(problems.WRONG_TYPE)
    return value


def _email(text: str) -> str:
    if "@" not in text or _WHITE_SPACE.search(text):
        raise problem(problems.NOT_AN_EMAIL, hint="write it with an @ and without spaces")
    return text


def is_date_time(text: str) -> bool:
    """Return whether a text has the form of a date and time, even if it names no instant."""
    return _DATE_TIME.fullmatch(text) is not None


def _date_time(text: str) -> str:
    """Return the instant as the API writes it; what names none, such as 30 February, as sent."""
    if not is_date_time(text):
        raise problem(problems.NOT_A_DATE_TIME)
    instant = parse_instant(text)
    return text if instant is None else format_instant(instant)


def _object_id(text: str) -> str:
    if not is_object_id(text):
        raise problem(problems.PATTERN_MISMATCH, hint="write 24 hexadecimal digits")
    return text.lower()


def _id_or_null(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, str) and is_object_id(value):
        return value.lower()
    raise problem(problems.NO_SINGLE_MATCH)


def _object_or_null(value: object) -> object:
    if value is None or isinstance(value, dict):
        return value
    raise problem(problems.NO_SINGLE_MATCH)


def _number(value: object) -> object:
    if not is_number(value):
        raise problem(problems.WRONG_TYPE)
    return value


def _seconds(value: object) -> object:
    if not isinstance(value, int | float) or not is_number(value) or value != int(value):
        raise problem(problems.WRONG_TYPE)
    if value < 0:
        raise problem(problems.TOO_SMALL)
    return int(value)


def text_or_no_match(value: object) -> object:
    """Where there is a choice between schemas, even a wrong type is no match."""
    if not isinstance(value, str):
        raise problem(problems.NO_SINGLE_MATCH)
    return value


def _tags(value: object) -> object:
    if not isinstance(value, dict):
        raise problem(problems.WRONG_TYPE)
    if not all(map(TAG_KEY.fullmatch, value)):
        raise problem(problems.ADDITIONAL_PROPERTIES)
    for key, text in value.items():
        if not isinstance(text, str):
            raise problem(problems.WRONG_TYPE, key)
        if utf16_length(text) > _MAX_TAG_LENGTH:
            raise problem(problems.TOO_LONG, key)
        if not text:
            raise problem(problems.TOO_SHORT, key)
    return value


def _unique(items: object) -> object:
    if isinstance(items, list):
        seen: set[object] = set()
        for item in map(_identity, items):
            if item in seen:
                raise problem(problems.NOT_UNIQUE)
            seen.add(item)
    return items


def _identity(item: object) -> object:
    """Return what is equal for JSON values that are written the same."""
    if isinstance(item, str):
        return item
    if isinstance(item, list | dict):
        return "JSON", canonical(item)
    return isinstance(item, bool), item


@cache
def scope_names() -> frozenset[str]:
    """Return the scopes that an application API token can have (contract, section 2)."""
    return frozenset(json.loads((files("mock_server") / "data" / "token_scopes.json").read_text()))


def _known_scope(text: str) -> str:
    if text not in scope_names():
        raise problem(problems.NO_SINGLE_MATCH)
    return text


class _NotNull:
    """Says in a JSON Schema that a property may be absent, but not null."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        written = handler(schema)
        [value] = [one for one in written.pop("anyOf") if one != {"type": "null"}]
        return {**written, **value}


class _ScopeNames:
    """Lists the scopes in a JSON Schema, once it is asked for: they are read from a file."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "enum": sorted(scope_names())}


TAGS_SCHEMA = WithJsonSchema(
    {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {
            "^[0-9a-zA-Z_-]{1,255}$": {"type": "string", "minLength": 1, "maxLength": 255}
        },
    }
)

NotNull = Annotated[T | None, BeforeValidator(_not_null), _NotNull()]
"""A property that may be absent, but not null. None stands for absent."""

Number = Annotated[Any, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
"""A whole number stays whole when it is echoed."""

Seconds = Annotated[
    int, BeforeValidator(_seconds), WithJsonSchema({"type": "integer", "minimum": 0})
]
Email = Annotated[str, Check(_email, {"pattern": "^[^\\s]*@[^\\s]*$"}), length(0, 1024)]
DateTime = Annotated[str, AfterValidator(_date_time), DATE_TIME_SCHEMA]
ObjectId = Annotated[str, AfterValidator(_object_id), OBJECT_ID_SCHEMA]
ObjectIdOrNull = Annotated[
    str | None,
    BeforeValidator(_id_or_null),
    WithJsonSchema({"type": ["string", "null"], "pattern": "^[0-9A-Fa-f]{24}$"}),
]
ObjectOrNull = Annotated[dict[str, Any] | None, BeforeValidator(_object_or_null)]
ObjectIds = Annotated[list[ObjectId], FirstMistake(), at_most(1000)]
Tags = Annotated[dict[str, str], BeforeValidator(_tags), TAGS_SCHEMA]
Scope = Annotated[
    str, BeforeValidator(text_or_no_match), AfterValidator(_known_scope), _ScopeNames()
]
Scopes = Annotated[
    list[Scope],
    FirstMistake(),
    BeforeValidator(_unique),
    Field(json_schema_extra={"uniqueItems": True}),
]

Name = Annotated[str, length(1, 255)]
ShortText = Annotated[str, length(0, 1024)]
LongText = Annotated[str, length(0, 32767)]
Password = Annotated[str, length(8, 2048)]
