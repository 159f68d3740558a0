"""Hypermedia: ``_type``, ``_links`` and ``_actions`` (contract, section 11)."""

from __future__ import annotations

from typing import Any, NamedTuple

from mock_server.auth.scopes import GrantedAction, Principal, granted_actions
from mock_server.schemas.listings import Parameters

_KINDS = {"applicationApiToken": "apiToken", "applicationApiTokens": "apiTokens"}
"""The ``_type`` of resources for which it is not their name."""


class Hypermedia(NamedTuple):
    """The hypermedia of one kind of resource; ``actions`` is None if they are switched off."""

    kind: str
    links: bool
    actions: tuple[GrantedAction, ...] | None

    @classmethod
    def of(cls, resource: str, parameters: Parameters, principal: Principal) -> Hypermedia:
        """Return the hypermedia of a resource, as a request asks for it."""
        actions = granted_actions(resource, principal) if parameters.with_actions else None
        return cls(_KINDS.get(resource, resource), parameters.with_links, actions)

    def around(self, href: str) -> dict[str, Any]:
        """Return the keys to add to the resource at ``href``."""
        keys: dict[str, Any] = {"_type": self.kind}
        if self.links:
            keys["_links"] = {"self": {"href": href}}
        if self.actions is not None:
            keys["_actions"] = {
                action.name: {"href": href + action.path, "method": action.method}
                for action in self.actions
            }
        return keys
