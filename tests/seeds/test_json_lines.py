"""JSON Lines: what they make, and how mistakes in them are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.context import WorldContext
from mock_server.seeds.build import load
from mock_server.seeds.files import are_lines, read_lines_inline
from mock_server.seeds.mistakes import FixtureError
from tests.seeds.worlds import EVERYTHING, loaded, text_of, world, written


def mistakes(tmp_path: Path, *lines: str | bytes) -> list[str]:
    """Return the mistakes in a file of lines, without its path."""
    path = tmp_path / "seed.jsonl"
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else one.encode() for one in lines))
    with pytest.raises(FixtureError) as error:
        load([str(path)], WorldContext.of(1))
    return [str(mistake).removeprefix(f"{path}:") for mistake in error.value.mistakes]


def lines_of(*held: dict[str, Any]) -> bytes:
    """Return lines that hold these."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in held)


def test_everything_can_be_in_lines() -> None:
    """Lines make the same world as the document that has the same in lists."""
    store = world(EVERYTHING)
    assert text_of(loaded(written(store, "jsonl"), "jsonl")) == text_of(store)


def test_lines_belong_to_the_application_above_them() -> None:
    """Before the first application they belong to the default one."""
    content = lines_of(
        {"user": {"email": "default@example.com"}},
        {"application": {"name": "First"}},
        {"user": {"email": "first@example.com", "groups": ["A"]}},
        {"account": {"email": "root@example.com", "password": "password1234"}},
        {"group": {"name": "A", "groups": [{"name": "B"}]}},
        {"application": {"name": "Second"}},
        {"user": {"email": "second@example.com"}},
        {"token": {"name": "Sync"}},
    )
    document = json.loads(text_of(loaded(content, "jsonl")))
    found = {
        one["name"]: [user["email"] for user in one["users"]] for one in document["applications"]
    }
    assert found == {
        "My Application": ["default@example.com"],
        "First": ["first@example.com"],
        "Second": ["second@example.com"],
    }
    assert [token["name"] for token in document["applications"][2]["tokens"]] == ["Sync"]


def test_empty_lines_and_windows() -> None:
    """Empty lines, a byte order mark and carriage returns are nothing."""
    content = b'\xef\xbb\xbf{"version":1}\r\n\r\n   \n{"user":{"email":"ann@example.com"}}\r\n'
    assert [one["email"] for one in _users(content)] == ["ann@example.com"]


def _users(content: bytes) -> list[dict[str, Any]]:
    document = json.loads(text_of(loaded(content, "jsonl")))
    return list(document["applications"][0]["users"])


WRONG: list[tuple[str | bytes, list[str]]] = [
    ('{"user":{"email":"nobody"}}', ["user.email must be email format; write it with an @"]),
    (
        '{"user":{"email":"a@b.co","fristName":"A"}}',
        ["user.fristName is not a known property; did"],
    ),
    ('{"user":{"email":"a@b.co","groups":["A"]}}', ['user.groups[0] refers to unknown group "A"']),
    ('{"user":{"email":"a@b.co","email":"b@b.co"}}', ['is not JSON: an object has "email" twice']),
    ('{"user":{"email":"ann@example.com"}}', ['user.email is given twice: "ann@example.com"']),
    ('{"user":{"email":"a@b.co","lastLogin":"soon"}}', ["user.lastLogin must be an ISO 8601 date"]),
    ('{"user":{"email":"a@b.co"}', ["is not JSON: Expecting ',' delimiter"]),
    ('{"user":5}', ["user must be an object"]),
    (
        '{"users":[]}',
        ['users is for documents in .json files; write {"user": …}'],
    ),
    (
        '{"zzz":[]}',
        ["zzz is not a known kind of line; there are version, account, application"],
    ),
    ('{"user":{"email":"a@b.co"},"version":1}', ["must be an object with one property, such as"]),
    ("[]", ["must be an object with one property, such as"]),
    ("{}", ["must be an object with one property, such as"]),
    (b'{"user":{"email":"\xff@b.co"}}', ["is not UTF-8 (byte 18)"]),
    ('{"version":2}', ["version is given twice, first on line 1"]),
    (
        '{"include":"nowhere.yaml"}',
        ['include "nowhere.yaml" is not a file, a directory or a built-in set'],
    ),
    ('{"include":[5]}', ["include must be text; write it in quotes"]),
    ('{"application":5}', ["application must be an object"]),
    (
        '{"application":{"name":"A","users":[],"groups":[]}}',
        [
            'application.groups belongs on lines below, as {"group": …}',
            'application.users belongs on lines below, as {"user": …}',
        ],
    ),
    ('{"group":{"name":"A","groups":[{"nmae":"B"}]}}', ["group.groups[0].name is required"]),
    ('{"token":{"name":"T","scope":["all"]}}', ["token.scope[0] is not a scope"]),
    ('{"account":{"email":"a@b.co"}}', ["account.password is required, or passwordHash"]),
]


