"""The parameters of listings (contract, section 7), and the frame that a page is answered in."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from mock_server.domain import problems
from mock_server.jsonio import InvalidJson, decode
from mock_server.query.advanced import Condition
from mock_server.query.fields import GROUP_FIELDS, USER_FIELDS, Fields
from mock_server.query.glob import Glob
from mock_server.query.listing import FieldFilter, ListQuery
from mock_server.query.parse import QueryError, parse_query
from mock_server.schemas.fields import one_of
from mock_server.schemas.validation import WireModel, problem
from mock_server.settings import FilterCase, Settings

# A page can be as far past the end as anybody likes, within what Python reads as a number.
_WHOLE_NUMBER = re.compile(r"[0-9]{1,1000}")
# Deep enough for every query that can be told where it is nested too deeply.
_MAX_QUERY_DEPTH = 500
_TRUE = ("true", "1", "yes")


def is_true(value: str) -> bool:
    """Return whether a switch in the query string is on."""
    return value in _TRUE


def blank_means(default: str) -> BeforeValidator:
    """Return the rule that an empty value is the same as none."""
    return BeforeValidator(lambda value: default if value == "" else value)


def _whole_number(value: object, default: int, least: int) -> int:
    if value == "":
        return default
    if not isinstance(value, str) or not _WHOLE_NUMBER.fullmatch(value) or int(value) < least:
        raise problem(problems.WRONG_TYPE)
    return int(value)


def _advanced(value: object, fields: Fields[Any]) -> Condition | None:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ",".join(value)  # as JavaScript makes text of an array
    if not isinstance(value, str):
        raise problem(problems.WRONG_TYPE)
    try:
        document = decode(value, max_depth=_MAX_QUERY_DEPTH, infinite=True)
        return parse_query(document, fields)
    except QueryError as error:
        raise problem(error.problem, *error.path) from None
    except InvalidJson:
        raise problem(problems.WRONG_TYPE) from None


def _switch(value: object) -> bool:
    return value == "" or (isinstance(value, str) and is_true(value))


_QUERY_SCHEMA = WithJsonSchema({"type": "string"})

Switch = Annotated[bool, BeforeValidator(_switch)]
SortDirection = Annotated[str, blank_means("asc"), one_of(("asc", "desc", "ASC", "DESC"))]
PageNumber = Annotated[int, BeforeValidator(partial(_whole_number, default=0, least=0))]
PerPage = Annotated[int, BeforeValidator(partial(_whole_number, default=100, least=1))]
UserQuery = Annotated[
    Condition | None, PlainValidator(partial(_advanced, fields=USER_FIELDS)), _QUERY_SCHEMA
]
GroupQuery = Annotated[
    Condition | None, PlainValidator(partial(_advanced, fields=GROUP_FIELDS)), _QUERY_SCHEMA
]


class Parameters(WireModel):
    """Query parameters: strings; unknown ones are ignored.

    ``_links`` and ``_actions`` switch hypermedia off (contract, section 11).
    """

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)

    with_links: Switch = Field(
        default=True, alias="_links", description="Whether the answer has _links."
    )
    with_actions: Switch = Field(
        default=True, alias="_actions", description="Whether the answer has _actions."
    )


class ListParameters(Parameters):
    """What all listings take. Each resource names its fields, in this order of checks."""

    sort_field: str
    sort_direction: SortDirection = "asc"
    page: PageNumber = Field(0, description="Number of the page, from 0.")
    per_page: PerPage = Field(100, description="How many items a page has, up to 1000.")
    filter_field: str = ""
    filter: str = Field(
        "", description="Pattern for filterField: * is any run of characters, ? is one."
    )

    def query(self, settings: Settings) -> ListQuery:
        """Return what is to be listed."""
        return ListQuery(
            sort_field=self.sort_field,
            descending=self.sort_direction.lower() == "desc",
            page=self.page,
            per_page=self.effective_per_page(settings),
            filter=self._field_filter(settings.filter_case),
        )

    def effective_per_page(self, settings: Settings) -> int:
        return min(self.per_page, settings.max_per_page)

    def _field_filter(self, case: FilterCase) -> FieldFilter | None:
        if not self.filter_field or not self.filter:
            return None
        glob = Glob.parse(self.filter, case_sensitive=case is FilterCase.SENSITIVE)
        return FieldFilter(self.filter_field, glob)

    @property
    def sent_filters(self) -> Mapping[str, str]:
        """The filters that were sent and are not blank, by the names of the API."""
        filters = {"filterField": self.filter_field, "filter": self.filter}
        return {name: value for name, value in filters.items() if value}

    def frame(self, settings: Settings, count: int, total_count: int) -> Mapping[str, Any]:
        """Return what a page says besides its items."""
        return {
            "count": count,
            "totalCount": total_count,
            "page": self.page,
            "perPage": self.effective_per_page(settings),
            "sortField": self.sort_field,
            "sortDirection": self.sort_direction,
            **self.sent_filters,
        }
