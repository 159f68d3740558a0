"""The base class of objects that are sent to the control plane, and the types of their fields."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from mock_server.domain.clock import parse_instant
from mock_server.schemas.validation import problem
from mock_server.text import did_you_mean

MAX_SECONDS = 100 * 365 * 24 * 3600
"""A hundred years: longer than anybody waits, and short enough for every date."""

MAX_COUNT = 1_000_000_000
"""The largest number of requests or users in a parameter."""

MAX_GLOB = 4096
"""Characters. A glob is compiled to a regular expression, which takes time."""

_FIRST, _LAST = 0, 32_503_680_000_000
"""1970 to 3000: the range of a settable clock. Adding any duration still gives a date."""

_COMPARED = 100
"""Characters of an unknown property's name that are compared with the known names."""


class RequestModel(BaseModel):
    """An object that is sent to the control plane: camelCase names, exact types, none unknown."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, value: Any) -> Any:
        """Refuse an unknown property with a message that names the known ones."""
        if isinstance(value, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            unknown = next((name for name in value if name not in known), None)
            if unknown is not None:
                near = did_you_mean(unknown[:_COMPARED], known)
                hint = near or f"; there are {', '.join(known)}"
                raise problem(f"is not a known property{hint}", unknown)
        return value


@dataclass(frozen=True)
class Notation:
    """How a value of a type is written on the command line, such as ``GLOB`` or ``DURATION``."""

    name: str


def is_clock_time(instant: int) -> bool:
    """Return whether a clock can be set to an instant."""
    return _FIRST <= instant <= _LAST


def _instant(text: str) -> str:
    instant = parse_instant(text)
    if instant is None or not is_clock_time(instant):
        raise ValueError("must be an ISO 8601 date between 1970 and 3000: 2024-05-17T09:30:00Z")
    return text


def instant_of(text: str) -> int:
    """Return the instant, in milliseconds, of a valid :data:`InstantText`."""
    instant = parse_instant(text)
    if instant is None:
        raise ValueError(text)
    return instant


def whole(value: object) -> object:
    """Return a whole number as an int: in JSON, 3.0 and 3 are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _query_parameters(values: dict[str, Any]) -> dict[str, str]:
    """Return parameters of a query string as they are sent."""
    return {name: _query_parameter(name, value) for name, value in values.items()}


def _query_parameter(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise problem("must be text, a number, true or false", name)


WHOLE = BeforeValidator(whole)
"""Accepts whole numbers in either notation; must stand after the limits."""

HowMany = Annotated[int, Field(ge=0, le=MAX_COUNT), WHOLE]
Ordinal = Annotated[int, Field(ge=1, le=MAX_COUNT), WHOLE]
GlobText = Annotated[str, Field(max_length=MAX_GLOB), Notation("GLOB")]

InstantText = Annotated[str, AfterValidator(_instant), Notation("DATE")]
"""A date that a clock can be set to."""

QueryParameters = Annotated[
    dict[str, Any],
    AfterValidator(_query_parameters),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    ),
    Notation("NAME=VALUE"),
]
"""Parameters of a query string; numbers and booleans become text."""

AnyJson = Annotated[Any, Notation("JSON")]
