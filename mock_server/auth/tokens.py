"""Tokens: JWT ↔ principal, signed with HS256 and a secret that anybody may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from jwt.algorithms import HMACAlgorithm

from mock_server import jsonio
from mock_server.auth.scopes import Principal
from mock_server.domain.clock import parse_instant
from mock_server.domain.errors import Unauthorized
from mock_server.domain.records import Account, ApiToken

ALGORITHM = "HS256"
LOGIN_SCOPE = "all.User"

_REMEMBERED = 1024


class Tokens:
    """Signs and verifies with one secret. Times are instants in milliseconds."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._jws = jwt.PyJWS([])
        self._jws.register_algorithm(ALGORITHM, _HmacOfAnySecret(HMACAlgorithm.SHA256))
        # A test sends the same few tokens over and over.
        self._verified = lru_cache(maxsize=_REMEMBERED)(self._verify)

    def sign(
        self,
        scopes: tuple[str, ...],
        now: int,
        *,
        subject: str | None = None,
        application_id: str | None = None,
        expires: int | None = None,
        api_token: bool = False,
    ) -> str:
        """Return a JWT that grants ``scopes``, until ``expires`` if that is given."""
        claims: dict[str, Any] = {
            "scope": list(scopes),
            "iat": now // 1000,
            "iss": "losant-mock-server",
        }
        if subject is not None:
            claims["sub"] = subject
        if api_token:
            claims["subtype"] = "apiToken"
        if application_id is not None:
            claims["applicationId"] = application_id
        if expires is not None:
            claims["exp"] = expires // 1000
        return self._jws.encode(jsonio.encode(claims), self._secret, ALGORITHM)

    def for_login(self, account: Account, now: int, expires: int | None) -> str:
        """Return the token that a login answers."""
        return self.sign((LOGIN_SCOPE,), now, subject=account.id, expires=expires)

    def for_api_token(self, token: ApiToken) -> str:
        """Return the JWT of an API token; the same whenever it is asked for."""
        expires = parse_instant(token.expiration_date) if token.expiration_date else None
        return self.sign(
            token.scope,
            token.creation_date,
            subject=token.id,
            application_id=token.application_id,
            expires=expires,
            api_token=True,
        )

    def read(self, token: str, now: int) -> Principal:
        """Return whose token this is.

        :raises Unauthorized: when it is not signed with the secret, not valid yet, or expired
        """
        verified = self._verified(token)
        seconds = now / 1000
        if verified.not_before is not None and verified.not_before > seconds:
            raise invalid_token()
        if verified.expires is not None and verified.expires <= seconds:
            raise Unauthorized("Access token has expired")
        return verified.principal

    def _verify(self, token: str) -> _Verified:
        try:
            payload: bytes = self._jws.decode(token, self._secret, [ALGORITHM])
            claims = jsonio.decode(payload, infinite=True)
        except (jwt.InvalidTokenError, jsonio.InvalidJson):
            raise invalid_token() from None
        if not isinstance(claims, dict):
            raise invalid_token()
        return _Verified(_principal(claims), _instant(claims, "nbf"), _instant(claims, "exp"))


@dataclass(frozen=True)
class _Verified:
    """A token with a valid signature; its times, in seconds, are checked at each use."""

    principal: Principal
    not_before: float | None
    expires: float | None


def invalid_token() -> Unauthorized:
    """Return the error for a token that cannot be accepted, whatever the reason."""
    return Unauthorized("Invalid access token")


def _instant(claims: Mapping[str, Any], name: str) -> float | None:
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid_token()
    return value


def _principal(claims: Mapping[str, Any]) -> Principal:
    subject = _text(claims, "sub")
    return Principal(
        scopes=_scopes(claims.get("scope")),
        subject=subject,
        application_id=_text(claims, "applicationId"),
        api_token_id=subject if claims.get("subtype") == "apiToken" else None,
    )


def _scopes(claim: object) -> frozenset[str]:
    """Only an array grants anything (contract, section 5)."""
    if not isinstance(claim, list):
        return frozenset()
    return frozenset(scope for scope in claim if isinstance(scope, str))


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) else None


class _HmacOfAnySecret(HMACAlgorithm):
    """HMAC that takes short secrets too: they protect only test data."""

    def check_key_length(self, key: bytes) -> None:
        return None
