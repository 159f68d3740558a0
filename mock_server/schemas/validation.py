"""Objects as they are sent, read from JSON values."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from mock_server.domain.errors import ValidationFailed
from mock_server.schemas.error_messages import PROBLEM, first_failure, path_text
from mock_server.text import is_unicode

M = TypeVar("M", bound="WireModel")


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
        """Rename properties that pydantic cannot read; they are unknown under any name."""
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
            path, words = first_failure(error.errors(include_url=False, include_input=False))
        prefix = () if name is None else (name,)
        raise ValidationFailed(path_text((*prefix, *path), dots=True), words)

    def given(self) -> dict[str, Any]:
        """Return the fields that were sent, by attribute name, in the order of the schema."""
        sent = self.model_fields_set
        return {name: getattr(self, name) for name in type(self).model_fields if name in sent}

    def sent(self) -> dict[str, Any]:
        """Return what was sent, by the names of the API."""
        return self.model_dump(by_alias=True, exclude_unset=True)


def problem(words: str, *path: str | int, hint: str = "") -> PydanticCustomError:
    """Return the error for a value that is wrong in a way that pydantic does not know.

    :param path: the place inside the value
    :param hint: what to write instead; the API does not tell it
    """
    return PydanticCustomError(PROBLEM, "{words}", {"words": words, "path": path, "hint": hint})
