"""Whether a document has the right form, and its mistakes of form in words."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from mock_server.domain import problems
from mock_server.schemas.error_messages import UNKNOWN_PROPERTY, Failure, Path, failure
from mock_server.schemas.experience_groups import DeviceTag
from mock_server.schemas.fields import scope_names
from mock_server.seeds.documents import (
    AccountFixture,
    ApplicationFixture,
    FixtureDocument,
    GroupFixture,
    TokenFixture,
    UserFixture,
)
from mock_server.seeds.fast_path import with_plain_users
from mock_server.seeds.schema import names_of_properties
from mock_server.text import did_you_mean

_MODELS: Mapping[str, Any] = {
    "accounts": AccountFixture,
    "applications": ApplicationFixture,
    "deviceTags": DeviceTag,
    "groups": GroupFixture,
    "tokens": TokenFixture,
    "users": UserFixture,
}
# Names of the API that seed files have other names for.
_OTHER_NAMES = {
    "experienceGroupIds": "groups",
    "experienceGroups": "groups",
    "experienceUserIds": "members",
    "parentId": "parent",
}
_REQUIRED = {
    "accounts": ("email", "password"),
    "applications": ("name",),
    "groups": ("name",),
    "tokens": ("name",),
    "users": ("email",),
}
# Stand-ins for required values that are wrong, so that the rest can be checked too.
_STAND_INS = {
    "email": "stand-in-{}@example.com",
    "name": "stand-in-{}",
    "password": "stand-in-{}",
    "passwordHash": f"{'0' * 16}:{'0' * 32}",
}


@dataclass(frozen=True)
class FormError:
    """A mistake of form: the place in the document, and why."""

    path: Path
    reason: str


def read_document(content: Any) -> tuple[FixtureDocument, list[FormError]]:
    """Return a document without what is wrong in it, and what is wrong."""
    content = with_plain_users(content)
    try:
        return FixtureDocument.model_validate(content), []
    except ValidationError as error:
        failures = [failure(one, content) for one in error.errors(include_url=False)]
    return _without(content, failures), [FormError(one.path, _reason(one)) for one in failures]


def _without(content: Any, failures: Sequence[Failure]) -> FixtureDocument:
    """Return what is left of a document without its mistakes, which may be nothing."""
    rest = _Rest(content)
    for one in failures:
        rest.remove(one.path)
    try:
        return FixtureDocument.model_validate(rest.content)
    except ValidationError:
        return FixtureDocument()


class _Rest:
    """A document without its mistakes; only what changes is copied."""

    def __init__(self, content: Any) -> None:
        self.content = copy.copy(content)
        self._copies = {id(self.content)}

    def remove(self, path: Path) -> None:
        """Remove the property at ``path``, or around it; put a stand-in if it is required."""
        names = [index for index, part in enumerate(path) if isinstance(part, str)]
        if not names:
            return
        *outer, name = path[: names[-1] + 1]
        content = self.content
        try:
            for part in outer:
                content = self._copied(content, part)
            if path[-1] is not name and _is_list_of_objects(outer, name):
                self._copied(content, name)[path[-1]] = _stand_in_object(str(name))
                return
            content.pop(name, None)
            if name in _STAND_INS:
                content[name] = _stand_in(str(name))
        except (KeyError, IndexError, TypeError, AttributeError):
            return  # it was removed with another mistake

    def _copied(self, content: Any, part: str | int) -> Any:
        inner = content[part]
        if id(inner) not in self._copies:
            inner = content[part] = copy.copy(inner)
            self._copies.add(id(inner))
        return inner


def _is_list_of_objects(outer: Sequence[str | int], name: str | int) -> bool:
    """Tell whether a list has objects, which a stand-in can replace."""
    is_in_user = len(outer) > 1 and outer[-2] == "users"  # whose groups are texts
    return name in _REQUIRED and not is_in_user


def _stand_in_object(kind: str) -> dict[str, str]:
    return {name: _stand_in(name) for name in _REQUIRED[kind]}


def _stand_in(name: str) -> str:
    # Random, so that no two of them, in several documents either, are reported as the same.
    return _STAND_INS[name].format(secrets.token_hex(8))


def _reason(one: Failure) -> str:
    if one.reason == UNKNOWN_PROPERTY:
        return f"{UNKNOWN_PROPERTY}{_known_property(one.path)}"
    if one.words == problems.NO_SINGLE_MATCH:
        return _unknown_scope(one.input)
    if one.kind == "string_type" and isinstance(one.input, int | float):
        return f"{one.reason}; write it in quotes"
    return one.reason


def _known_property(path: Path) -> str:
    """Return what to write instead of a property that is not known."""
    owner = next((part for part in reversed(path[:-1]) if isinstance(part, str)), "")
    model, name = _MODELS.get(owner, FixtureDocument), str(path[-1])
    if name in _OTHER_NAMES:
        return f"; write {_OTHER_NAMES[name]}"
    known = names_of_properties(model)
    return did_you_mean(name, known) or f"; there are {', '.join(known)}"


def _unknown_scope(scope: str) -> str:
    return f'is not a scope of API tokens: "{scope}"{did_you_mean(scope, scope_names())}'
