"""Users that are plainly right, read without ceremony.

A document may have a million users, and nearly all of them are plain: addresses in ASCII, short
names, dates as the API writes them. These are checked by rules that take no Python code, and that
let nothing through but what the rules of :class:`~mock_server.seeds.documents.UserFixture` make
the same of, in a third of the time. Everything else is left to those, and so is telling what is
wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from annotated_types import MinLen
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import SchemaValidator

from mock_server.domain.clock import parse_instant
from mock_server.seeds.documents import UserFixture

_NO_GROUPS = b'"groups":[]'

# Texts are within the limits even if each character counts twice.
_Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{24}$")]
_Email = Annotated[str, StringConstraints(pattern="^[!-~]*@[!-~]*$", max_length=1024)]
_Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}:[0-9a-f]{32}$")]
_Name = Annotated[str, StringConstraints(max_length=512)]
_TagKey = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z_-]{1,255}$")]
_TagValue = Annotated[str, StringConstraints(min_length=1, max_length=127)]


@dataclass(slots=True, kw_only=True)
class _PlainUser(UserFixture):
    """A user as far as rules without Python code go; the dates are still to be read."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel, extra="forbid", hide_input_in_errors=True
    )

    id: _Id | None = None
    email: _Email
    password_hash: _Hash | None = None
    first_name: _Name | None = None
    last_name: _Name | None = None
    user_tags: Annotated[dict[_TagKey, _TagValue], MinLen(1)] | None = None
    creation_date: Any = None
    last_updated: Any = None
    password_last_updated: Any = None
    last_login: Any = None


@cache
def _validator() -> SchemaValidator:
    return TypeAdapter(_PlainUser).validator  # type: ignore[return-value]


def plain_user(given: Any) -> UserFixture | None:
    """Return a user if it is plainly right; else None, which does not mean that it is wrong."""
    try:
        return _with_dates(_validator().validate_python(given))
    except (ValidationError, TypeError):
        return None


def plain_line(line: bytes) -> UserFixture | None:
    """Return the user on a line of JSON Lines, if that is plainly right; else None."""
    if line[:9] != b'{"user":{' or line[-3:] != b"}}\n":
        return None
    try:
        user = _with_dates(_validator().validate_json(line[8:-2]))
    except (ValidationError, TypeError):
        return None
    # A name that is given twice is known by there being more texts than were taken in.
    more = line.count(b'"') - 2 - 2 * _strings_in(user)
    return user if more == (2 if not user.groups and _NO_GROUPS in line else 0) else None


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
    return {**contents, "users": [_read(one) for one in users]}


def _read(given: Any) -> Any:
    # What is no dict was read from its line already, or is wrong.
    return (plain_user(given) or given) if type(given) is dict else given


def _with_dates(user: UserFixture) -> UserFixture:
    """Return a user with its dates read.

    :raises TypeError: when one is no date, or one from now
    """
    created, updated = user.creation_date, user.last_updated
    password, login = user.password_last_updated, user.last_login
    if created is not None:
        user.creation_date = _instant(created)
    if updated is not None:
        user.last_updated = _instant(updated)
    # Most passwords are as old as their users, and most users were last changed by a login.
    if password is not None:
        same = password == created
        user.password_last_updated = user.creation_date if same else _instant(password)
    if login is not None:
        user.last_login = user.last_updated if login == updated else _instant(login)
    return user


def _instant(text: Any) -> int:
    instant = parse_instant(text)  # raises TypeError for what is no text
    if instant is None:
        raise TypeError
    return instant


def _strings_in(user: UserFixture) -> int:
    """Return how many strings a user was, names of properties too; but for groups if none."""
    count = 2 + 2 * (  # the address, and
        (user.id is not None)
        + (user.password is not None)
        + (user.password_hash is not None)
        + (user.first_name is not None)
        + (user.last_name is not None)
        + (user.token_cutoff is not None)
        + (user.creation_date is not None)
        + (user.last_updated is not None)
        + (user.password_last_updated is not None)
        + (user.last_login is not None)
    )
    if user.user_tags is not None:
        count += 1 + 2 * len(user.user_tags)
    return count + 1 + len(user.groups) if user.groups else count
