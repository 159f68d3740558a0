"""Who is calling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """What a valid token says of its bearer.

    ``application_id`` is set for tokens that work inside one application only, and
    ``api_token_id`` for those that are an application's API token, which can be revoked.
    """

    scopes: frozenset[str] = frozenset()
    subject: str | None = None
    application_id: str | None = None
    api_token_id: str | None = None
