"""Logging in, and telling who a token belongs to (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.auth.passwords import verify_password
from mock_server.auth.principal import Principal
from mock_server.auth.tokens import invalid_token
from mock_server.domain.errors import Unauthorized
from mock_server.schemas.auth import UserCredentials
from mock_server.worlds.world import World


@dataclass(frozen=True)
class Login:
    """What a login gives."""

    user_id: str
    token: str


async def authenticate_user(world: World, credentials: UserCredentials) -> Login:
    """Log an account in.

    :raises Unauthorized: when the email or the password is wrong
    """
    account = await world.store.account_by_email(credentials.email)
    if account is None or not verify_password(credentials.password, account.password_hash):
        raise Unauthorized("Invalid email or password")
    now = world.clock.now()
    # No source says what a lifetime of 0 means; here, as without one, the token does not expire.
    expires = now + credentials.token_ttl * 1000 if credentials.token_ttl else None
    return Login(account.id, world.tokens.for_login(account, now, expires))


async def principal_of(world: World, token: str) -> Principal:
    """Return whose token this is.

    :raises Unauthorized: when the token is not valid now, or was revoked
    """
    now = world.clock.now()
    principal = world.tokens.read(token, now)
    if principal.api_token_id is not None:
        await _require_active(world, principal, principal.api_token_id)
    return principal


async def _require_active(world: World, principal: Principal, token_id: str) -> None:
    application_id = principal.application_id or ""
    record = await world.store.api_token(application_id, token_id)
    if record is None or record.status != "active":
        raise invalid_token()
