"""Logging in, on the wire (contract, section 5)."""

from typing import Annotated

from pydantic import Field

from mock_server.schemas.fields import Email, NotNull, Password, Scopes, Seconds, length
from mock_server.schemas.responses import ObjectResponse
from mock_server.schemas.validation import WireModel


class UserCredentials(WireModel):
    email: Email
    password: Password = Field(repr=False)
    two_factor_code: NotNull[Annotated[str, length(0, 2048)]] = None
    requested_scopes: NotNull[Scopes] = None
    token_ttl: NotNull[Seconds] = Field(default=None, alias="tokenTTL")


class AuthedUserResponse(ObjectResponse):
    """Who has logged in, and the token to go on with."""

    user_id: str
    token: str
    needs_to_verify_email: bool
