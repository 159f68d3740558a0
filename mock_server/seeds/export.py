"""A whole world as one document."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from mock_server.domain.records import Account, Application, GroupDetails
from mock_server.seeds.names import names_of
from mock_server.seeds.serialization import (
    account_document,
    application_document,
    group_document,
    token_document,
    user_document,
)
from mock_server.store.base import Store

_DEEPEST = 16
"""How many groups stand inside each other; those below are given a parent, however many."""


async def export(store: Store) -> dict[str, Any]:
    """Return the document that makes a world just like this one.

    It is JSON, and nothing in it is shared with the store.
    """
    accounts = await store.accounts()
    owners = {account.id: account for account in accounts}
    document = {
        "accounts": [account_document(account) for account in accounts],
        "applications": [
            await _application(store, application, owners)
            for application in await store.all_applications()
        ],
    }
    return {"version": 1, **_filled(document)}


async def _application(
    store: Store, application: Application, owners: Mapping[str, Account]
) -> dict[str, Any]:
    groups = await store.all_groups(application.id)
    users = await store.all_users(application.id)
    names = names_of(details.group for details in groups)
    owner = owners.get(application.owner_id) if application.owner_type == "user" else None
    contents = {
        "groups": _Groups(groups, [user.id for user in users]).documents(),
        "users": [user_document(user, names) for user in users],
        "tokens": [token_document(token) for token in await store.all_api_tokens(application.id)],
    }
    return {
        **application_document(application, owner.email if owner else None),
        **_filled(contents),
    }


class _Groups:
    """The groups of an application, to be written in their places."""

    def __init__(self, groups: Sequence[GroupDetails], user_ids: Sequence[str]) -> None:
        self._positions = {user_id: position for position, user_id in enumerate(user_ids)}
        self._below: dict[str | None, list[GroupDetails]] = defaultdict(list)
        for details in groups:
            self._below[details.group.parent_id].append(details)
        self._tops: deque[tuple[GroupDetails, str | None]] = deque()

    def documents(self) -> list[dict[str, Any]]:
        """Return the groups that stand inside no other, with those inside them."""
        self._tops.extend((details, None) for details in self._below.get(None, ()))
        documents = []
        while self._tops:
            details, parent = self._tops.popleft()
            documents.append(self._document(details, parent, _DEEPEST))
        return documents

    def _document(self, details: GroupDetails, parent: str | None, levels: int) -> dict[str, Any]:
        group = details.group
        document = group_document(group, parent=parent, members=self._members(details))
        below = self._below.get(group.id, ())
        if levels == 1:
            self._tops.extend((child, group.id) for child in below)
            return document
        inside = [self._document(child, None, levels - 1) for child in below]
        return {**document, **_filled({"groups": inside})}

    def _members(self, details: GroupDetails) -> Sequence[str]:
        """Return the group's members if they are not in the order of the users."""
        positions = map(self._positions.__getitem__, details.user_ids)
        return details.user_ids if any(one > other for one, other in pairwise(positions)) else ()


def _filled(lists: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: items for name, items in lists.items() if items}
