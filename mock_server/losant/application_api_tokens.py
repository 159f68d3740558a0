"""Application API tokens over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.domain.records import ApiToken
from mock_server.losant.actions import application_api_tokens as actions
from mock_server.losant.hypermedia import Hypermedia, entity, page
from mock_server.losant.reply import Reply
from mock_server.losant.routing import AnyCall, BodySpec, Call, Endpoint, deleted
from mock_server.schemas.application_api_tokens import (
    ApiTokenListParameters,
    ApiTokenPatch,
    ApiTokenPost,
    dump,
)
from mock_server.schemas.listings import Parameters


async def list_tokens(call: Call[ApiTokenListParameters, None]) -> Reply:
    query = call.parameters.query(call.settings)
    found = await actions.list_tokens(call.caller, call.application_id, query)
    item = call.hypermedia("applicationApiToken")
    items = [_document(token, item) for token in found.items]
    frame = {
        **call.parameters.frame(call.settings, len(items), found.total_count),
        "ownerId": call.application_id,
        "ownerType": "application",
    }
    href = f"/applications/{call.application_id}/tokens"
    return Reply(200, page(items, frame, href, call.hypermedia("applicationApiTokens")))


async def create(call: Call[Parameters, ApiTokenPost]) -> Reply:
    token = await actions.create(call.caller, call.application_id, call.body)
    secret = {"token": actions.signed(call.caller, token)}
    return Reply(201, _document(token, call.hypermedia("applicationApiToken"), secret))


async def get(call: Call[Parameters, None]) -> Reply:
    return _one(call, await actions.get(call.caller, call.application_id, _id(call)))


async def patch(call: Call[Parameters, ApiTokenPatch]) -> Reply:
    return _one(call, await actions.patch(call.caller, call.application_id, _id(call), call.body))


async def delete(call: Call[Parameters, None]) -> Reply:
    await actions.delete(call.caller, call.application_id, _id(call))
    return deleted()


def _id(call: AnyCall) -> str:
    return call.ids["apiTokenId"]


def _one(call: AnyCall, token: ApiToken) -> Reply:
    return Reply(200, _document(token, call.hypermedia("applicationApiToken")))


def _document(
    token: ApiToken, hypermedia: Hypermedia, secret: Mapping[str, str] | None = None
) -> bytes:
    href = f"/applications/{token.application_id}/tokens/{token.id}"
    return entity({**dump(token), **(secret or {})}, href, hypermedia)


ENDPOINTS = (
    Endpoint("applicationApiTokens.get", list_tokens, ApiTokenListParameters),
    Endpoint("applicationApiTokens.post", create, Parameters, BodySpec("apiToken", ApiTokenPost)),
    Endpoint("applicationApiToken.get", get, Parameters),
    Endpoint("applicationApiToken.patch", patch, Parameters, BodySpec("apiToken", ApiTokenPatch)),
    Endpoint("applicationApiToken.delete", delete, Parameters),
)
