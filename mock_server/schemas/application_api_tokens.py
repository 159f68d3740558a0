"""Application API tokens on the wire (contract, section 5)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from mock_server.domain import problems
from mock_server.domain.ids import is_object_id
from mock_server.domain.records import ApiToken
from mock_server.schemas.fields import (
    DateTime,
    FirstMistake,
    LongText,
    Name,
    NotNull,
    ObjectId,
    Scopes,
    at_most,
    one_of,
    text_or_no_match,
)
from mock_server.schemas.listings import ListParameters, blank_means
from mock_server.schemas.responses import Date, Id, PageResponse, ResourceResponse
from mock_server.schemas.validation import WireModel, problem

# As the documentation of the official clients lists them.
_SORT_FIELDS = ("name", "status", "id", "creationDate", "lastUpdated", "expirationDate")
_FILTER_FIELDS = ("name", "status")

Status = Annotated[str, one_of(("active", "inactive"))]


Role = Annotated[str, one_of(("admin", "edit", "collaborate", "view", "none"))]
ResourceRole = Annotated[str, one_of(("collaborate", "view", "none"))]


def _organization(text: str) -> str:
    if text != "sandbox" and not is_object_id(text):
        raise problem(problems.NO_SINGLE_MATCH)
    return text


class RoleInResource(WireModel):
    resource_id: ObjectId
    role: ResourceRole


ResourceRoles = Annotated[list[RoleInResource], FirstMistake(), at_most(100)]


class RoleInOrganization(WireModel):
    """What a token may do in an organization; the mock keeps it, and restricts nothing."""

    org_id: Annotated[
        str,
        BeforeValidator(text_or_no_match),
        AfterValidator(_organization),
        WithJsonSchema({"type": "string", "pattern": "^([A-Fa-f0-9]{24}|sandbox)$"}),
    ]
    role: Role
    application_roles: NotNull[ResourceRoles] = None
    dashboard_roles: NotNull[ResourceRoles] = None


OrganizationRoles = Annotated[list[RoleInOrganization], FirstMistake(), at_most(25)]


class ApiTokenPost(WireModel):
    name: Name
    description: NotNull[LongText] = None
    expiration_date: NotNull[DateTime] = None
    default_role: NotNull[Role] = None
    org_roles: NotNull[OrganizationRoles] = None
    scope: NotNull[Scopes] = None
    status: NotNull[Status] = None


class ApiTokenPatch(WireModel):
    name: NotNull[Name] = None
    description: NotNull[LongText] = None
    default_role: NotNull[Role] = None
    org_roles: NotNull[OrganizationRoles] = None
    status: NotNull[Status] = None


class ApiTokenResponse(ResourceResponse):
    """An API token, without the JWT."""

    id: Id
    api_token_id: Id
    owner_id: Id
    owner_type: Literal["application"]
    creator_id: str
    creator_type: Literal["user", "apiToken"]
    creator_name: str
    name: str
    description: NotNull[str] = None
    creation_date: Date
    last_updated: Date
    expiration_date: NotNull[str] = None
    default_role: NotNull[str] = None
    org_roles: NotNull[list[dict[str, Any]]] = None
    scope: list[str]
    status: Literal["active", "inactive"]


class CreatedApiTokenResponse(ApiTokenResponse):
    """An API token with its JWT, which is answered only once."""

    token: str


class ApiTokensResponse(PageResponse):
    """A page of API tokens."""

    owner_id: Id
    owner_type: Literal["application"]
    items: list[ApiTokenResponse]


class ApiTokenListParameters(ListParameters):
    sort_field: Annotated[str, blank_means("name"), one_of(_SORT_FIELDS)] = "name"
    filter_field: Annotated[str, one_of((*_FILTER_FIELDS, ""))] = ""


def token_document(token: ApiToken) -> dict[str, Any]:
    """Return the token as it is answered, without the JWT and hypermedia."""
    return ApiTokenResponse.document(
        token,
        api_token_id=token.id,
        owner_id=token.application_id,
        owner_type="application",
    )