@pytest.mark.parametrize(("line", "expected"), WRONG, ids=lambda value: str(value)[:40])
def test_mistakes_are_told_with_their_lines(
    tmp_path: Path, line: str | bytes, expected: list[str]
) -> None:
    """Each mistake is told with its line, and the place in that line."""
    found = mistakes(tmp_path, '{"version":1}', '{"user":{"email":"ann@example.com"}}', "", line)
    for mistake, beginning in zip(found, expected, strict=False):
        assert mistake.startswith(f"4: {beginning}")
    assert len(found) >= len(expected)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Mistakes of JSON, of form and of names are told together, in the order of the lines."""
    lines = [
        '{"version":1}',
        '{"user":{"email":"ann@example.com","groups":["A"]}}',
        "{",
        '{"user":{"email":"nobody"}}',
        '{"grop":{}}',
        '{"application":5}',
        '{"user":{"email":"b@example.com","groups":["B"]}}',
    ]
    found = mistakes(tmp_path, *lines)
    assert [one.partition(":")[0] for one in found] == ["2", "3", "4", "5", "6", "7"]


def test_a_version_that_is_not_known(tmp_path: Path) -> None:
    """The version is checked on whatever line it stands."""
    user = '{"user":{"email":"a@b.co"}}'
    assert mistakes(tmp_path, user, '{"version":2}') == ["2: version must be 1"]


def test_what_is_no_json_lines_is_told_once(tmp_path: Path) -> None:
    """A document over several lines is not told line by line."""
    (mistake,) = mistakes(tmp_path, "{", '  "version": 1,', '  "users": []', "}")
    assert mistake.startswith("1: is not JSON")
    assert "each line of JSON Lines is one object" in mistake


def test_lines_without_a_file_can_include_nothing() -> None:
    """What is sent has no folder in which others could be."""
    source = read_lines_inline("", [b'{"version":1}\n', b'{"include":"demo"}\n'])
    assert [str(one) for one in source.mistakes] == [
        "line 2: include works in seed files only; send the included documents with this one"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"user":{}}', True),
        ('{"version":1}\n{"user":{}}', True),
        ('\n{"account":{}}', True),
        ('{"version":1}', False),
        ('{"include":"demo"}', False),
        ('{"users":[]}\n', False),
        ('{"version":1,"users":[]}', False),
        ("{\n", False),
        ("users: []", False),
        ("5\n5", False),
        ("", False),
    ],
)
def test_lines_are_known_by_the_first(text: str, expected: bool) -> None:
    """A text of which nothing is known is told apart from JSON and YAML."""
    assert are_lines(text.encode()) is expected


EMAILS = st.sampled_from(['"@x', "\\@x", "a@b.co", "ä@x", "😀@x", "\ud800@x"])
TEXTS = st.sampled_from(
    ["", '"', "\\", '\\"', "a", "ä", "\u0000", "\u2028", "\ud800", '","email":"']
)


@given(st.lists(st.tuples(EMAILS, TEXTS, st.dictionaries(st.just("k"), TEXTS.filter(bool)))))
def test_whatever_text_is_in_a_line(users: list[tuple[str, str, dict[str, str]]]) -> None:
    """Quotes, backslashes and half characters come as they were written."""
    lines = [
        {"user": {"email": f"{number}{email}", "firstName": name, "userTags": tags}}
        for number, (email, name, tags) in enumerate(users)
    ]
    content = lines_of({"application": {"name": "A"}}, *lines)
    found = json.loads(text_of(loaded(content, "jsonl")))["applications"][0].get("users", [])
    assert [(one["email"], one["firstName"], one.get("userTags", {})) for one in found] == [
        (f"{number}{email}", name, tags) for number, (email, name, tags) in enumerate(users)
    ]
