"""Whether a document has the right form, and its mistakes of form in words."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
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
    names_of_properties,
)
from mock_server.seeds.mistakes import Content
from mock_server.seeds.values import QUICK
from mock_server.text import did_you_mean

Source = Content[FixtureDocument]
"""A seed file of the right form, and the mistakes in what was left out of it."""

_MODELS: Mapping[str, type[Any]] = {
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
# Where these are wrong, others take their place, so that the rest can be checked too.
_REPLACED = ("email", "name", "password", "passwordHash")

_Wrong = dict[str | int, "_Wrong | None"]
"""The parts of a value to leave out: each as a whole, or only some parts of it."""


def checked(content: Content[Any]) -> Source:
    """Return a document without what is wrong in it, so that the rest can be checked, too."""
    try:
        return replace(content, value=FixtureDocument.model_validate(content.value))
    except ValidationError as error:
        details = error.errors(include_url=False)
    decisive = [one for one in details if QUICK not in one["loc"]] or details
    failures = [failure(one, content.value) for one in decisive]
    found = [content.mistake(one.path, _reason(one)) for one in failures]
    return replace(
        content, value=_rest(content.value, failures), mistakes=[*content.mistakes, *found]
    )


def _rest(value: Any, failures: Iterable[Failure]) -> FixtureDocument:
    """Return what is left of a document without its mistakes, which may be nothing."""
    wrong: _Wrong = {}
    for one in failures:
        _leave_out(wrong, _left_out(one.path))
    try:
        return FixtureDocument.model_validate(_without(value, wrong))
    except ValidationError:
        return FixtureDocument()


def _leave_out(wrong: _Wrong, path: Path) -> None:
    for part in path[:-1]:
        inside = wrong.setdefault(part, {})
        if inside is None:  # all of it is left out for another mistake
            return
        wrong = inside
    if path:
        wrong[path[-1]] = None


def _left_out(path: Path) -> Path:
    """Return what to leave out for a mistake: an object in a list, or else a property."""
    names = [at for at, part in enumerate(path) if isinstance(part, str)]
    if not names:
        return ()
    last = names[-1]
    is_list_of_text = path[last - 2 : last + 1 : 2] == ("users", "groups")
    if last < len(path) - 1 and path[last] in _REQUIRED and not is_list_of_text:
        return path
    return path[: last + 1]


def _without(value: Any, wrong: _Wrong, kind: str = "") -> Any:
    """Return a value without some parts. Only what changes is copied: it may be large.

    :param kind: the name of the value
    """
    rest = copy.copy(value)
    for part, inside in wrong.items():
        if inside is not None:
            rest[part] = _without(rest[part], inside, str(part))
        elif isinstance(part, int):
            rest[part] = {name: _stand_in(name) for name in _REQUIRED[kind]}
        elif part in _REPLACED:
            rest[part] = _stand_in(part)
        else:
            rest.pop(part, None)
    return rest


def _stand_in(name: str) -> str:
    # Random, so that no two of them, in several documents either, are reported as the same.
    digits = secrets.token_hex(16)
    return f"{digits[:16]}:{digits}" if name == "passwordHash" else f"{digits}@example.com"


def _reason(one: Failure) -> str:
    if one.reason == UNKNOWN_PROPERTY:
        return f"{UNKNOWN_PROPERTY}{_known_property(one.path)}"
    if one.words == problems.NO_SINGLE_MATCH:
        return _unknown_scope(one.input) if isinstance(one.input, str) else "must be text"
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
