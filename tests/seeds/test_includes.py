"""Files that include others."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_server.domain.context import WorldContext
from mock_server.seeds.build import load as load_fixtures
from mock_server.seeds.files import read_inline
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.records import SeedRecords


def load(*paths: Path) -> SeedRecords:
    """Return what files describe."""
    return load_fixtures([str(path) for path in paths], WorldContext.of(1))


def emails(*paths: Path) -> list[str]:
    """Return the users of the one application that files describe, in their order."""
    (planted,) = load(*paths).applications
    return [user.email for user in planted.users]


def mistakes(path: Path) -> list[str]:
    """Return the mistakes in a file and in what it includes."""
    with pytest.raises(FixtureError) as error:
        load(path)
    return str(error.value).split("\n")


def file(path: Path, text: str) -> Path:
    """Write a file, in a folder that may not be there yet."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def user(email: str, *, include: str = "") -> str:
    """Return a document with a user, that includes something."""
    return f"users: [{{email: {email}}}]\n{include and f'include: {include}'}\n"


def test_what_is_included_comes_first(tmp_path: Path) -> None:
    """Paths are those from the file; directories are in name order; names reach across files."""
    main = file(tmp_path / "main.yaml", user("z@b.co", include="[sub/one.yaml, dir]"))
    file(tmp_path / "sub" / "one.yaml", user("one@b.co", include="../dir/b.jsonl"))
    file(tmp_path / "dir" / "b.jsonl", '{"user":{"email":"b@b.co","groups":["G"]}}\n')
    file(tmp_path / "dir" / "a.json", '{"users":[{"email":"a@b.co"}],"groups":[{"name":"G"}]}')
    file(tmp_path / "dir" / "notes.txt", "not a seed file")
    assert emails(main) == ["b@b.co", "one@b.co", "a@b.co", "z@b.co"]


def test_each_file_comes_once(tmp_path: Path) -> None:
    """Files that include each other, or themselves, or are named as well, do no harm."""
    a = file(tmp_path / "a.yaml", user("a@b.co", include="[b.yaml, a.yaml]"))
    b = file(tmp_path / "b.yaml", user("b@b.co", include="a.yaml"))
    assert emails(a, b, tmp_path) == ["b@b.co", "a@b.co"]
    assert emails(b) == ["a@b.co", "b@b.co"]


def test_shipped_sets_can_be_included(tmp_path: Path) -> None:
    """A shipped set is included by its name, and added to."""
    text = "{include: demo, groups: [{name: New, parent: Sales}]}"
    (planted,) = load(file(tmp_path / "more.yaml", text)).applications
    assert len(planted.users) == 8
    assert planted.groups[-1].name == "New"


def test_a_file_comes_before_a_shipped_set(tmp_path: Path) -> None:
    """What lies beside the file is nearer than a set of the same name."""
    file(tmp_path / "demo" / "own.yaml", user("own@b.co"))
    assert emails(file(tmp_path / "main.yaml", "include: demo")) == ["own@b.co"]


def test_mistakes(tmp_path: Path) -> None:
    """What is wrong with includes, and in what they include, is told where it stands."""
    text = "include:\n- two.yaml\n- nowhere.yaml\n- ''\n- 5\nusers: [{email: x}]\n"
    main = file(tmp_path / "main.yaml", text)
    two = file(tmp_path / "two.yaml", "users:\n- email: y\n")
    wanted = "is not a file, a directory or a built-in set ("
    found = mistakes(main)
    assert found[0].startswith(f'{main}:3: include[1] "nowhere.yaml" {wanted}')
    assert found[1].startswith(f'{main}:4: include[2] "" {wanted}')
    assert found[2:-1] == [
        f"{main}:5: include[3] must be text; write it in quotes",
        f"{main}:6: users[0].email must be email format; write it with an @ and without spaces",
    ]
    assert found[-1].startswith(f"{two}:2: users[0].email must be email format")


@pytest.mark.parametrize("include", ["5", "{a: b}", "null"])
def test_what_is_no_include(tmp_path: Path, include: str) -> None:
    """Includes are a list of names, or one name."""
    path = file(tmp_path / "main.yaml", f"include: {include}")
    assert mistakes(path) == [f"{path}:1: include must be a list"]


def test_the_nearest_name_is_told(tmp_path: Path) -> None:
    """A name with a mistake in it is nearly that of a file beside it, or of a shipped set."""
    file(tmp_path / "people.yaml", "{}")
    for wrong, right in (("poeple.yaml", "people.yaml"), ("dmeo", "demo")):
        (mistake,) = mistakes(file(tmp_path / "main.yaml", f"include: {wrong}"))
        assert mistake.endswith(f"; did you mean {right}?")


def test_documents_without_a_file_can_include_nothing() -> None:
    """What is sent has no folder in which others could be."""
    wrong = read_inline("", {"include": ["demo"]}).mistakes
    assert [str(one) for one in wrong] == [
        "include[0] works in seed files only; send the included documents with this one"
    ]
