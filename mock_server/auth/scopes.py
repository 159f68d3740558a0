"""Who is calling, and which actions their scopes grant.

The table of scopes is that of the documentation of API 1.31.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from mock_server.domain.catalog import catalog

APPLICATION_FREE_ACTIONS = ("applications.get", "applications.post")
"""Actions on all applications; a token that is bound to one is never granted them."""

_REMEMBERED = 1024


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


@cache
def grants() -> Mapping[str, frozenset[str]]:
    """Return action → the scopes of which one is enough."""
    table = json.loads((files("mock_server") / "data" / "scopes.json").read_text())
    return {action: frozenset(scopes) for action, scopes in table.items()}


def is_granted(action: str, principal: Principal) -> bool:
    """Return whether the token may perform an action; scopes match exactly (section 5)."""
    if action in APPLICATION_FREE_ACTIONS and principal.application_id is not None:
        return False
    return not principal.scopes.isdisjoint(grants()[action])


class GrantedAction(NamedTuple):
    """An action that a token may perform: what ``_actions`` calls it, its method, and its path.

    The path is what follows that of the resource itself.
    """

    name: str
    method: str
    path: str


@lru_cache(maxsize=_REMEMBERED)
def granted_actions(resource: str, principal: Principal) -> tuple[GrantedAction, ...]:
    """Return the actions of ``resource``, mocked or not, that the token may perform.

    The results are cached, because every request asks for them.
    """
    base = catalog().actions[f"{resource}.get"].path
    return tuple(
        GrantedAction(
            name.removeprefix(f"{resource}."), action.method, action.path.removeprefix(base)
        )
        for name, action in sorted(catalog().actions.items())
        if action.resource == resource and _is_listed(name, principal)
    )


def _is_listed(action: str, principal: Principal) -> bool:
    """Return whether an action is granted, which for a few is known only of their own scopes."""
    if action in grants():
        return is_granted(action, principal)
    return not principal.scopes.isdisjoint({action, f"{action.partition('.')[0]}.*"})
