"""Whether a document has the form that it should, and what is wrong in words."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mock_server.domain import problems
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
from mock_server.seeds.json_value import NAME_IS_NO_TEXT
from mock_server.seeds.mistakes import Path
from mock_server.text import did_you_mean

_MODELS: Mapping[str, Any] = {
    "accounts": AccountFixture,
    "applications": ApplicationFixture,
    "deviceTags": DeviceTag,
    "groups": GroupFixture,
    "tokens": TokenFixture,
    "users": UserFixture,
}
# What people write because the API has it, and what it is called here.
_ELSEWHERE = {
    "experienceGroupIds": "write groups",
    "experienceGroups": "write groups",
    "experienceUserIds": "write members",
    "parentId": "write parent",
}
_WORDS = {
    "missing": problems.REQUIRED,
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "dataclass_type": "must be an object",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "string_type": "must be text",
    "int_parsing_size": "is too large a number",
    "recursion_loop": problems.TOO_DEEP,
    "recursion_depth_exceeded": problems.TOO_DEEP,
}
_REQUIRED = {
    "accounts": ("email", "password"),
    "applications": ("name",),
    "groups": ("name",),
    "tokens": ("name",),
    "users": ("email",),
}
_KEY = "[key]"  # what pydantic puts behind a name that is wrong itself
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_NAME_OF_WRONG_TYPE = "invalid_key"
# What stands for a required value that is wrong, until all mistakes are told.
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
    """Return the document, without what is wrong in it, and what that is."""
    content = with_plain_users(content)
    try:
        return FixtureDocument.model_validate(content), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    return _without(content, details), [_form_error(detail) for detail in details]


def _without(content: Any, details: Sequence[ErrorDetails]) -> FixtureDocument:
    """Return what is left of a document when its mistakes are taken out, which may be nothing."""
    rest = _Rest(content)
    for detail in details:
        rest.mend(_place(detail))
    try:
        return FixtureDocument.model_validate(rest.content)
    except ValidationError:
        return FixtureDocument()


class _Rest:
    """A document without its mistakes; only what is changed of it is a copy."""

    def __init__(self, content: Any) -> None:
        self.content = copy.copy(content)
        self._copies = {id(self.content)}

    def mend(self, path: Path) -> None:
        """Take the value at ``path`` out, or the list it stands in; put in what is required."""
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
            return  # another mistake took the place away

    def _copied(self, content: Any, part: str | int) -> Any:
        inner = content[part]
        if id(inner) not in self._copies:
            inner = content[part] = copy.copy(inner)
            self._copies.add(id(inner))
        return inner


def _is_list_of_objects(outer: Sequence[str | int], name: str | int) -> bool:
    """Tell whether a list has objects that only lack what is required, when they are replaced."""
    is_in_user = len(outer) > 1 and outer[-2] == "users"  # whose groups are texts
    return name in _REQUIRED and not is_in_user


def _stand_in_object(kind: str) -> dict[str, str]:
    return {name: _stand_in(name) for name in _REQUIRED[kind]}


def _stand_in(name: str) -> str:
    # Not alike in several documents either, so that nothing is told to be given twice.
    return _STAND_INS[name].format(secrets.token_hex(8))


def _place(detail: ErrorDetails) -> Path:
    """Return where a mistake is: what is wrong with a name in an object is at that name."""
    path: Path = detail["loc"]
    return path[:-1] if path[-1:] == (_KEY,) else path


def _form_error(detail: ErrorDetails) -> FormError:
    path = _place(detail)
    context = detail.get("ctx", {})
    if "words" in context:
        path, reason = (*path, *context["path"]), context["words"]
        if reason == problems.NO_SINGLE_MATCH:
            reason = _unknown_scope(detail["input"])
        elif context["hint"]:
            reason = f"{reason}; {context['hint']}"
    elif detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        reason = "must be text; write it in quotes"
    elif detail["type"] == "literal_error":
        reason = f"must be {context['expected']}"
    elif detail["type"] in _UNKNOWN:
        reason = _unknown_property(path)
    elif detail["type"] == _NAME_OF_WRONG_TYPE:
        path, reason = path[:-1], NAME_IS_NO_TEXT
    else:
        reason = _WORDS.get(
            detail["type"], f"is wrong: {detail['msg'][0].lower()}{detail['msg'][1:]}"
        )
    return FormError(path, reason)


def _unknown_property(path: Path) -> str:
    owner = next((part for part in reversed(path[:-1]) if isinstance(part, str)), "")
    model, name = _MODELS.get(owner, FixtureDocument), str(path[-1])
    if name in _ELSEWHERE:
        return f"is not a known property; {_ELSEWHERE[name]}"
    known = names_of_properties(model)
    hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
    return f"is not a known property{hint}"


def _unknown_scope(scope: str) -> str:
    hint = did_you_mean(scope, scope_names())
    return f'is no scope that an API token can have: "{scope}"{hint}'


@cache
def names_of_properties(model: Any) -> list[str]:
    """Return the names of all properties that an object in a document can have, in their order."""
    schema = TypeAdapter(model).json_schema()
    while "$ref" in schema:  # what can stand inside itself
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return list(schema["properties"])
