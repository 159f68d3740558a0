"""Hypermedia: what is said around entities and pages (contract, section 11)."""

from __future__ import annotations

from typing import Any, NamedTuple

from mock_server.auth.scopes import Principal, granted_actions
from mock_server.schemas.listings import Parameters

_KINDS = {"applicationApiToken": "apiToken", "applicationApiTokens": "apiTokens"}
"""What ``_type`` calls a resource, where that is not its name."""


class Hypermedia(NamedTuple):
    """What is said around one kind of entity; ``actions`` is None where they are switched off."""

    kind: str
    links: bool
    actions: tuple[str, ...] | None

    @classmethod
    def of(cls, resource: str, parameters: Parameters, principal: Principal) -> Hypermedia:
        """Return what a request wants to see around ``resource``."""
        actions = granted_actions(resource, principal) if parameters.with_actions else None
        return cls(_KINDS.get(resource, resource), parameters.with_links, actions)

    def around(self, href: str) -> dict[str, Any]:
        """Return the keys to add to the entity that is found at ``href``."""
        keys: dict[str, Any] = {"_type": self.kind}
        if self.links:
            keys["_links"] = {"self": {"href": href}}
        if self.actions is not None:
            keys["_actions"] = {
                name: {"href": href, "method": name.upper()} for name in self.actions
            }
        return keys
