"""What answers have in common. These models document answers; they are not run on them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mock_server.schemas.fields import DATE_TIME_SCHEMA, OBJECT_ID_SCHEMA, NotNull

Id = Annotated[str, OBJECT_ID_SCHEMA]
Date = Annotated[str, DATE_TIME_SCHEMA]
Count = Annotated[int, Field(ge=0)]


class Link(BaseModel):
    """Where something is found."""

    href: str


class Action(Link):
    """Something that the token may do."""

    method: str


class ResponseModel(BaseModel):
    """An object that the API answers, with its hypermedia; what is not there has no value."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", defer_build=True)

    type_: str = Field(alias="_type", description="The kind of the resource.")
    links: NotNull[dict[str, Link]] = Field(None, alias="_links")
    actions: NotNull[dict[str, Action]] = Field(None, alias="_actions")


class PageResponse(ResponseModel):
    """One page of a listing. Filters are there only when they were sent."""

    count: Count = Field(description="How many items this page has.")
    total_count: Count = Field(description="How many items there are on all pages.")
    page: Count
    per_page: Annotated[int, Field(ge=1)]
    sort_field: str
    sort_direction: Literal["asc", "desc", "ASC", "DESC"]
    filter_field: NotNull[str] = None
    filter: NotNull[str] = None
