"""What answers have in common, and how they are made from records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mock_server.domain.clock import format_instant
from mock_server.schemas.fields import DATE_TIME_SCHEMA, OBJECT_ID_SCHEMA, NotNull


@dataclass(frozen=True)
class _Instant:
    """Marks a date that records have as an instant in milliseconds."""


Id = Annotated[str, OBJECT_ID_SCHEMA]
Date = Annotated[str, DATE_TIME_SCHEMA, _Instant()]
Count = Annotated[int, Field(ge=0)]


class Link(BaseModel):
    """Where something is found."""

    href: str


class Action(Link):
    """Something that the token may do."""

    method: str


class ObjectResponse(BaseModel):
    """An object that the API answers. Optional properties are absent, never null."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", defer_build=True)

    @classmethod
    def document(cls, record: object, /, **others: Any) -> dict[str, Any]:
        """Return what is answered of a record: its attributes, by the names of the API.

        :param others: the properties that the record does not have under their own name
        """
        document = {}
        for name, alias, is_instant, is_optional in _properties(cls):
            value = others[name] if name in others else getattr(record, name)
            if value is not None:
                document[alias] = format_instant(value) if is_instant else value
            elif not is_optional:
                document[alias] = None
        return document


@cache
def _properties(model: type[ObjectResponse]) -> list[tuple[str, str, bool, bool]]:
    """Return the properties of a model without those of hypermedia.

    For each: its attribute, its name in the API, whether it is an instant, and whether it is
    absent where there is no value.
    """
    return [
        (
            name,
            field.alias or name,
            any(map(_is_instant, (*field.metadata, field.annotation))),
            not field.is_required(),
        )
        for name, field in model.model_fields.items()
        if not (field.alias or name).startswith("_")
    ]


def _is_instant(annotation: object) -> bool:
    return isinstance(annotation, _Instant) or any(map(_is_instant, get_args(annotation)))


class ResourceResponse(ObjectResponse):
    """A resource, or a page of resources, with its hypermedia (contract, section 11)."""

    type_: str = Field(alias="_type", description="The kind of the resource.")
    links: NotNull[dict[str, Link]] = Field(None, alias="_links")
    actions: NotNull[dict[str, Action]] = Field(None, alias="_actions")


class PageResponse(ResourceResponse):
    """One page of a listing. Filters are there only when they were sent."""

    count: Count = Field(description="How many items this page has.")
    total_count: Count = Field(description="How many items there are on all pages.")
    page: Count
    per_page: Annotated[int, Field(ge=1)]
    sort_field: str
    sort_direction: Literal["asc", "desc", "ASC", "DESC"]
    filter_field: NotNull[str] = None
    filter: NotNull[str] = None
