"""A fast way to read users.

A document may have a million users, and nearly all of them are plain: addresses in ASCII, short
names, dates as the API writes them. These are checked by rules that run no Python code, which
takes a third of the time. Whatever the rules accept, the rules of
:class:`~mock_server.seeds.documents.UserFixture` accept too and make the same of it. Everything
else is left to those, which also tell what is wrong.
"""

from __future__ import annotations

from dataclasses import field, fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, get_args

from annotated_types import MinLen
from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from mock_server.domain.clock import parse_instant
from mock_server.schemas import fields as types
from mock_server.seeds import documents
from mock_server.seeds.documents import UserFixture

_NO_GROUPS = b'"groups":[]'

_TagKey = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z_-]{1,255}$")]
_TagValue = Annotated[str, StringConstraints(min_length=1, max_length=127)]
# Texts are within the limits even if each character counts twice. Dates are read afterwards.
_FAST_TYPES: list[tuple[Any, Any]] = [
    (types.ObjectId, Annotated[str, StringConstraints(pattern="^[0-9a-f]{24}$")]),
    (
        documents.Email,
        Annotated[str, StringConstraints(pattern="^[!-~]*@[!-~]*$", max_length=1024)],
    ),
    (
        documents.PasswordHash,
        Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}:[0-9a-f]{32}$")],
    ),
    (types.ShortText, Annotated[str, StringConstraints(max_length=512)]),
    (documents.Tags, Annotated[dict[_TagKey, _TagValue], MinLen(1)]),
    (documents.Instant, Any),
]
"""What the types of documents are replaced by."""

_NOT_OPTIONAL_TEXTS = ("email", "user_tags", "groups")
_optional_texts_of = attrgetter(
    *(one.name for one in fields(UserFixture) if one.name not in _NOT_OPTIONAL_TEXTS)
)


def _fast_type(exact: Any) -> Any:
    """Return the type that a property is checked by first, which may be the exact one."""
    kind = next(iter(get_args(exact))) if type(None) in get_args(exact) else exact
    fast = next((fast for known, fast in _FAST_TYPES if known == kind), None)
    if fast is None:
        return exact
    return fast if kind is exact else fast | None


@cache
def _validator() -> SchemaValidator:
    plain_user = make_dataclass(
        "_PlainUser",
        [
            (one.name, _fast_type(one.type), field(default=one.default, repr=one.repr))
            for one in fields(UserFixture)
        ],
        bases=(UserFixture,),
        slots=True,
        kw_only=True,
    )
    return TypeAdapter(plain_user).validator  # type: ignore[return-value]


def plain_user(given: Any) -> UserFixture | None:
    """Return a user that is plain; None if it is not, which does not mean that it is wrong."""
    try:
        return _with_dates(_validator().validate_python(given))
    except (ValidationError, TypeError):
        return None


def plain_line(line: bytes) -> UserFixture | None:
    """Return the user on a line of JSON Lines if it is plain; else None."""
    if line[:9] != b'{"user":{' or line[-3:] != b"}}\n":
        return None
    try:
        user = _with_dates(_validator().validate_json(line[8:-2]))
    except (ValidationError, TypeError):
        return None
    # If a name is given twice, the line has more strings than the user.
    more = line.count(b'"') - 2 - 2 * _strings_in(user)
    return user if more == (2 if not user.groups and _NO_GROUPS in line else 0) else None


def with_plain_users(content: Any) -> Any:
    """Return a document in which the plain users are read and the others are as they were."""
    if type(content) is not dict:
        return content
    read = _read_users(content)
    applications = content.get("applications")
    if type(applications) is list:
        read["applications"] = [
            _read_users(one) if type(one) is dict else one for one in applications
        ]
    return read


def _read_users(contents: dict[Any, Any]) -> dict[Any, Any]:
    users = contents.get("users")
    if type(users) is not list:
        return dict(contents)
    return {**contents, "users": [_read_user(one) for one in users]}


def _read_user(given: Any) -> Any:
    # Anything but a dict was read from its line already, or is wrong.
    return (plain_user(given) or given) if type(given) is dict else given


def _with_dates(user: UserFixture) -> UserFixture:
    """Return a user with its dates read.

    :raises TypeError: when one is no date, or relative
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
    instant = parse_instant(text)  # raises TypeError if it is not text
    if instant is None:
        raise TypeError
    return instant


def _strings_in(user: UserFixture) -> int:
    """Return how many strings a user was, names of properties too, but for empty groups."""
    texts = _optional_texts_of(user)
    count = 2 + 2 * (len(texts) - texts.count(None))  # the 2 are the email
    if user.user_tags is not None:
        count += 1 + 2 * len(user.user_tags)
    return count + 1 + len(user.groups) if user.groups else count
