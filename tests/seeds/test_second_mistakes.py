"""A mistake that was made already is told again, each time with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from mock_server import FixtureError, MockServer

SINGULAR = {"accounts": "account", "applications": "application", "groups": "group"} | {
    "tokens": "token",
    "users": "user",
}
ID = "a" * 24


@dataclass(frozen=True)
class Case:
    """A kind of mistake: what stands before it, and entries of a list that all make it."""

    kind: str
    reason: str
    wrong: Sequence[str]
    before: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.reason}"


def users(reason: str, *properties: str, before: Sequence[str] = ()) -> Case:
    """Return a mistake that two users make, who are all right otherwise."""
    wrong = [f'{{"email": "u{n}@b.co", {one}}}' for n, one in enumerate(properties)]
    return Case("users", reason, wrong, before)


def named(kind: str, reason: str, *properties: str) -> Case:
    """Return a mistake that two things make that have a name."""
    wrong = [f'{{"name": "N{n}", {one}}}' for n, one in enumerate(properties)]
    return Case(kind, reason, wrong)


CASES = (
    Case("users", "must be email format", ['{"email": "nobody"}', '{"email": "nobody"}']),
    Case("users", "email is required", ['{"firstName": "A"}', '{"firstName": "A"}']),
    Case("users", "must be an object", ["5", "5"]),
    Case(
        "users",
        'email is given twice: "A@b.co"',
        ['{"email": "A@b.co"}', '{"email": "A@b.co"}'],
        ['{"email": "a@b.co"}'],
    ),
    users("is not a known property; did you", '"fristName": "A"', '"fristName": "B"'),
    users("is not a known property; write groups", *['"experienceGroupIds": []'] * 2),
    users("must be text; write it in quotes", '"firstName": 5', '"firstName": 5'),
    users("has less length than allowed", '"password": "x"', '"password": "x"'),
    users("has less length than allowed", *['"userTags": {"a": ""}'] * 2),
    users("is not a valid tag key", '"userTags": {"a b": "c"}', '"userTags": {"a b": "c"}'),
    users(
        "is not a password hash of this mock server", '"passwordHash": "0"', '"passwordHash": "0"'
    ),
    users(
        "cannot be given together with password",
        *[f'"password": "password1", "passwordHash": "{"0" * 16}:{"0" * 32}"'] * 2,
    ),
    users("must be an ISO 8601 date", '"lastLogin": "soon"', '"lastLogin": "soon"'),
    users("is more than 1000 years from now", *['"lastLogin": "+999999d"'] * 2),
    users('refers to unknown group "Nowhere"', '"groups": ["Nowhere"]', '"groups": ["Nowhere"]'),
    users(
        f"id is given twice: {ID}",
        f'"id": "{ID}"',
        f'"id": "{ID}"',
        before=[f'{{"email": "first@b.co", "id": "{ID}"}}'],
    ),
    Case("groups", "name is required", ['{"description": "A"}', '{"description": "A"}']),
    named("groups", 'refers to unknown group "Nowhere"', *['"parent": "Nowhere"'] * 2),
    named("groups", 'refers to unknown user "x@b.co"', *['"members": ["x@b.co"]'] * 2),
    named("groups", "makes the group its own ancestor", '"parent": "N1"', '"parent": "N0"'),
    named("groups", "makes the group its own ancestor", '"parent": "N0"', '"parent": "N1"'),
    named(
        "groups",
        "cannot be given for a group that is inside another",
        *['"groups": [{"name": "B", "parent": "N0"}]'] * 2,
    ),
    named("tokens", "is not a scope of API tokens", *['"scope": ["all.No"]'] * 2),
    named("tokens", "must be active or inactive", '"status": "on"', '"status": "on"'),
    named("tokens", 'refers to unknown account "x@b.co"', *['"creator": "x@b.co"'] * 2),
    named("tokens", "creatorType is given without creatorId", *['"creatorType": "user"'] * 2),
    named("tokens", "creatorName is given without creatorId", *['"creatorName": "A"'] * 2),
    named(
        "tokens",
        "creatorId cannot be given together with creator",
        *['"creator": "x", "creatorId": "y"'] * 2,
    ),
    named("applications", 'refers to unknown account "x@b.co"', *['"owner": "x@b.co"'] * 2),
    named("applications", "ownerType is given without ownerId", *['"ownerType": "user"'] * 2),
    named(
        "applications",
        "ownerId cannot be given together with owner",
        *['"owner": "x", "ownerId": "y"'] * 2,
    ),
    Case(
        "applications",
        f"id is given twice: {ID}",
        [f'{{"name": "A", "id": "{ID}"}}'] * 2,
        [f'{{"name": "A", "id": "{ID}"}}'],
    ),
    Case(
        "accounts",
        "password is required, or passwordHash",
        ['{"email": "a@b.co"}', '{"email": "b@b.co"}'],
    ),
    Case(
        "accounts",
        'email is given twice: "a@b.co"',
        ['{"email": "a@b.co", "password": "password1"}'] * 2,
        ['{"email": "a@b.co", "password": "password1"}'],
    ),
    Case(
        "include",
        'nowhere" is not a file, a directory or a built-in set',
        ['"nowhere"', '"nowhere"'],
    ),
)
TWICE = users("is given twice", *['"firstName": "A", "firstName": "B"'] * 2)


def mistakes(path: Path, content: str | bytes) -> list[tuple[int, str]]:
    """Return the lines of the mistakes in a seed file, and what they say, in order."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FixtureError) as error:
        MockServer(fixtures=[str(path)])
    found = [
        re.fullmatch(rf"{re.escape(str(path))}:(\d+): (.*)", line)
        for line in str(error.value).splitlines()
    ]
    assert None not in found, str(error.value)
    return [(int(one[1]), one[2]) for one in found if one is not None]


