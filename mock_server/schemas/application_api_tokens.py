"""Application API tokens on the wire (contract, section 5)."""

from typing import Annotated, Any, Literal

from mock_server.domain.records import ApiToken
from mock_server.schemas.fields import DateTime, LongText, Name, NotNull, Scopes, one_of
from mock_server.schemas.listings import ListParameters, blank_means
from mock_server.schemas.responses import Date, Id, PageResponse, ResourceResponse
from mock_server.schemas.validation import WireModel

# As the documentation of the official clients lists them.
_SORT_FIELDS = ("name", "status", "id", "creationDate", "lastUpdated", "expirationDate")
_FILTER_FIELDS = ("name", "status")

Status = Annotated[str, one_of(("active", "inactive"))]


class ApiTokenPost(WireModel):
    name: Name
    description: NotNull[LongText] = None
    expiration_date: NotNull[DateTime] = None
    scope: NotNull[Scopes] = None
    status: NotNull[Status] = None


class ApiTokenPatch(WireModel):
    name: NotNull[Name] = None
    description: NotNull[LongText] = None
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
