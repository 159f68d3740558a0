"""Users that are plainly right, read without ceremony.

A document may have a million users, and nearly all of them are plain: known properties, addresses
in ASCII, dates as the API writes them. What is taken here is what the rules of
:class:`~mock_server.seeding.documents.UserFixture` make of it, in a fifth of the time; everything
else is left to them, and so is telling what is wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from mock_server.seeding.dates import read
from mock_server.seeding.documents import UserFixture

_LONGEST_NAME = 512
_LONGEST_EMAIL = 1024
_LONGEST_TAG = 127
"""Characters that are within the limits even if each of them counts twice."""

_is_id = re.compile("[0-9a-f]{24}").fullmatch
_is_email = re.compile("[!-~]*@[!-~]*").fullmatch
_are_tag_keys = re.compile("[0-9A-Za-z_-]{1,255}(?:\n[0-9A-Za-z_-]{1,255})*").fullmatch
_is_hash = re.compile("[0-9a-f]{16}:[0-9a-f]{32}").fullmatch

_PLAIN = {
    "id",
    "email",
    "passwordHash",
    "firstName",
    "lastName",
    "userTags",
    "groups",
    "creationDate",
    "lastUpdated",
    "passwordLastUpdated",
    "lastLogin",
}
"""What a plain user can have."""


def plain_user(given: Any) -> UserFixture | None:
    """Return a user if it is plainly right; else None, which does not mean that it is wrong."""
    if type(given) is not dict or not given.keys() <= _PLAIN or None in given.values():
        return None
    get = given.get
    try:
        user = UserFixture(
            id=get("id"),
            email=given["email"],
            password_hash=get("passwordHash"),
            first_name=get("firstName"),
            last_name=get("lastName"),
            user_tags=get("userTags"),
            groups=_texts(get("groups")),
            creation_date=_instant(get("creationDate")),
            last_updated=_instant(get("lastUpdated")),
            password_last_updated=_instant(get("passwordLastUpdated")),
            last_login=_instant(get("lastLogin")),
        )
        return user if _is_plain(user) else None
    except (KeyError, TypeError):  # something is missing, or of another type
        return None


def with_plain_users(content: Any) -> Any:
    """Return a document in which users are read that are plainly right; the others are as given."""
    if type(content) is not dict:
        return content
    quick = _quick(content)
    applications = content.get("applications")
    if type(applications) is list:
        quick["applications"] = [_quick(one) if type(one) is dict else one for one in applications]
    return quick


def _quick(contents: dict[Any, Any]) -> dict[Any, Any]:
    users = contents.get("users")
    if type(users) is not list:
        return dict(contents)
    return {**contents, "users": [plain_user(one) or one for one in users]}


def strings_in(plain: dict[str, Any]) -> int:
    """Return how many strings are in what is plainly a user: names of properties, and values."""
    count = 2 * len(plain)
    tags, groups = plain.get("userTags"), plain.get("groups")
    if tags is not None:
        count += 2 * len(tags) - 1
    if groups is not None:
        count += len(groups) - 1
    return count


def _is_plain(user: UserFixture) -> bool:
    return bool(
        _is_email(user.email)
        and len(user.email) <= _LONGEST_EMAIL
        and (user.id is None or _is_id(user.id))
        and (user.password_hash is None or _is_hash(user.password_hash))
        and (user.first_name is None or _is_name(user.first_name))
        and (user.last_name is None or _is_name(user.last_name))
        and (user.user_tags is None or _are_tags(user.user_tags))
    )


def _is_name(value: object) -> bool:
    return type(value) is str and len(value) <= _LONGEST_NAME


def _are_tags(value: object) -> bool:
    if type(value) is not dict:
        return False
    keys = "\n".join(value)  # all at once
    if not _are_tag_keys(keys) or keys.count("\n") != len(value) - 1:
        return False
    for text in value.values():
        if type(text) is not str or not 0 < len(text) <= _LONGEST_TAG:
            return False
    return True


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if type(value) is list:
        "".join(value)  # raises TypeError for what is no text
        return tuple(value)
    raise TypeError


# Most users have one date twice: they changed when they logged in, or never did.
_read = lru_cache(maxsize=4)(read)


def _instant(value: Any) -> int | None:
    if value is None:
        return None
    instant = _read(value)  # raises TypeError for what is no text
    if instant is None:
        raise TypeError
    return instant
