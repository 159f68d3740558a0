"""From records to documents: what makes the same records again, without what is null or empty.

The properties and their order are those of :mod:`mock_server.seeds.documents`.
"""

from __future__ import annotations

import copy
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import pairwise
from operator import attrgetter
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from mock_server.domain.clock import format_instant
from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
    GroupDetails,
)
from mock_server.seeds.documents import (
    AccountFixture,
    Description,
    GroupFixture,
    TokenFixture,
    UserFixture,
)
from mock_server.seeds.names import names_of
from mock_server.store.base import Store
from mock_server.text import utf16_length

_DEEPEST = 16
"""How deep groups are nested; deeper ones refer to their parent, so any depth is possible."""

_MAX_DESCRIPTION = 1024


async def export(store: Store) -> dict[str, Any]:
    """Return the document that makes a world just like this one.

    It is JSON, and shares nothing with the store.
    """
    accounts = await store.accounts()
    owners = {account.id: account for account in accounts}
    document = {
        "accounts": [_account_document(account) for account in accounts],
        "applications": [
            await _application(store, application, owners)
            for application in await store.all_applications()
        ],
    }
    return {"version": 1, **_without_empty(document)}


def group_document(
    group: ExperienceGroup, *, parent: str | None = None, members: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a group without the groups below it.

    :param parent: a reference to its parent; None for a group that is shown inside it
    :param members: the ids of its members, if their order matters
    """
    return _group_document(group, parent=parent, members=members)


def user_document(user: ExperienceUser, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a user with the hash of its password.

    :param names: references to groups, by id
    """
    return _user_document(user, groups=[names[group.id] for group in user.groups])


class _Writer:
    """Writes records of one class as what the fixture class of a document has for them.

    A property that the record and the fixture have under one name is written as it is; others are
    given in each call.
    """

    def __init__(
        self, fixture: type[Any], record: type[Any], *, even_if_empty: Sequence[str] = ()
    ) -> None:
        attributes = _attributes_of(fixture)
        self._names = [(attribute, to_camel(attribute)) for attribute in attributes]
        kept = {field.name for field in fields(record)}
        self._shared = [attribute for attribute in attributes if attribute in kept]
        self._get = attrgetter(*self._shared)
        self._even_if_empty = even_if_empty

    def __call__(self, record: Any, **others: Any) -> dict[str, Any]:
        """Return the document; what is None, or an empty list or object, is left out."""
        values = dict(zip(self._shared, self._get(record), strict=True))
        values.update(others)
        document = {}
        for attribute, name in self._names:
            value = values.get(attribute)
            if value is None:
                continue
            if type(value) is not str:
                value = _json_of(value)
                if not value and attribute not in self._even_if_empty:
                    continue
            document[name] = value
        return document


def _attributes_of(fixture: type[Any]) -> list[str]:
    if issubclass(fixture, BaseModel):
        return list(fixture.model_fields)
    return [field.name for field in fields(fixture)]


def _json_of(value: Any) -> Any:
    """Return a value of a record as JSON. All integers in records are instants."""
    if isinstance(value, int):
        return format_instant(value)
    if isinstance(value, Mapping):
        return dict(value)
    return [dict(one) if isinstance(one, Mapping) else one for one in value]


_account_document = _Writer(AccountFixture, Account)
_application_document = _Writer(Description, Application)
_group_document = _Writer(GroupFixture, ExperienceGroup)
_user_document = _Writer(UserFixture, ExperienceUser)
# A token that is given no scope has one by default.
_token_document = _Writer(TokenFixture, ApiToken, even_if_empty=["scope"])


async def _application(
    store: Store, application: Application, owners: Mapping[str, Account]
) -> dict[str, Any]:
    groups = await store.all_groups(application.id)
    users = await store.all_users(application.id)
    names = names_of(details.group for details in groups)
    contents = {
        "groups": _Groups(groups, [user.id for user in users]).documents(),
        "users": [user_document(user, names) for user in users],
        "tokens": [_token_document(token) for token in await store.all_api_tokens(application.id)],
    }
    return {**_description(application, owners), **_without_empty(contents)}


def _description(application: Application, owners: Mapping[str, Account]) -> dict[str, Any]:
    """Return an application without its contents; it refers to its owner by email if it can."""
    owner = owners.get(application.owner_id) if application.owner_type == "user" else None
    by_email = {"owner": owner.email, "owner_id": None, "owner_type": None} if owner else {}
    description, properties = _described(application.properties)
    return _application_document(
        application, description=description, properties=properties, **by_email
    )


def _described(given: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return the description that is among an application's properties, and the others.

    It stays there if it is not a valid one, or not the last: loading puts it last.
    """
    properties: dict[str, Any] = copy.deepcopy(dict(given))
    description = properties.get("description")
    if (
        isinstance(description, str)
        and utf16_length(description) <= _MAX_DESCRIPTION
        and next(reversed(properties)) == "description"
    ):
        del properties["description"]
        return description, properties
    return None, properties


class _Groups:
    """The groups of an application, to be written inside each other."""

    def __init__(self, groups: Sequence[GroupDetails], user_ids: Sequence[str]) -> None:
        self._positions = {user_id: position for position, user_id in enumerate(user_ids)}
        self._below: dict[str | None, list[GroupDetails]] = defaultdict(list)
        for details in groups:
            self._below[details.group.parent_id].append(details)
        self._tops: deque[tuple[GroupDetails, str | None]] = deque()

    def documents(self) -> list[dict[str, Any]]:
        """Return the groups that are inside no other, with those inside them."""
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
        return {**document, **_without_empty({"groups": inside})}

    def _members(self, details: GroupDetails) -> Sequence[str]:
        """Return the group's members if they are not in the order of the users."""
        positions = map(self._positions.__getitem__, details.user_ids)
        return details.user_ids if any(one > other for one, other in pairwise(positions)) else ()


def _without_empty(lists: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: items for name, items in lists.items() if items}
