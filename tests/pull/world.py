"""An application with unusual users, and helpers that read its copies."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mock_server.text import utf16_length

COUNT = 5000

_HEAD = 4

ODD: dict[str, Any] = {
    "groups": [
        {
            "name": "Zürich Werkstatt",
            "description": "Reparaturen für Geschäftskunden, Telefon +41 44 555 01 23",
            "groupTags": {"site": "Zürich-Oerlikon", "floor": "4"},
            "deviceTags": [{"key": "owner", "value": "Beatrix"}, {"key": "spare"}],
            "deviceIds": ["63ab5f2bb1c2d3e4f5a6b7c8"],
            "deviceQueryJson": '{"tags": {"owner": "Beatrix"}, "id": "63ab5f2bb1c2d3e4f5a6b7c8"}',
            "groups": [{"name": "Nachtschicht"}],
        }
    ],
    "users": [
        {"email": "Jörg.Strauß@Example.COM", "firstName": "Jörg", "lastName": "Strauß"},
        {
            "email": "o'brien+news@example.com",
            "firstName": "Siobhán",
            "lastName": "O'Brien-Ó Néill",
        },
        {"email": "wang@example.com", "firstName": "小明", "lastName": "王"},
        {"email": "dimitri@example.com", "firstName": "Дмитрий", "lastName": "ШОСТАКОВИЧ"},
        {"email": "nobody@example.com", "firstName": "", "userTags": {"mail": "wang@example.com"}},
        {
            "email": "a@b",
            "tokenCutoff": "2024-02-03T04:05:06.789Z",
            "userTags": {
                "vip": "true",
                "born": "1984-11-23",
                "room": "B7",
                "mood": "party 🎉 time",
            },
            "groups": ["Nachtschicht"],
        },
    ],
}


@dataclass(frozen=True)
class ApplicationContents:
    """Groups and users as the API answers them or as a file has them, ordered by id."""

    groups: list[dict[str, Any]]
    users: list[dict[str, Any]]


def lines(path: Path) -> ApplicationContents:
    """Return the content of a file of JSON Lines."""
    objects = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert objects[0] == {"version": 1}
    assert set(objects[1]) == {"application"}
    return ApplicationContents(
        [one["group"] for one in objects if "group" in one],
        [one["user"] for one in objects if "user" in one],
    )


def personal(contents: ApplicationContents) -> Iterator[str]:
    """Yield all personal texts of users and groups, as the API answers them."""
    for user in contents.users:
        yield from (user[name] for name in ("email", "firstName", "lastName") if name in user)
        yield from user.get("userTags", {}).values()
    for group in contents.groups:
        yield from (group[name] for name in ("name", "description") if name in group)
        yield from group.get("groupTags", {}).values()
        yield from (tag["value"] for tag in group.get("deviceTags", []) if "value" in tag)


def shape(user: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that a user has, with their lengths."""
    names = ("email", "firstName", "lastName", "tokenCutoff", "lastLogin", "creationDate")
    return {
        **{name: utf16_length(user[name]) for name in names if name in user},
        "userTags": {key: utf16_length(text) for key, text in user.get("userTags", {}).items()},
    }


def found_in(text: str, searched: Iterable[str]) -> list[str]:
    """Return those of the texts, each of at least four characters, that occur in ``text``."""
    by_head: dict[str, list[str]] = defaultdict(list)
    for one in searched:
        by_head[one[:_HEAD]].append(one)
    assert all(len(head) == _HEAD for head in by_head)
    found = set()
    for position in range(len(text)):
        for one in by_head.get(text[position : position + _HEAD], ()):
            if text.startswith(one, position):
                found.add(one)
    return sorted(found)