def entries(case: Case) -> list[str]:
    """Return all entries of a list, from the last on those that are wrong."""
    return [*case.before, *case.wrong]


def in_json(case: Case) -> tuple[str, int]:
    """Return a file in JSON, and the line of its first entry."""
    return f'{{"version": 1,\n"{case.kind}": [\n' + ",\n".join(entries(case)) + "\n]}", 3


def in_yaml(case: Case) -> tuple[str, int]:
    """Return a file in YAML, and the line of its first entry."""
    return f"{case.kind}:\n" + "\n".join(f"  - {one}" for one in entries(case)), 2


def in_lines(case: Case) -> tuple[str, int]:
    """Return a file in JSON Lines, and the line of its first entry."""
    kind = SINGULAR.get(case.kind, case.kind)
    return '{"version": 1}\n' + "\n".join(f'{{"{kind}": {one}}}' for one in entries(case)), 2


WRITERS = {"json": in_json, "yaml": in_yaml, "jsonl": in_lines}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_is_told(tmp_path: Path, case: Case, form: str) -> None:
    """Both are told with their lines, and nothing else is."""
    content, first = WRITERS[form](case)
    found = mistakes(tmp_path / f"seed.{form}", content)
    begin = first + len(case.before)
    assert [line for line, _ in found] == [begin, begin + 1]
    for _, text in found:
        assert case.reason in text


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_names_that_are_given_twice(tmp_path: Path, form: str) -> None:
    """In two objects, and twice in one."""
    content, first = WRITERS[form](TWICE)
    found = mistakes(tmp_path / f"seed.{form}", content)
    assert found == [
        (line, f'"firstName" is given twice, first on line {line}') for line in (first, first + 1)
    ]
    one = '{"email": "a@b.co",\n"email": "b@b.co",\n"firstName": "A",\n"firstName": "B"}'
    assert mistakes(tmp_path / f"seed.{form}", f'{{"users": [{one}]}}') == [
        (2, '"email" is given twice, first on line 1'),
        (4, '"firstName" is given twice, first on line 3'),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"user": {"email": "a@b.co", "email": "b@b.co"}}', 'an object has "email" twice'),
        (b"{", "is not JSON"),
        (b'{"user": "\xff"}', "is not UTF-8"),
        (b"[]", "must be an object with one property"),
        (b'{"user": {"email": "a@b.co"}, "version": 1}', "must be an object with one property"),
        (b'{"zzz": 1}', "is not a known kind of line"),
        (b'{"users": []}', "is for documents in .json files"),
        (b'{"version": 1}', "version is given twice, first on line 1"),
        (b'{"application": 5}', "must be an object"),
        (b'{"application": {"name": "A", "users": []}}', 'belongs on lines below, as {"user": …}'),
    ],
)
def test_lines_that_are_wrong(tmp_path: Path, line: bytes, reason: str) -> None:
    """Mistakes that only lines can have are told again, too."""
    found = mistakes(tmp_path / "seed.jsonl", b'{"version": 1}\n' + line + b"\n\n" + line)
    assert [number for number, _ in found] == [2, 4]
    assert all(reason in text for _, text in found)


def test_two_files(tmp_path: Path) -> None:
    """Mistakes are told in all files, and across them."""
    for name in ("a.yaml", "b.json"):
        (tmp_path / name).write_text('{"users": [{"email": "a@b.co"}, {"email": "nobody"}]}')
    with pytest.raises(FixtureError) as error:
        MockServer(fixtures=[str(tmp_path / "a.yaml"), str(tmp_path / "b.json")])
    assert str(error.value).splitlines() == [
        f"{tmp_path / name}:1: users[{index}].email {reason}"
        for name, index, reason in (
            ("a.yaml", 1, "must be email format; write it with an @ and without spaces"),
            ("b.json", 1, "must be email format; write it with an @ and without spaces"),
            ("b.json", 0, 'is given twice: "a@b.co" (case does not matter)'),
        )
    ]
