"""From pydantic's errors to the one message that the API would answer (contract, section 4).

The real validator checks an object's required properties, then for unknown ones, then the known
ones in the order of the schema, each fully before the next; only the first failure is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from mock_server.domain import problems
from mock_server.domain.errors import ValidationFailed
from mock_server.text import is_unicode

M = TypeVar("M", bound="WireModel")

_PROBLEM = "problem"
_MISSING = "missing"
_EXTRA = "extra_forbidden"
_WORDS = {_MISSING: problems.REQUIRED, _EXTRA: problems.ADDITIONAL_PROPERTIES}


class WireModel(BaseModel):
    """An object as it is sent: camelCase names, exact types, no unknown properties."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _spell_out_surrogates(cls, value: object) -> object:
        """Rename properties that pydantic can not read; they are unknown under any name."""
        if isinstance(value, dict) and not all(map(is_unicode, value)):
            return {name.encode(errors="backslashreplace").decode(): value[name] for name in value}
        return value

    @classmethod
    def read(cls: type[M], name: str | None, value: object) -> M:
        """Return ``value`` as this model.

        :param name: what the error message calls the object; None if only its fields are named
        :raises ValidationFailed: for the first failure, in the API's order
        """
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise _failure(name, error.errors(include_url=False, include_input=False)) from None

    def given(self) -> dict[str, Any]:
        """Return the fields that were sent, by attribute name, in the order of the schema."""
        sent = self.model_fields_set
        return {name: getattr(self, name) for name in type(self).model_fields if name in sent}


def problem(words: str, *path: str | int, hint: str = "") -> PydanticCustomError:
    """Return the error for a value that is wrong in a way pydantic has no name for.

    :param path: the place inside the value
    :param hint: what to write instead, which the API does not say
    """
    return PydanticCustomError(_PROBLEM, "{words}", {"words": words, "path": path, "hint": hint})


def _failure(name: str | None, errors: Sequence[ErrorDetails]) -> ValidationFailed:
    error = _first(errors, 0)
    path: tuple[str | int, ...] = error["loc"]
    if error["type"] == _PROBLEM:
        context = error["ctx"]
        path, words = (*path, *context["path"]), context["words"]
    else:
        words = _WORDS.get(error["type"], problems.WRONG_TYPE)
    if error["type"] == _EXTRA:
        path = path[:-1]
    prefix = () if name is None else (name,)
    return ValidationFailed(".".join(map(str, (*prefix, *path))), words)


def _first(errors: Sequence[ErrorDetails], depth: int) -> ErrorDetails:
    """Return the failure that the API would find first; all stand inside one value at ``depth``."""
    for kind in (_MISSING, _EXTRA):
        for error in errors:
            if error["type"] == kind and len(error["loc"]) == depth + 1:
                return error
    first = errors[0]
    if len(first["loc"]) <= depth + 1:
        return first
    part = first["loc"][depth]
    return _first(
        [e for e in errors if len(e["loc"]) > depth and e["loc"][depth] == part], depth + 1
    )
