"""Application API tokens: what their actions do (contract, section 5)."""

from __future__ import annotations

from mock_server.domain.errors import NotFound
from mock_server.domain.records import ApiToken, Page
from mock_server.losant.actions.caller import Caller
from mock_server.query.listing import ListQuery
from mock_server.schemas.application_api_tokens import ApiTokenPatch, ApiTokenPost

API_TOKEN = "API Token"  # noqa: S105 - a noun of the API
DEFAULT_SCOPE = ("all.Application",)


async def list_tokens(caller: Caller, application_id: str, query: ListQuery) -> Page[ApiToken]:
    """Return a page of the application's tokens."""
    await caller.application(application_id)
    return await caller.world.store.api_tokens(application_id, query)


async def create(caller: Caller, application_id: str, body: ApiTokenPost) -> ApiToken:
    """Create a token; without a scope it may do everything in its application."""
    application = await caller.application(application_id)
    now = caller.world.clock.now()
    creator_id, creator_type, creator_name = await _creator(caller, application.owner_id)
    token = ApiToken(
        id=caller.world.ids.at(now),
        application_id=application_id,
        name=body.name,
        description=body.description,
        scope=DEFAULT_SCOPE if body.scope is None else tuple(body.scope),
        status=body.status or "active",
        expiration_date=body.expiration_date,
        creation_date=now,
        last_updated=now,
        creator_id=creator_id,
        creator_type=creator_type,
        creator_name=creator_name,
    )
    await caller.world.store.add_api_token(token)
    return token


def signed(caller: Caller, token: ApiToken) -> str:
    """Return the JWT that is shown once, when the token is created."""
    return caller.world.tokens.for_api_token(token)


async def get(caller: Caller, application_id: str, token_id: str) -> ApiToken:
    """Return one token."""
    await caller.application(application_id)
    return _found(await caller.world.store.api_token(application_id, token_id))


async def patch(
    caller: Caller, application_id: str, token_id: str, body: ApiTokenPatch
) -> ApiToken:
    """Change what was sent. An inactive token stops working at once."""
    await caller.application(application_id)
    changes = {**body.given(), "last_updated": caller.world.clock.now()}
    return _found(await caller.world.store.change_api_token(application_id, token_id, changes))


async def delete(caller: Caller, application_id: str, token_id: str) -> None:
    """Revoke a token."""
    await caller.application(application_id)
    if not await caller.world.store.remove_api_token(application_id, token_id):
        raise NotFound(API_TOKEN)


async def _creator(caller: Caller, owner_id: str) -> tuple[str, str, str]:
    """Return id, type and name of who creates a token; an unknown caller acts for the owner."""
    principal, store = caller.principal, caller.world.store
    if principal.api_token_id is not None and principal.application_id is not None:
        token = await store.api_token(principal.application_id, principal.api_token_id)
        if token is not None:
            return token.id, "apiToken", token.name
    account = await store.account(principal.subject or owner_id)
    if account is None:
        return owner_id, "user", ""
    return account.id, "user", account.full_name or account.email


def _found(token: ApiToken | None) -> ApiToken:
    if token is None:
        raise NotFound(API_TOKEN)
    return token
