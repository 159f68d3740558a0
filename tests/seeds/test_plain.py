"""Usual values, which are read without the full checks."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mock_server.schemas import fields as types
from mock_server.seeds import values
from mock_server.seeds.documents import UserFixture
from mock_server.seeds.files import read_lines_inline
from mock_server.seeds.json_lines import user_on

RULES = TypeAdapter(UserFixture)
PLAIN = {
    "id": "a" * 24,
    "email": "ann@example.com",
    "passwordHash": f"{'0' * 16}:{'f' * 32}",
    "firstName": "Ännchen",
    "lastName": "",
    "userTags": {"role": "head", "a-_9": "😀"},
    "groups": ["Sales/North", "a"],
    "creationDate": "2024-05-17T09:30:00.000Z",
    "lastUpdated": "0001-01-01T00:00:00.000Z",
    "passwordLastUpdated": "9999-12-31T23:59:59.999Z",
    "lastLogin": "1970-01-01T00:00:00.000Z",
}
TEXTS: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, 5, "", "a", "A" * 24, "a" * 24, "a" * 23 + "g", "a" * 24 + "\n", "a@b", "a b@c",
        "ä@b", "a@b\n", "x" * 256 + "@", "x" * 1025 + "@", "x" * 512, "x" * 1024, "x" * 1025,
        "😀" * 512, "😀" * 513, "0" * 16 + ":" + "0" * 32, b"a@b", [], {},
    ]
)  # fmt: skip
TAGS: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, 5, {}, {"a": "b"}, {"a": ""}, {"a": 5}, {"a b": "c"}, {"": "c"}, {"a\n": "c"},
        {"a\nb": "c"}, {"a": "x" * 255}, {"a": "x" * 256}, {"a": "😀" * 127}, {"a": "😀" * 128},
        {"a" * 255: "b"}, {"a" * 256: "b"}, {"a": b"b"},
    ]
)  # fmt: skip
PAIRS = [
    (values.ObjectId, types.ObjectId),
    (values.Email, types.Email),
    (values.ShortText, types.ShortText),
]


def result(kind: Any, value: object) -> object:
    """Return what is made of a value, or None if it is refused."""
    try:
        return [TypeAdapter(kind).validate_python(value, strict=True)]
    except ValidationError:
        return None


@given(TEXTS)
@example("a" * 24)
@example("a@b\n")
def test_the_quick_checks_of_text_are_right(value: object) -> None:
    """A value is accepted by the types of seed files just as it is by those of the API."""
    for quick, full in PAIRS:
        assert result(quick, value) == result(full, value)


@given(TAGS)
@example({"a\nb": "c"})
def test_the_quick_check_of_tags_is_right(value: object) -> None:
    """The same goes for tags."""
    assert result(values.Tags, value) == result(types.Tags, value)


@pytest.mark.parametrize("text", ["A" * 16 + ":" + "0" * 32, "0" * 49, "0" * 16 + ":" + "0" * 33])
def test_the_quick_check_of_a_hash_is_right(text: str) -> None:
    """A hash is accepted only as the mock writes it."""
    assert result(values.PasswordHash, text) is None
    assert result(values.PasswordHash, PLAIN["passwordHash"]) == [PLAIN["passwordHash"]]


def test_only_the_full_check_is_reported() -> None:
    """A mistake is reported once, in the words of the full check."""
    tags = {"a": "", "a b": "c"}
    user = {"email": "nobody", "id": "5", "firstName": "x" * 1025, "userTags": tags}
    source = read_lines_inline("", [json.dumps({"user": user}).encode()])
    assert [str(mistake).partition("; ")[0] for mistake in source.mistakes] == [
        "line 1: user.id pattern mismatch",
        "line 1: user.email must be email format",
        "line 1: user.firstName has longer length than allowed",
        "line 1: user.userTags.a has less length than allowed",
        "line 1: user.userTags.a b is not a valid tag key",
    ]


def on_line(user: str) -> bytes:
    """Return the line of JSON Lines for a user in JSON."""
    return f'{{"user":{user}}}\n'.encode()


@given(st.sets(st.sampled_from([name for name in PLAIN if name != "email"])))
def test_lines(left_out: set[str]) -> None:
    """A line is read as the value that it holds is, however it is spaced."""
    given = {name: value for name, value in PLAIN.items() if name not in left_out}
    for separators in ((",", ":"), (" , ", " : ")):
        user = user_on(on_line(json.dumps(given, separators=separators, ensure_ascii=False)))
        assert user is not None
        assert asdict(user) == asdict(RULES.validate_python(given))


@pytest.mark.parametrize("name", ["password", "tokenCutoff", "lastLogin"])
def test_lines_with_other_properties(name: str) -> None:
    """All properties can be read in this way, and relative dates too."""
    given = {"email": "ann@example.com", name: "now-or-later" if name == "password" else "-3d"}
    user = user_on(on_line(json.dumps(given)))
    assert user is not None
    assert asdict(user) == asdict(RULES.validate_python(given))


TWICE = [
    '"email":"b@b.co"', '"firstName":"A"', '"firstName":""', '"userTags":{"a":"b"}',
    '"groups":["A"]',
    '"id":"aaaaaaaaaaaaaaaaaaaaaaaa"', '"creationDate":"2024-05-17T09:30:00.000Z"', '"userTags":{}',
    '"groups":[]', '"lastName":null',
]  # fmt: skip


@pytest.mark.parametrize("one", TWICE)
@pytest.mark.parametrize("other", TWICE)
def test_what_is_given_twice(one: str, other: str) -> None:
    """An object that has a name twice is not plain."""
    line = f'{{"email":"a@b.co",{one},{other},{one}}}'
    assert user_on(on_line(line)) is None
    assert user_on(on_line('{"email":"a@b.co","groups":[]}')) is not None


@pytest.mark.parametrize(
    "twice",
    ['"firstName":null,"firstName":"A"', '"creationDate":5,"creationDate":"2024-05-17"',
     '"groups":null,"groups":["A"]', '"groups":[],"groups":["A"]', '"groups":["A"],"groups":[]',
     '"firstName":null,"groups":[],"firstName":"A"', '"userTags":{"a":"b","a":"b"}'],
)  # fmt: skip
def test_what_is_given_twice_as_another_thing(twice: str) -> None:
    """Nor is it where one of the two is no text."""
    assert user_on(on_line(f'{{"email":"a@b.co",{twice}}}')) is None


@pytest.mark.parametrize(
    "line", ["", "{", "5", "null", '{"email":"a@b.co"}}', '{"email":"a@b.co"} {}', '{"email":NaN}']
)
def test_what_is_no_line(line: str) -> None:
    """What is not the JSON of a user is left to what tells mistakes."""
    assert user_on(on_line(line)) is None


@pytest.mark.parametrize(
    "line",
    [b'{"user":{"email":"a@b.co"}}', b'{"user": {"email":"a@b.co"}}\n', b'{"user":null}\n',
     b'{"group":{"name":"A"}}\n', b'{"user":{"email":"a@b.co"},"user":{"email":"a@b.co"}}\n',
     b'{"user":{"email":"a@b.co"},"group":{"name":"A"}}\n', b"\n", b""],
)  # fmt: skip
def test_lines_of_another_form(line: bytes) -> None:
    """A line that is not as the mock writes it, with a user alone, is left to what reads all."""
    assert user_on(line) is None
