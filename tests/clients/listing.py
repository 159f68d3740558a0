"""The lists of the API, as the official Python client asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from losant_rest import Client

from tests.clients.ids import GREENHOUSE

APPLICATION = f"/applications/{GREENHOUSE}"
IN_APPLICATION = {"applicationId": GREENHOUSE}


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of record that can be listed, and what ``world.yaml`` has of it."""

    records: str
    """The client's attribute for the list."""
    record: str
    """The client's attribute for one record."""
    id_parameter: str
    type: str
    path: str
    name_field: str
    """The default sort field. A page is written as the initials of its values."""
    order: str
    """The initials of all records, in the default order."""
    owner: Mapping[str, str] = field(default_factory=dict)
    """What a page says about the owner of its records."""
    parameters: Mapping[str, str] = field(default_factory=lambda: IN_APPLICATION)
    """The parameters that every request needs."""

    def __str__(self) -> str:
        return self.records


USERS = Resource(
    records="experience_users",
    record="experience_user",
    id_parameter="experienceUserId",
    type="experienceUsers",
    path=f"{APPLICATION}/experience/users",
    name_field="email",
    order="Bacdef",
    owner=IN_APPLICATION,
)
GROUPS = Resource(
    records="experience_groups",
    record="experience_group",
    id_parameter="experienceGroupId",
    type="experienceGroups",
    path=f"{APPLICATION}/experience/groups",
    name_field="name",
    order="CEGLNS",
    owner=IN_APPLICATION,
)
API_TOKENS = Resource(
    records="application_api_tokens",
    record="application_api_token",
    id_parameter="apiTokenId",
    type="apiTokens",
    path=f"{APPLICATION}/tokens",
    name_field="name",
    order="AKS",
    owner={"ownerId": GREENHOUSE, "ownerType": "application"},
)
APPLICATIONS = Resource(
    records="applications",
    record="application",
    id_parameter="applicationId",
    type="applications",
    path="/applications",
    name_field="name",
    order="AGW",
    parameters={},
)
RESOURCES = (USERS, GROUPS, API_TOKENS, APPLICATIONS)


@dataclass(frozen=True)
class Listing:
    """One list of a server."""

    resource: Resource
    client: Client

    def __call__(self, **parameters: object) -> Any:
        """Return a page."""
        records = getattr(self.client, self.resource.records)
        return records.get(**self.resource.parameters, **parameters)

    def initials(self, **parameters: object) -> str:
        """Return the initials of the records on a page, in order."""
        return self.initials_of(self(**parameters))

    def initials_of(self, page: Any) -> str:
        """Return the initials of the records on a page that is at hand, in order."""
        assert page["count"] == len(page["items"])
        return "".join(item[self.resource.name_field][0] for item in page["items"])

    def one(self, record_id: str) -> Any:
        """Return one record."""
        record = getattr(self.client, self.resource.record)
        return record.get(**{**self.resource.parameters, self.resource.id_parameter: record_id})
