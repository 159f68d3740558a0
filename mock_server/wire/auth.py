"""Logging in, on the wire (contract, section 5)."""

from typing import Annotated

from pydantic import Field

from mock_server.wire.types import Email, Given, Password, Scopes, Seconds, length
from mock_server.wire.validation import WireModel


class UserCredentials(WireModel):
    email: Email
    password: Password = Field(repr=False)
    two_factor_code: Given[Annotated[str, length(0, 2048)]] = None
    requested_scopes: Given[Scopes] = None
    token_ttl: Given[Seconds] = Field(default=None, alias="tokenTTL")
