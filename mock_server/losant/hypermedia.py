"""Entities and pages as bytes, with their hypermedia (contract, section 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mock_server.auth.scopes import Principal, granted_actions
from mock_server.domain.records import ExperienceUser
from mock_server.jsonio import encode, encode_page
from mock_server.schemas import experience_users
from mock_server.schemas.listings import Parameters

_REMEMBERED = 4096
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


class UserDocuments:
    """Makes the documents of users, and keeps the last ones: a listing asks for them again.

    Records never change, so that a document that was made from one stays right.
    """

    def __init__(self) -> None:
        self.get = lru_cache(maxsize=_REMEMBERED)(_user)
        """Returns the document of a user, with the hypermedia that is wanted."""


def _user(user: ExperienceUser, hypermedia: Hypermedia) -> bytes:
    href = f"/applications/{user.application_id}/experience/users/{user.id}"
    return entity(experience_users.dump(user), href, hypermedia)


def entity(document: Mapping[str, Any], href: str, hypermedia: Hypermedia) -> bytes:
    """Return an entity as it is answered."""
    return encode({**document, **hypermedia.around(href)})


def page(
    items: Sequence[bytes], frame: Mapping[str, Any], href: str, hypermedia: Hypermedia
) -> bytes:
    """Return a page of entities as it is answered."""
    return encode_page(items, {**frame, **hypermedia.around(href)})
