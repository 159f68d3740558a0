"""Replacements depend only on the key and the value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mock_server import LosantMock, MockServer
from mock_server.cli import main
from tests.pull.conftest import Pull, listed, options_for, run_pull
from tests.pull.stub import Application, Stub
from tests.pull.world import ODD, lines, personal, shape

IDS = [f"{number:024x}" for number in range(0x64000000 << 64, (0x64000000 << 64) + 9)]


def test_one_key_makes_the_same(pull_small: Pull, tmp_path: Path) -> None:
    """Pulls with the same key agree in every byte; with another key only the structure agrees."""
    paths = [tmp_path / f"{number}.jsonl" for number in range(3)]
    for path, key in zip(paths, ("one", "one", "two"), strict=True):
        assert pull_small("--key", key, "-o", path).exit_code == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    one, two = lines(paths[0]), lines(paths[2])
    assert list(map(shape, one.users)) == list(map(shape, two.users))
    assert not {user["id"] for user in one.users} & {user["id"] for user in two.users}
    alike = set(personal(one)) & set(personal(two))
    assert [text for text in alike if len(text) > 4] == []


def test_the_key_follows_from_the_token(
    pull_small: Pull, small: LosantMock, tmp_path: Path
) -> None:
    """Without a key, the same token gives the same file, and another token another file."""
    paths = [tmp_path / f"{number}.jsonl" for number in range(3)]
    other = ("--token", small.token("all.Application", expires_in=3600))
    for path, token in zip(paths, [(), (), other], strict=True):
        assert pull_small("-o", path, *token).exit_code == 0
    first, second, third = (path.read_bytes() for path in paths)
    assert first == second
    assert first != third


def test_the_same_across_applications(api: Stub, tmp_path: Path) -> None:
    """A user of two applications gets the same replacements in both, whoever else is there."""
    ann = {"id": IDS[5], "email": "Ann.Smith@example.com", "firstName": "Ann"}
    others = [{"id": one, "email": f"{one}@example.com"} for one in IDS[:4]]
    made = []
    for users in ([ann], [*others, ann]):
        api.answer = Application(users)
        path = tmp_path / "users.jsonl"
        assert run_pull(*options_for(api.url), "--key", "one", "-o", path).exit_code == 0
        made.append(lines(path).users[-1])
    assert made[0] == made[1]


def test_addresses_that_differ_by_case_still_do(api: Stub, tmp_path: Path) -> None:
    """Addresses that differ by case still do; a note says that the mock does not load the file."""
    emails = ["Ann.Smith@example.com", "ann.smith@EXAMPLE.com", "ANN.SMITH@EXAMPLE.COM", "b@c.de"]
    api.answer = Application(
        [{"id": one, "email": email} for one, email in zip(IDS, emails, strict=False)]
    )
    path = tmp_path / "users.jsonl"
    result = run_pull(*options_for(api.url), "-o", path)
    made = [user["email"] for user in lines(path).users]
    assert len(set(made)) == 4
    assert len({email.lower() for email in made}) == 2
    assert [email.isupper() for email in made] == [False, False, True, False]
    assert "the email address of 2 users differs" in result.stderr
    assert f"mock-server check {path} shows the lines" in result.stderr
    checked = CliRunner().invoke(main, ["check", str(path)])
    assert checked.exit_code == 1
    assert re.findall(r"jsonl:(\d+):", checked.output) == ["4", "5"]


def test_twins_in_two_applications(server: MockServer, tmp_path: Path) -> None:
    """An address with different capitals in two applications still has different capitals."""
    made = []
    for email in ("Ann.Smith@example.com", "ANN.SMITH@example.COM"):
        with server.sandbox(fixtures={"users": [{"email": email}]}) as sandbox:
            path = tmp_path / f"{email}.jsonl"
            options = options_for(sandbox.url, sandbox.token())
            assert run_pull(*options, "--key", "one", "-o", path).output == ""
        made.append(lines(path).users[0]["email"])
    assert made[0] != made[1]
    assert made[0].lower() == made[1].lower()
    assert made[1].partition("@")[0].isupper()


@pytest.mark.parametrize(
    "name",
    ["email", "firstName", "lastName", "userTags", "groupName", "groupDescription", "groupTags"],
)
def test_what_is_kept_stays(name: str, pull_small: Pull, tmp_path: Path) -> None:
    """The values that --keep names stay, and all others are replaced."""
    path = tmp_path / "users.jsonl"
    assert pull_small("--keep", name, "-o", path).exit_code == 0
    text = path.read_text(encoding="utf-8")
    marks = {
        "email": "Jörg.Strauß@Example.COM",
        "firstName": "Siobhán",
        "lastName": "O'Brien-Ó Néill",
        "userTags": "party 🎉 time",
        "groupName": "Zürich Werkstatt",
        "groupDescription": "Reparaturen für Geschäftskunden",
        "groupTags": "Zürich-Oerlikon",
    }
    assert {one: mark in text for one, mark in marks.items()} == {one: one == name for one in marks}


def test_single_tags_are_kept(pull_small: Pull, tmp_path: Path) -> None:
    """Single tags can be kept; several names can be separated by commas."""
    path = tmp_path / "users.jsonl"
    assert pull_small("--keep", "userTags.vip, deviceTags.owner", "-o", path).exit_code == 0
    copy = lines(path)
    (tags,) = [user["userTags"] for user in copy.users if "vip" in user.get("userTags", {})]
    assert tags["vip"] == "true"
    assert tags["born"] != ODD["users"][-1]["userTags"]["born"]
    (group,) = [group for group in copy.groups if "deviceTags" in group]
    assert group["deviceTags"] == [{"key": "owner", "value": "Beatrix"}, {"key": "spare"}]
    assert "Beatrix" not in group["deviceQueryJson"]


def test_all_that_is_kept_is_the_source(
    pull_small: Pull, small: LosantMock, tmp_path: Path
) -> None:
    """With everything kept, loading the file gives the original users and groups."""
    path = tmp_path / "users.json"
    names = "email,firstName,lastName,userTags,groupName,groupDescription,groupTags"
    more = "deviceTags,deviceQueryJson,ids,dates"
    assert pull_small("--keep", names, "--keep", more, "-o", path).exit_code == 0
    before = [_sorted(small, what) for what in ("groups", "users")]
    small.load(json.loads(path.read_text()))
    assert [_sorted(small, what) for what in ("groups", "users")] == before


def _sorted(losant: LosantMock, what: str) -> list[dict[str, Any]]:
    """Return what the API lists, with the members of groups sorted by id."""
    items = listed(losant, what)
    return [{**one, "experienceUserIds": sorted(one.get("experienceUserIds", []))} for one in items]
