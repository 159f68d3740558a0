"""Experience groups on the wire (contract, section 9)."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from mock_server.domain.records import GroupDetails
from mock_server.query.listing import ListQuery
from mock_server.schemas.fields import (
    FirstMistake,
    LongText,
    Name,
    NotNull,
    ObjectIdOrNull,
    ObjectIds,
    Tags,
    at_most,
    length,
    one_of,
    pattern,
)
from mock_server.schemas.listings import (
    GroupQuery,
    ListParameters,
    Parameters,
    blank_means,
    is_true,
)
from mock_server.schemas.responses import Date, Id, PageResponse, ResourceResponse
from mock_server.schemas.validation import WireModel
from mock_server.settings import Settings

_SORT_FIELDS = ("name", "id", "creationDate", "lastUpdated")
_FILTER_FIELDS = ("name",)


class DeviceTag(WireModel):
    key: NotNull[Annotated[str, pattern("[0-9a-zA-Z_-]{1,255}")]] = None
    value: NotNull[Name] = None


DeviceTags = Annotated[list[DeviceTag], FirstMistake(), at_most(100)]
DeviceQuery = Annotated[str, length(0, 8192)]


class ExperienceGroupPatch(WireModel):
    name: NotNull[Name] = None
    description: NotNull[LongText] = None
    experience_user_ids: NotNull[ObjectIds] = None
    experience_endpoint_ids: NotNull[ObjectIds] = None
    group_tags: NotNull[Tags] = None
    device_ids: NotNull[ObjectIds] = None
    device_tags: NotNull[DeviceTags] = None
    device_query_json: DeviceQuery | None = None
    parent_id: ObjectIdOrNull = None


class ExperienceGroupPost(ExperienceGroupPatch):
    name: Name


class ExperienceGroupResponse(ResourceResponse):
    """A group."""

    id: Id
    experience_group_id: Id
    application_id: Id
    creation_date: Date
    last_updated: Date
    name: str
    description: NotNull[str] = None
    experience_user_ids: list[Id]
    experience_endpoint_ids: list[Id]
    group_tags: dict[str, str]
    device_ids: list[Id]
    device_tags: list[dict[str, str]]
    device_query_json: str | None
    parent_id: Id | None
    ancestor_ids: list[Id]
    direct_device_count: NotNull[int] = None
    total_device_count: NotNull[int] = None


class ExperienceGroupsResponse(PageResponse):
    """A page of groups."""

    application_id: Id
    items: list[ExperienceGroupResponse]


class ExperienceGroupListParameters(ListParameters):
    sort_field: Annotated[str, blank_means("name"), one_of(_SORT_FIELDS)] = "name"
    filter_field: Annotated[str, one_of((*_FILTER_FIELDS, ""))] = ""
    advanced: GroupQuery = Field(
        None,
        alias="query",
        description="Advanced query as JSON. It replaces the filter.",
        examples=['{"name": {"$contains": "sales"}}'],
    )

    def query(self, settings: Settings) -> ListQuery:
        query = super().query(settings)
        return (
            query if self.advanced is None else replace(query, filter=None, advanced=self.advanced)
        )


class ExperienceGroupParameters(Parameters):
    include_direct_device_count: str = ""
    include_total_device_count: str = ""

    def device_counts(self) -> dict[str, int]:
        """Return the counts that were asked for. There are no devices here."""
        asked = {
            "directDeviceCount": self.include_direct_device_count,
            "totalDeviceCount": self.include_total_device_count,
        }
        return {name: 0 for name, value in asked.items() if is_true(value)}


def group_document(details: GroupDetails) -> dict[str, Any]:
    """Return the group as it is answered, without hypermedia."""
    return ExperienceGroupResponse.document(
        details.group,
        experience_group_id=details.group.id,
        experience_user_ids=details.user_ids,
        ancestor_ids=details.ancestor_ids,
        direct_device_count=None,
        total_device_count=None,
    )
