"""Application API tokens (contract, section 5)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from mock_server.domain.errors import NotFound
from mock_server.domain.records import ApiToken
from mock_server.losant.responses import JsonResponse, Success
from mock_server.losant.routing import ApplicationId, Call, LosantRoute, found
from mock_server.schemas.application_api_tokens import (
    ApiTokenListParameters,
    ApiTokenPatch,
    ApiTokenPost,
    ApiTokenResponse,
    ApiTokensResponse,
    CreatedApiTokenResponse,
    token_document,
)
from mock_server.schemas.fields import ObjectId
from mock_server.schemas.listings import Parameters

DEFAULT_SCOPE = ("all.Application",)

router = APIRouter(
    prefix="/applications/{applicationId}/tokens",
    tags=["application API tokens"],
    route_class=LosantRoute,
)

NOUN = "API Token"
TokenId = Annotated[ObjectId, Path(alias="apiTokenId")]


@router.get("", name="applicationApiTokens.get", response_model=ApiTokensResponse)
async def list_tokens(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[ApiTokenListParameters, Query()],
) -> Response:
    """List the application's tokens: sorted, filtered, one page."""
    page = await call.store.api_tokens(application_id, parameters.query(call.settings))
    items = [_document(call, token) for token in page.items]
    owner = {"ownerId": application_id, "ownerType": "application"}
    href = _href(application_id)
    return call.page("applicationApiTokens", href, items, page.total_count, **owner)


@router.post(
    "",
    name="applicationApiTokens.post",
    status_code=201,
    response_model=CreatedApiTokenResponse,
)
async def create_token(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[ApiTokenPost, Body(title="apiToken")],
) -> Response:
    """Create a token. The JWT is answered here and never again."""
    now = call.world.clock.now()
    creator_id, creator_type, creator_name = await _creator(call)
    token = ApiToken(
        id=call.world.ids.at(now),
        application_id=application_id,
        scope=DEFAULT_SCOPE if body.scope is None else tuple(body.scope),
        expiration_date=body.expiration_date,
        **{"name": body.name, **_attributes(body)},
        creation_date=now,
        last_updated=now,
        creator_id=creator_id,
        creator_type=creator_type,
        creator_name=creator_name,
    )
    await call.store.add_api_token(token)
    secret = call.world.tokens.for_api_token(token)
    return JsonResponse(_document(call, token, token=secret), 201)


@router.get("/{apiTokenId}", name="applicationApiToken.get", response_model=ApiTokenResponse)
async def get_token(
    call: Call,
    application_id: ApplicationId,
    token_id: TokenId,
    parameters: Annotated[Parameters, Query()],
) -> Response:
    """Return one token, without the JWT."""
    token = await call.store.api_token(application_id, token_id)
    return JsonResponse(_document(call, found(token, NOUN)))


@router.patch("/{apiTokenId}", name="applicationApiToken.patch", response_model=ApiTokenResponse)
async def change_token(
    call: Call,
    application_id: ApplicationId,
    token_id: TokenId,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[ApiTokenPatch, Body(title="apiToken")],
) -> Response:
    """Change what was sent. An inactive token stops working at once."""
    changes = {**_attributes(body), "last_updated": call.world.clock.now()}
    token = await call.store.change_api_token(application_id, token_id, changes)
    return JsonResponse(_document(call, found(token, NOUN)))


@router.delete("/{apiTokenId}", name="applicationApiToken.delete", response_model=Success)
async def delete_token(
    call: Call,
    application_id: ApplicationId,
    token_id: TokenId,
    parameters: Annotated[Parameters, Query()],
) -> Response:
    """Delete a token, which stops working at once."""
    if not await call.store.remove_api_token(application_id, token_id):
        raise NotFound(NOUN)
    return call.deleted()


def _attributes(body: ApiTokenPost | ApiTokenPatch) -> dict[str, Any]:
    """Return the sent properties that can be changed, as they are stored."""
    sent = body.given()
    if body.org_roles is not None:
        sent["org_roles"] = tuple(role.sent() for role in body.org_roles)
    return {name: value for name, value in sent.items() if name not in ("scope", "expiration_date")}


async def _creator(call: Call) -> tuple[str, str, str]:
    """Return id, type and name of the caller: an API token, an account, or else the owner."""
    principal = call.principal
    if principal.api_token_id is not None and principal.application_id is not None:
        token = await call.store.api_token(principal.application_id, principal.api_token_id)
        if token is not None:
            return token.id, "apiToken", token.name
    owner_id = call.application.owner_id
    account = await call.store.account(principal.subject or owner_id)
    if account is None:
        return owner_id, "user", ""
    return account.id, "user", account.full_name or account.email


def _document(call: Call, api_token: ApiToken, **secret: str) -> bytes:
    href = f"{_href(api_token.application_id)}/{api_token.id}"
    return call.entity("applicationApiToken", href, {**token_document(api_token), **secret})


def _href(application_id: str) -> str:
    return f"/applications/{application_id}/tokens"
