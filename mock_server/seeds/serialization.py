"""From records to what a document says of them: JSON values, without what is null or empty.

Each is in the form that is read (:mod:`mock_server.seeds.documents`), in the same order.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from mock_server.domain.records import (
    Account,
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
)
from mock_server.seeds.dates import written
from mock_server.text import utf16_length

_MAX_DESCRIPTION = 1024


def account_document(account: Account) -> dict[str, Any]:
    """Return an account with the hash of its password."""
    return _given(
        {
            "id": account.id,
            "email": account.email,
            "passwordHash": account.password_hash,
            "firstName": account.first_name,
            "lastName": account.last_name,
        }
    )


def application_document(application: Application, owner: str | None = None) -> dict[str, Any]:
    """Return what an application is, without what it holds.

    :param owner: the email address of the account that owns it; its id if no account does
    """
    description, properties = _described(application.properties)
    return _given(
        {
            "id": application.id,
            "name": application.name,
            "description": description,
            "owner": owner,
            "ownerId": application.owner_id if owner is None else None,
            "ownerType": application.owner_type if owner is None else None,
            "creationDate": written(application.creation_date),
            "lastUpdated": written(application.last_updated),
            "properties": properties or None,
        }
    )


def group_document(
    group: ExperienceGroup, *, parent: str | None = None, members: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a group without the groups below it.

    :param parent: what its parent is called; None for a group that is shown in its place
    :param members: the ids of its members, where their order matters
    """
    return _given(
        {
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "parent": parent,
            "members": list(members) or None,
            "groupTags": dict(group.group_tags) or None,
            "experienceEndpointIds": list(group.experience_endpoint_ids) or None,
            "deviceIds": list(group.device_ids) or None,
            "deviceTags": [dict(tag) for tag in group.device_tags] or None,
            "deviceQueryJson": group.device_query_json,
            "creationDate": written(group.creation_date),
            "lastUpdated": written(group.last_updated),
        }
    )


def user_document(user: ExperienceUser, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a user with the hash of its password.

    :param names: what each group is called, by id
    """
    return _given(
        {
            "id": user.id,
            "email": user.email,
            "passwordHash": user.password_hash,
            "firstName": user.first_name,
            "lastName": user.last_name,
            "tokenCutoff": user.token_cutoff,
            "userTags": dict(user.user_tags) or None,
            "groups": [names[group.id] for group in user.groups] or None,
            "creationDate": written(user.creation_date),
            "lastUpdated": written(user.last_updated),
            "passwordLastUpdated": written(user.password_last_updated),
            "lastLogin": None if user.last_login is None else written(user.last_login),
        }
    )


def token_document(token: ApiToken) -> dict[str, Any]:
    """Return an API token with who made it; its scope even if that is empty."""
    return _given(
        {
            "id": token.id,
            "name": token.name,
            "description": token.description,
            "scope": list(token.scope),
            "status": token.status,
            "expirationDate": token.expiration_date,
            "creatorId": token.creator_id,
            "creatorType": token.creator_type,
            "creatorName": token.creator_name,
            "creationDate": written(token.creation_date),
            "lastUpdated": written(token.last_updated),
        }
    )


def _described(given: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return the description that stands among an application's properties, and the others.

    It is left there where it is none, or where reading it would move it: a description that is
    read comes last.
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


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}
