"""Fixture files: what they make, and how mistakes in them are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_server.auth.passwords import verify_password
from mock_server.domain.clock import parse_instant
from mock_server.domain.context import WorldContext
from mock_server.schemas.applications import application_document
from mock_server.seeds.build import load as load_fixtures
from mock_server.seeds.formats import shipped_sets
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.records import SeededApplication, SeedRecords


def load(*names: Path | str) -> SeedRecords:
    """Return what these files describe."""
    return load_fixtures([str(name) for name in names], WorldContext.of(1))


def application(tmp_path: Path, text: str) -> SeededApplication:
    """Return the one application that a YAML document describes."""
    path = tmp_path / "seeds.yaml"
    path.write_text(text)
    (planted,) = load(path).applications
    return planted


def mistakes(tmp_path: Path, text: str, suffix: str = ".yaml") -> list[str]:
    """Return the mistakes in a document, without its path."""
    path = tmp_path / f"seeds{suffix}"
    path.write_text(text)
    with pytest.raises(FixtureError) as error:
        load(path)
    return [str(mistake).removeprefix(str(path)) for mistake in error.value.mistakes]


def test_nothing_gives_the_defaults() -> None:
    """Without fixtures there is one application and one account."""
    seed = load()
    assert [planted.application.id for planted in seed.applications] == ["575ec8687ae143cd83dc4a97"]
    assert [account.email for account in seed.accounts] == ["admin@example.com"]
    assert verify_password("password1234", seed.accounts[0].password_hash)


def test_demo() -> None:
    """The demo is a company with a hierarchy of groups, users in several of them, and tokens."""
    (planted,) = load("demo").applications
    names = {group.id: group.name for group in planted.groups}
    parents = {group.name: names.get(group.parent_id or "") for group in planted.groups}
    assert (parents["Staff"], parents["Sales"], parents["North"]) == (None, "Staff", "Sales")
    groups = {user.email: [group.name for group in user.groups] for user in planted.users}
    assert groups["dmitri@example.com"] == ["Firmware", "Engineering"]
    assert groups["gone@example.com"] == []
    assert [token.name for token in planted.tokens] == ["User sync", "Read only"]


def test_all_properties_of_a_user(tmp_path: Path) -> None:
    """Everything that a user has can be given."""
    (user,) = application(
        tmp_path,
        """
        groups: [{id: AAAAAAAAAAAAAAAAAAAAAAAA, name: Sales}]
        users:
          - id: bbbbbbbbbbbbbbbbbbbbbbbb
            email: Ann@example.com
            password: password1
            firstName: Ann
            lastName: ""
            userTags: {role: head}
            groups: [Sales, aaaaaaaaaaaaaaaaaaaaaaaa]
            tokenCutoff: 2024-01-01T00:00:00+01:00
            creationDate: 2024-01-02
            lastUpdated: 2024-01-03T00:00:00Z
            passwordLastUpdated: 2024-01-02T12:00:00.5Z
            lastLogin: 2024-01-04T00:00:00Z
        """,
    ).users
    assert user.id == "b" * 24
    assert (user.email, user.first_name, user.last_name) == ("Ann@example.com", "Ann", "")
    assert dict(user.user_tags) == {"role": "head"}
    assert user.token_cutoff == "2023-12-31T23:00:00.000Z"
    assert user.creation_date == parse_instant("2024-01-02T00:00:00Z")
    assert user.last_updated == parse_instant("2024-01-03T00:00:00Z")
    assert user.password_last_updated == parse_instant("2024-01-02T12:00:00.500Z")
    assert user.last_login == parse_instant("2024-01-04T00:00:00Z")
    assert verify_password("password1", user.password_hash)
    assert [group.id for group in user.groups] == ["a" * 24]


def test_ids_are_as_old_as_their_records(tmp_path: Path) -> None:
    """An id that is not given begins with the seconds of the creation date."""
    text = "users: [{email: a@example.com, creationDate: 2020-09-13T12:26:40Z}]"
    (user,) = application(tmp_path, text).users
    assert user.id.startswith(f"{1_600_000_000:08x}")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("East", "East"), ("Sales/North", "Sales/North"), ("Company/Sales/North", "Sales/North")],
)
def test_groups_by_path(tmp_path: Path, wanted: str, found: str) -> None:
    """A group is called by its name, or by as much of its path as makes it unique."""
    planted = application(
        tmp_path,
        f"""
        groups:
          - name: Company
            groups:
              - {{name: Sales, groups: [{{name: North}}, {{name: East}}]}}
              - {{name: Support, groups: [{{name: North}}]}}
        users: [{{email: a@example.com, groups: [{wanted}]}}]
        """,
    )
    groups = {group.id: group for group in planted.groups}
    ((group,),) = [user.groups for user in planted.users]
    parent = groups[groups[group.id].parent_id or ""]
    assert found in (group.name, f"{parent.name}/{group.name}")


def test_parents_by_name(tmp_path: Path) -> None:
    """A group can name its parent, even one that comes later; parents are made first."""
    groups = application(tmp_path, "groups: [{name: North, parent: Sales}, {name: Sales}]").groups
    assert [group.name for group in groups] == ["Sales", "North"]
    assert groups[1].parent_id == groups[0].id


def test_files_directories_and_json(tmp_path: Path) -> None:
    """The files of a directory are loaded in name order; what is no fixture file is passed over."""
    (tmp_path / "2.yml").write_text("users: [{email: b@example.com}]")
    (tmp_path / "1.json").write_text(json.dumps({"users": [{"email": "a@example.com"}]}))
    (tmp_path / "notes.txt").write_text("not a fixture")
    (tmp_path / "3.yaml").write_text("# nothing yet\n")
    (planted,) = load(tmp_path).applications
    assert [user.email for user in planted.users] == ["a@example.com", "b@example.com"]


def test_top_level_contents_join_the_default_application(tmp_path: Path) -> None:
    """Users at the top of one file belong to the default application that another one describes."""
    (tmp_path / "users.yaml").write_text("users: [{email: a@example.com, groups: [Sales]}]")
    (tmp_path / "apps.yaml").write_text(
        "applications: [{id: 575ec8687ae143cd83dc4a97, name: Main, groups: [{name: Sales}]},"
        " {name: Other}]"
    )
    main, other = load(tmp_path).applications
    assert (main.application.name, len(main.users), len(other.users)) == ("Main", 1, 0)


@pytest.mark.parametrize("name", sorted(shipped_sets()))
def test_shipped_sets_load(name: str) -> None:
    """Every shipped set can be loaded by its name."""
    assert load(name).applications


WRONG = {
    "of form and of names": (
        "users:\n- email: a@b.co\n  fristName: Ann\n- email: nobody\n"
        "- email: A@b.co\n  groups: [Slaes]\n",
        [
            ":3: users[0].fristName is not a known property; did you mean firstName?",
            ":4: users[1].email must be email format",
            ':5: users[2].email is given twice: "A@b.co" (case does not matter)',
            ':6: users[2].groups[0] refers to unknown group "Slaes"',
        ],
    ),
    "as the API calls it": (
        "users:\n- email: a@b.co\n  experienceGroupIds: []\n",
        [":3: users[0].experienceGroupIds is not a known property; write groups"],
    ),
    "given twice": (
        "users:\n- email: a@b.co\n  email: b@b.co\n",
        [':3: "email" is given twice, first on line 2'],
    ),
    "nothing like it": (
        "tokens:\n- name: t\n  zzz: 1\n",
        [":3: tokens[0].zzz is not a known property; there are id, name, description, scope"],
    ),
    "unknown property": (
        "users:\n  - email: a@b.co\n    fristName: Ann\n",
        [":3: users[0].fristName is not a known property; did you mean firstName?"],
    ),
    "no email": ("users:\n  - firstName: Ann\n", [":2: users[0].email is required"]),
    "several at once": (
        "users:\n  - email: nobody\n  - email: a@b.co\n    password: short\n",
        [
            ":2: users[0].email must be email format",
            ":4: users[1].password has less length than allowed",
        ],
    ),
    "tag": (
        "users:\n- email: a@b.co\n  userTags:\n    a: ''\n",
        [":4: users[0].userTags.a has less length than allowed"],
    ),
    "date": (
        "users:\n- email: a@b.co\n  lastLogin: yesterday\n",
        [":3: users[0].lastLogin must be an ISO 8601 date, such as 2024-05-17T09:30:00Z"],
    ),
    "unknown group": (
        "users:\n- email: a@b.co\n  groups: [Sales]\n",
        [':3: users[0].groups[0] refers to unknown group "Sales"'],
    ),
    "ambiguous group": (
        "groups:\n"
        "- {name: A, groups: [{name: N}]}\n"
        "- {name: B, groups: [{name: N}]}\n"
        "users:\n- {email: a@b.co, groups: [N]}\n",
        [':5: users[0].groups[0] refers to several groups: "N"; write the path, "A/N" or "B/N"'],
    ),
    "same email": (
        "users:\n- email: a@b.co\n- email: A@B.co\n",
        [':3: users[1].email is given twice: "A@B.co" (case does not matter)'],
    ),
    "same id": (
        f"groups:\n- {{name: A, id: {'a' * 24}}}\n- {{name: B, id: {'A' * 24}}}\n",
        [f":3: groups[1].id is given twice: {'a' * 24}"],
    ),
    "circle": (
        "groups:\n- {name: A, parent: B}\n- {name: B, parent: A}\n",
        [
            ":2: groups[0].parent makes the group its own ancestor",
            ":3: groups[1].parent makes the group its own ancestor",
        ],
    ),
    "two parents": (
        "groups:\n- name: A\n  groups:\n  - name: B\n    parent: A\n",
        [":5: groups[0].groups[0].parent cannot be given for a group that is inside another"],
    ),
    "unknown owner": (
        "applications:\n- name: A\n  owner: x@y.z\n",
        [':3: applications[0].owner refers to unknown account "x@y.z"'],
    ),
    "unknown scope": (
        "tokens:\n- name: t\n  scope: [all.Everything]\n",
        [":3: tokens[0].scope[0] is not a scope of API tokens"],
    ),
    "not YAML": (
        "users: [\n",
        [":2: is not YAML: expected the node content, but found '<stream end>'"],
    ),
    "no document": ("- a\n", [":1: must be an object"]),
    "future version": ("version: 2\n", [":1: version must be 1"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_told_with_their_lines(tmp_path: Path, name: str) -> None:
    """Each mistake is told with its line and its place, in words."""
    text, expected = WRONG[name]
    found = mistakes(tmp_path, text)
    assert len(found) == len(expected)
    for mistake, beginning in zip(found, expected, strict=True):
        assert mistake.startswith(beginning)


def test_mistakes_in_json_have_lines(tmp_path: Path) -> None:
    """In JSON too, a mistake is told with its line."""
    assert mistakes(tmp_path, '{\n "users": [\n  {"email": 5}]}', ".json")[0].startswith(
        ":3: users[0]"
    )
    assert mistakes(tmp_path, '{\n "users" []}', ".json") == [
        ":2: is not JSON: Expecting ':' delimiter (column 10)"
    ]


def test_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    """Mistakes in several files, and files that are missing, are told together."""
    (tmp_path / "a.yaml").write_text("users: 5\n")
    (tmp_path / "b.yaml").write_bytes(b"users: \xff\n")
    with pytest.raises(FixtureError) as error:
        load(tmp_path, "nope")
    reasons = str(error.value)
    assert "a.yaml:1: users must be a list" in reasons
    assert "b.yaml: is not UTF-8 (byte 7)" in reasons
    assert "nope: is not a file, a directory or a built-in set (demo" in reasons


def test_mistakes_do_not_repeat_passwords(tmp_path: Path) -> None:
    """A password that is wrong is not shown in the mistake."""
    assert "hunter2" not in mistakes(tmp_path, "users: [{email: a@b.co, password: hunter2}]")[0]


def test_many_mistakes_take_no_time_each(tmp_path: Path) -> None:
    """A large file with a mistake in every user is told as a whole."""
    users = "".join(f"- {{email: u{n}@example.com, fristName: A}}\n" for n in range(500))
    assert len(mistakes(tmp_path, f"users:\n{users}")) == 500


def test_an_application_keeps_its_own_properties(tmp_path: Path) -> None:
    """Properties that are only echoed cannot take the place of those that are not."""
    planted = application(tmp_path, "applications: [{name: A, properties: {name: B, x: 1}}]")
    document = application_document(planted.application, {})
    assert (document["name"], document["x"]) == ("A", 1)


def test_a_directory_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory without permission is a mistake like any other."""

    def refuse(path: Path) -> list[Path]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(FixtureError, match="cannot be read: Permission denied"):
        load(tmp_path)
