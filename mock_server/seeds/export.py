"""From records to documents: what makes the same records again, without what is null or empty.

The properties and their order are those of :mod:`mock_server.seeds.documents`.
"""

from __future__ import annotations

import copy
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

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
    properties_of,
)
from mock_server.seeds.groups import names_of
from mock_server.store import Store
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
    return _with_others(
        _group_document(group),
        GroupFixture,
        parent=parent,
        members=list(members),
        device_tags=[dict(tag) for tag in group.device_tags],
    )


def user_document(user: ExperienceUser, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a user with the hash of its password.

    :param names: references to groups, by id
    """
    document = _user_document(user)
    if user.groups:
        document["groups"] = [names[group.id] for group in user.groups]
    return document


Write = Callable[[Any], dict[str, Any]]


def _writer(
    fixture: type[Any], record: type[Any], *, even_if_empty: Sequence[object] = ()
) -> Write:
    """Return a function that writes records of one class as the fixture class has them.

    Properties that the record and the fixture have under the same name are written by their type
    in the record. Integers are instants, without exception. Values that are None or empty are left
    out.

    :param even_if_empty: empty values to write, besides empty texts and the instant 0
    """
    types = get_type_hints(record)
    shared = [attribute for attribute in properties_of(fixture) if attribute in types]
    conversions = [
        (properties_of(fixture)[attribute], _conversion(types[attribute])) for attribute in shared
    ]
    values_of = attrgetter(*shared)
    written = ("", 0, *even_if_empty)

    def write(record: Any) -> dict[str, Any]:
        # There may be a million users, and most of the time of an export is spent here.
        document = {}
        for (name, convert), value in zip(conversions, values_of(record)):  # noqa: B905 - strict is slower
            if value or value in written:
                document[name] = convert(value) if convert else value
        return document

    return write


def _with_others(document: dict[str, Any], fixture: type[Any], **others: Any) -> dict[str, Any]:
    """Return a document with properties that the record has not, or has otherwise."""
    names = properties_of(fixture)
    values = {**document, **{names[attribute]: value for attribute, value in others.items()}}
    left_out = {names[attribute] for attribute, value in others.items() if not value}
    return {name: values[name] for name in names.values() if name in values.keys() - left_out}


def _conversion(kind: Any) -> Callable[[Any], Any] | None:
    """Return what makes JSON of values of a type; None if they are JSON."""
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    if str in kinds:
        return None
    if int in kinds:
        return format_instant
    return dict if get_origin(kind) is Mapping else list


_account_document = _writer(AccountFixture, Account)
_application_document = _writer(Description, Application)
_group_document = _writer(GroupFixture, ExperienceGroup)
_user_document = _writer(UserFixture, ExperienceUser)
# A token that is given no scope has one by default.
_token_document = _writer(TokenFixture, ApiToken, even_if_empty=[()])


async def _application(
    store: Store, application: Application, owners: Mapping[str, Account]
) -> dict[str, Any]:
    groups = await store.all_groups(application.id)
    users = await store.all_users(application.id)
    names = names_of([details.group for details in groups])
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
    document = _application_document(application)
    return _with_others(
        document, Description, description=description, properties=properties, **by_email
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
