"""``mock-server check``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_server.cli import main

YAML_USER = "users:\n- email: ann@example.com\n  "
HINTED = "must be email format; write it with an @ and without spaces"

# Wrong files: name, text, and each mistake with its line and what to write instead.
FILES: list[tuple[str, str, list[tuple[int, str]]]] = [
    ("email.yaml", "users:\n- email: ann\n", [(2, f"users[0].email {HINTED}")]),
    ("misspelt.yaml", f"{YAML_USER}fristName: Ann\n", [(3, "did you mean firstName?")]),
    ("api-name.yaml", f"{YAML_USER}experienceGroupIds: []\n", [(3, "write groups")]),
    ("group.yaml", f"{YAML_USER}groups: [Sales]\n", [(3, 'refers to unknown group "Sales"')]),
    (
        "two-groups.yaml",
        "groups:\n- {name: A, groups: [{name: N}]}\n- {name: B, groups: [{name: N}]}\n"
        f"{YAML_USER}groups:\n  - N\n",
        [(7, 'write the path, "A/N" or "B/N"')],
    ),
    ("circle.yaml", "groups:\n- name: A\n  parent: A\n", [(3, "makes the group its own ancestor")]),
    (
        "two-parents.yaml",
        "groups:\n- name: A\n  groups:\n  - {name: B, parent: A}\n",
        [(4, "cannot be given for a group that is inside another")],
    ),
    (
        "twins.json",
        '{"users": [\n{"email": "ann@example.com"},\n{"email": "ANN@example.com"}]}',
        [(3, 'is given twice: "ANN@example.com" (case does not matter)')],
    ),
    (
        "tags.json",
        '{"users": [{"email": "ann@example.com", "userTags":\n{"a b": "c"}},\n'
        '{"email": "ben@example.com", "userTags": {\n"a": 5}}]}',
        [
            (2, "userTags.a b is not a valid tag key; write 1 to 255 letters from a to z"),
            (4, "must be text; write it in quotes"),
        ],
    ),
    (
        "all-tags.yaml",
        f"{YAML_USER}userTags:\n    age: 5\n    a b: c\n    empty: ''\n",
        [
            (4, "userTags.age must be text; write it in quotes"),
            (5, "userTags.a b is not a valid tag key"),
            (6, "userTags.empty has less length than allowed; write 1 to 255 characters"),
        ],
    ),
    (
        "not-users.yaml",
        "users:\n- ann@example.com\n-\n- {email: x}\n- {email: a@b.co, groups: [Nope]}\n",
        [
            (2, "users[0] must be an object"),
            (3, "users[1] must be an object"),
            (4, HINTED),
            (5, 'refers to unknown group "Nope"'),
        ],
    ),
    (
        "tabs.json",
        '{\n\t"users": [\n\t\t{"email": "a@b.co",\n\t\t"fristName": "Ann"}\n\t]\n}\n',
        [(4, "did you mean firstName?")],
    ),
    (
        "odd-characters.json",
        '{"users": [{"email": "a@b.co", "lastName": "\x7f\u2028"},\n{"emial": "b@b.co"}]}',
        [(2, "email is required"), (2, "did you mean email?")],
    ),
    ("long-name.json", f'{{\n"{"k" * 2000}": 1}}', [(2, "is not a known property")]),
    (
        "twice.json",
        '{"users": [\n{"email": "a@b.co",\n"email": "c@b.co"},\n{"email": "x"}]}',
        [(3, '"email" is given twice, first on line 2'), (4, HINTED)],
    ),
    (
        "twice.yaml",
        "users:\n- email: a@b.co\n  email: c@b.co\n- email: x\n- {email: d@b.co, id: a, id: b}\n",
        [
            (3, '"email" is given twice, first on line 2'),
            (4, HINTED),
            (5, '"id" is given twice, first on line 5'),
            (5, "write 24 hexadecimal digits"),
        ],
    ),
    ("key.yaml", "users:\n- email: a@b.c\n  ? [a, b]\n  : c\n", [(3, "name must be text")]),
    ("number.yaml", f"a:\n- {'9' * 5000}\n", [(2, "write text in quotes")]),
    ("nul.yaml", "users:\n- email: a\0b\n", [(2, "the character U+0000 is not allowed")]),
    ("lines.json", '{"user": {}}\n{"user": {}}\n', [(2, "use the suffix .jsonl")]),
    ("whole.jsonl", '{"version": 1}\n{"users": []}\n', [(2, "is for documents in .json files")]),
    ("date.yaml", f"{YAML_USER}lastLogin: yesterday\n", [(3, 'now; "yesterday" is neither')]),
    ("far.yaml", f"{YAML_USER}lastLogin: -999999w\n", [(3, "is more than 1000 years from now")]),
    ("password.yaml", f"{YAML_USER}password: short\n", [(3, "write 8 to 2048 characters")]),
    ("hash.yaml", f"{YAML_USER}passwordHash: $2b$10$x\n", [(3, "write password instead")]),
    ("scope.yaml", "tokens:\n- name: T\n  scope: [all.Users]\n", [(3, 'tokens: "all.Users"')]),
    ("owner.yaml", "applications:\n- name: A\n  owner: x@y.z\n", [(3, 'unknown account "x@y.z"')]),
    ("scope-typo.yaml", "tokens:\n- {name: T, scope: [experienceUser.gett]}\n",
     [(2, "did you mean experienceUser.get?")]),
    ("version.yaml", "version: 3\n", [(1, "must be 1")]),
    ("true.yaml", "version: true\n", [(1, "must be 1")]),
    ("broken.yaml", "users: [\n", [(2, "is not YAML")]),
    ("broken.json", '{"users": [\n{]}', [(2, "is not JSON")]),
    (
        "lines.jsonl",
        '{"version":1}\n{"usr":{}}\n{"user":{"email":"x"}}\n{"user":{"email":"a@b.co"}\n',
        [(2, "did you mean user?"), (3, HINTED), (4, "is not JSON")],
    ),
    (
        "include.yaml",
        "include:\n- emial.yaml\n",
        [(2, 'include[0] "emial.yaml" is not a file, a directory or a built-in set')],
    ),
]  # fmt: skip


def check(*paths: Path | str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["check", *map(str, paths)])


@pytest.mark.parametrize(("name", "text", "expected"), FILES, ids=[name for name, *_ in FILES])
def test_each_mistake_at_its_line(
    tmp_path: Path, name: str, text: str, expected: list[tuple[int, str]]
) -> None:
    """A mistake is a line on stdout: file, line, place, and what to write instead."""
    path = tmp_path / name
    path.write_text(text)
    result = check(path)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) == len(expected)
    for line, (number, words) in zip(lines, expected, strict=True):
        assert line.startswith(f"{path}:{number}: ")
        assert words in line
    assert result.stderr.startswith(f"{len(expected)} mistake")


def test_all_wrong_files_at_once(tmp_path: Path) -> None:
    """All mistakes of all files in a directory are told in one go."""
    for name, text, _ in FILES:
        (tmp_path / name).write_text(text)
    result = check(tmp_path)
    assert result.exit_code == 1
    for name, _, expected in FILES:
        for number, _ in expected:  # in other words where it is the same as in another file
            assert f"{tmp_path / name}:{number}: " in result.stdout
    assert len(FILES) >= 20


def test_a_right_file(tmp_path: Path) -> None:
    """Nothing is printed for programs; people are told how much there is."""
    path = tmp_path / "seed.yaml"
    path.write_text("users: [{email: ann@example.com}]\ngroups: [{name: A}, {name: B}]\n")
    result = check(path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No mistakes: 1 application, 1 user, 2 groups, 1 account\n"


def test_files_are_looked_at_together(tmp_path: Path) -> None:
    """What one file names may be in another, as it is when a server starts with both."""
    (tmp_path / "users.yaml").write_text(f"{YAML_USER}groups: [Sales]\n")
    (tmp_path / "groups.yaml").write_text("groups: [{name: Sales}]\n")
    assert check(tmp_path / "users.yaml").exit_code == 1
    assert check(tmp_path / "users.yaml", tmp_path / "groups.yaml").exit_code == 0
    assert check(tmp_path).exit_code == 0


def test_serve_says_the_same(tmp_path: Path) -> None:
    """A server does not start with a file that is wrong, and tells the same mistakes."""
    path = tmp_path / "seed.yaml"
    path.write_text("users:\n- email: ann\n- email: ben\n  x: 1\n")
    served = CliRunner().invoke(main, ["serve", "--port", "0", "--fixtures", str(path)])
    assert served.exit_code == 1
    assert served.stderr == f"Error: {check(path).stdout}"


def test_a_file_that_is_not_there() -> None:
    """A name that means nothing is a mistake too, and a near one is told."""
    result = check("nowhere.yaml", "dmeo")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.endswith("did you mean demo?")
    assert second.startswith("nowhere.yaml: is not a file, a directory or a built-in set (demo")


def test_wrong_usage() -> None:
    """Without a file there is nothing to check."""
    assert check().exit_code == 2
