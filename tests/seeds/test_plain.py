"""Users that are read without ceremony."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mock_server.seeds.documents import UserFixture
from mock_server.seeds.fast_path import plain_line, plain_user

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

VALUES = st.sampled_from(
    [
        None, True, 5, "", "a", "A" * 24, "a" * 24, "a" * 23 + "g", "a@b", "a b@c", "ä@b", "a@b\n",
        "x" * 256 + "@", "x" * 1025 + "@", "x" * 512, "x" * 1024, "x" * 1025, "😀" * 512,
        "😀" * 513, "0" * 16 + ":" + "0" * 32, "2024-05-17", "2024-05-17T09:30:00.000Z",
        "2024-05-17t09:30:00.000z", "2024-02-30T09:30:00.000Z", "2024-05-17T24:00:00.000Z",
        "2024-W20-5T09:30:00.000Z", "٢٠٢٤-05-17T09:30:00.000Z", "-3d", "now", [], ["a"], [5],
        ["a", None], {}, {"a": "b"}, {"a": ""}, {"a": 5}, {"a b": "c"}, {"": "c"}, {"a\n": "c"},
        {"a\nb": "c"}, {"a": "x" * 255}, {"a": "x" * 256}, {"a": "😀" * 127}, {"a": "😀" * 128},
        {"a" * 255: "b"}, {"a" * 256: "b"}, {5: "a"}, b"a",
    ]
)  # fmt: skip
USERS = st.dictionaries(
    st.sampled_from([*PLAIN, "password", "tokenCutoff", "name", "user_tags"]), VALUES, max_size=4
).map(lambda changes: {**PLAIN, **changes})


def same(user: UserFixture, given: Any) -> bool:
    """Tell whether the rules make the same of it."""
    return asdict(RULES.validate_python(given)) == asdict(user)


def test_plain() -> None:
    """A user with all that plain ones can have is plain, and is what the rules make of it."""
    user = plain_user(PLAIN)
    assert user is not None
    assert same(user, PLAIN)


@given(USERS)
@example({**PLAIN, "userTags": {"a\nb": "c"}})
@example({**PLAIN, "email": "a@b\n"})
@example({**PLAIN, "creationDate": "2024-W20-5T09:30:00.000Z"})
def test_what_is_plain_is_right(given: dict[str, Any]) -> None:
    """Whatever is taken for plain is what the rules make of it, and is not refused by them."""
    user = plain_user(given)
    assert user is None or same(user, given)


@pytest.mark.parametrize("given", [None, 5, [], "a", {}, {"email": None}, {5: "a@b.co"}])
def test_what_is_no_user(given: Any) -> None:
    """What is nothing like a user is left to the rules."""
    assert plain_user(given) is None


def on_line(user: str) -> bytes:
    """Return the line of JSON Lines for a user in JSON."""
    return f'{{"user":{user}}}\n'.encode()


@given(st.sets(st.sampled_from([name for name in PLAIN if name != "email"])))
def test_lines(left_out: set[str]) -> None:
    """A line is read as the value that it holds is, however it is spaced."""
    given = {name: value for name, value in PLAIN.items() if name not in left_out}
    for separators in ((",", ":"), (" , ", " : ")):
        user = plain_line(on_line(json.dumps(given, separators=separators)))
        assert user is not None
        assert same(user, given)


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
    assert plain_line(on_line(line)) is None
    assert plain_line(on_line('{"email":"a@b.co","groups":[]}')) is not None


@pytest.mark.parametrize(
    "twice",
    ['"firstName":null,"firstName":"A"', '"creationDate":5,"creationDate":"2024-05-17"',
     '"groups":null,"groups":["A"]', '"groups":[],"groups":["A"]', '"groups":["A"],"groups":[]',
     '"firstName":null,"groups":[],"firstName":"A"', '"userTags":{"a":"b","a":"b"}'],
)  # fmt: skip
def test_what_is_given_twice_as_another_thing(twice: str) -> None:
    """Nor is it where one of the two is no text."""
    assert plain_line(on_line(f'{{"email":"a@b.co",{twice}}}')) is None


@pytest.mark.parametrize(
    "line", ["", "{", "5", "null", '{"email":"a@b.co"}}', '{"email":"a@b.co"} {}', '{"email":NaN}']
)
def test_what_is_no_line(line: str) -> None:
    """What is not the JSON of a user is left to what tells mistakes."""
    assert plain_line(on_line(line)) is None


@pytest.mark.parametrize(
    "line",
    [b'{"user":{"email":"a@b.co"}}', b'{"user": {"email":"a@b.co"}}\n', b'{"user":null}\n',
     b'{"group":{"name":"A"}}\n', b'{"user":{"email":"a@b.co"},"user":{"email":"a@b.co"}}\n',
     b'{"user":{"email":"a@b.co"},"group":{"name":"A"}}\n', b"\n", b""],
)  # fmt: skip
def test_lines_of_another_form(line: bytes) -> None:
    """A line that is not as the mock writes it, with a user alone, is left to what reads all."""
    assert plain_line(line) is None
