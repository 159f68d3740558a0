"""Logging in (contract, section 5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from mock_server.auth.passwords import verify_password
from mock_server.domain.errors import Unauthorized
from mock_server.losant.responses import json_response
from mock_server.losant.routing import Call, LosantRoute
from mock_server.schemas.auth import AuthedUserResponse, UserCredentials
from mock_server.schemas.listings import Parameters

router = APIRouter(prefix="/auth", tags=["auth"], route_class=LosantRoute)


@router.post("/user", name="auth.authenticateUser", response_model=AuthedUserResponse)
async def authenticate_user(
    call: Call,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[UserCredentials, Body(title="credentials")],
) -> Response:
    """Log an account in by email address and password."""
    account = await call.store.account_by_email(body.email)
    if account is None or not verify_password(body.password, account.password_hash):
        raise Unauthorized("Invalid email or password")
    now = call.world.clock.now()
    # No source says what a lifetime of 0 means; here, as without one, the token does not expire.
    expires = now + body.token_ttl * 1000 if body.token_ttl else None
    token = call.world.tokens.for_login(account, now, expires)
    return json_response({"userId": account.id, "token": token, "needsToVerifyEmail": False})
