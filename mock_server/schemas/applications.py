"""Applications on the wire (contract, section 10)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from mock_server.domain import problems
from mock_server.domain.ids import is_object_id
from mock_server.domain.records import Application, Counts
from mock_server.query.listing import OwnerFilter
from mock_server.schemas.fields import (
    DateTime,
    FirstMistake,
    Name,
    NotNull,
    Number,
    ObjectId,
    ObjectIds,
    ObjectOrNull,
    ShortText,
    length,
    one_of,
    pattern,
)
from mock_server.schemas.listings import ListParameters, Parameters, blank_means
from mock_server.schemas.responses import Date, Id, PageResponse, ResourceResponse
from mock_server.schemas.validation import WireModel, problem

_SORT_FIELDS = ("name", "id", "creationDate", "ownerId", "lastUpdated")
_FILTER_FIELDS = ("name",)

# What the API counts; the mock has the first three.
_COUNTED_ELSEWHERE = (
    "certificateCount",
    "certificateAuthorityCount",
    "credentialCount",
    "dashCount",
    "dataTableCount",
    "deviceCount",
    "deviceRecipeCount",
    "eventCount",
    "experienceDomainCount",
    "experienceEndpointCount",
    "experienceSlugCount",
    "experienceVersionCount",
    "experienceViewCount",
    "fileCount",
    "flowCount",
    "integrationCount",
    "keyCount",
    "notebookCount",
    "privateFileCount",
    "resourceJobCount",
    "webhookCount",
)

# Where both are wrong, the longest length is told before the pattern, and the shortest after it.
EndpointSlug = Annotated[str, length(0, 63), pattern("[0-9a-z-]*"), length(3, 63)]
ObjectItems = Annotated[list[dict[str, Any]], FirstMistake()]


class ApplicationBody(WireModel):
    def properties(self) -> dict[str, Any]:
        """Return what was sent and is only echoed, by the API's names."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude={"name", "org_id"})


class ApplicationPost(ApplicationBody):
    org_id: NotNull[ObjectId] = None
    application_template_id: NotNull[ObjectId] = None
    name: Name
    description: NotNull[ShortText] = None
    applied_template_ids: NotNull[ObjectIds] = None
    endpoint_slug: NotNull[EndpointSlug] = None
    exp_user_token_cutoff: NotNull[DateTime] = None
    endpoint_default_cors: NotNull[bool] = None
    globals: NotNull[ObjectItems] = None
    archive_config: NotNull[dict[str, Any]] = None
    blob_url_ttl: NotNull[Number] = Field(None, alias="blobUrlTTL")


class ApplicationPatch(ApplicationBody):
    name: NotNull[Name] = None
    description: NotNull[ShortText] = None
    endpoint_slug: NotNull[EndpointSlug] = None
    exp_user_token_cutoff: NotNull[DateTime] = None
    endpoint_default_cors: NotNull[bool] = None
    globals: NotNull[ObjectItems] = None
    ftue_tracking: NotNull[ObjectItems] = None
    archive_config: ObjectOrNull = None
    blob_url_ttl: NotNull[Number] = Field(None, alias="blobUrlTTL")


class ApplicationResponse(ResourceResponse):
    """An application, with whatever else it was given."""

    model_config = ConfigDict(extra="allow")

    id: Id
    application_id: Id
    creation_date: Date
    last_updated: Date
    owner_id: str
    owner_type: Literal["user", "organization"]
    name: str
    description: NotNull[str] = None
    summary: dict[str, int]


class ApplicationsResponse(PageResponse):
    """A page of applications."""

    items: list[ApplicationResponse]


class SummaryParameters(Parameters):
    summary_exclude: str = ""
    summary_include: str = ""

    def summary(self, counts: Counts) -> dict[str, int]:
        """Return the counts that were asked for; those of what the mock does not have are 0."""
        summary = {
            "experienceUserCount": counts.users,
            "experienceGroupCount": counts.groups,
            "apiTokenCount": counts.api_tokens,
            **dict.fromkeys(_COUNTED_ELSEWHERE, 0),
        }
        included, excluded = _names(self.summary_include), _names(self.summary_exclude)
        return {
            name: count
            for name, count in summary.items()
            if (not included or name in included) and name not in excluded
        }


def _id_or_blank(text: str) -> str:
    if text and not is_object_id(text):
        raise problem(problems.PATTERN_MISMATCH)
    return text


class ApplicationListParameters(SummaryParameters, ListParameters):
    sort_field: Annotated[str, blank_means("name"), one_of(_SORT_FIELDS)] = "name"
    filter_field: Annotated[str, one_of((*_FILTER_FIELDS, ""))] = ""
    org_id: NotNull[Annotated[str, AfterValidator(_id_or_blank)]] = None

    def owner(self, caller_id: str | None) -> OwnerFilter | None:
        """Return whose applications are wanted: an organization's, or by a blank the caller's."""
        if self.org_id is None:
            return None
        if self.org_id:
            return OwnerFilter("organization", self.org_id.lower())
        return OwnerFilter("user", caller_id)


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split(",") if name.strip())


def application_document(application: Application, summary: dict[str, int]) -> dict[str, Any]:
    """Return the application as it is answered, with whatever else it was given."""
    document = ApplicationResponse.document(
        application, application_id=application.id, description=None, summary=summary
    )
    return {**application.properties, **document}
