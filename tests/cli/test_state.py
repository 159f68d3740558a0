"""``mock-server reset``, ``snapshot``, ``export``, ``load`` and ``generate``."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from mock_server import LosantMock, Settings
from mock_server.app import create_app
from mock_server.cli.output import write_to
from mock_server.seeds.formats import FORMATS
from tests.cli.conftest import Run, Send


def test_reset(run: Run, losant: LosantMock, send: Send) -> None:
    """Records are those of the beginning again, without a word."""
    losant.users.add("ann@example.org")
    send()
    assert run("reset").output == ""
    assert (len(losant.users), len(losant.requests)) == (8, 0)


def test_reset_to_empty(run: Run, losant: LosantMock) -> None:
    """Nothing at all is left."""
    assert run("reset", "--to-empty").exit_code == 0
    assert "applications" not in losant.state()


def test_generate(run: Run, losant: LosantMock) -> None:
    """Made-up users are added."""
    assert run("generate", "5", "--add").output == ""
    assert len(losant.users) == 13


def test_snapshots_are_restored(run: Run, losant: LosantMock) -> None:
    """What was saved is there again."""
    assert run("snapshot", "save", "before").output == ""
    losant.users.add("ann@example.org")
    assert run("snapshot", "restore", "before").output == ""
    assert len(losant.users) == 8


def test_snapshots_are_listed(run: Run) -> None:
    """Their names are printed, oldest first; where there are none, that is no result."""
    assert run("snapshot").stdout == ""
    run("snapshot", "save", "b")
    run("snapshot", "save", "a")
    assert run("snapshot", "list").stdout == "b\na\n"


def test_snapshots_are_removed(run: Run) -> None:
    """One that was removed is not there any more."""
    run("snapshot", "save", "a")
    assert run("snapshot", "remove", "a").output == ""
    assert run("snapshot").stdout == ""


@pytest.mark.parametrize("verb", ["restore", "remove"])
def test_a_snapshot_that_is_not_there_is_an_error(verb: str, run: Run) -> None:
    """Exit code 1, and one line."""
    result = run("snapshot", verb, "nothing")
    assert result.exit_code == 1
    assert result.stderr.startswith('Error: Snapshot "nothing" was not found')


@pytest.mark.parametrize("name", ["a b", "a/b", "../reset", "é", ""])
def test_what_no_snapshot_can_be_called_is_wrong_usage(name: str, run: Run) -> None:
    """A name that would lead elsewhere is not sent."""
    assert run("snapshot", "save", name).exit_code == 2


def test_export_prints_a_seed_file(run: Run, losant: LosantMock) -> None:
    """Stdout has the state as JSON, and nothing else."""
    result = run("export")
    assert json.loads(result.stdout) == losant.state()
    assert result.stderr == ""


def test_an_exported_file_starts_a_server(run: Run, tmp_path: Path, losant: LosantMock) -> None:
    """What is written can be given to a server as its fixtures."""
    path = tmp_path / "seeds.json"
    losant.users.add("zoë@example.org", first_name="Zoë")
    assert run("export", "-o", str(path)).output == ""
    assert "Zoë" in path.read_text(encoding="utf-8")
    world = create_app(Settings(fixtures=(str(path),))).state.worlds.main
    assert world.start.applications[0][1].users == 9


def test_an_export_that_can_not_be_written_is_told(run: Run, tmp_path: Path) -> None:
    """A place where nothing can be written is an error of one line."""
    result = run("export", "-o", str(tmp_path / "nowhere" / "seeds.json"))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.endswith("cannot be written: No such file or directory")


def test_an_export_that_fails_leaves_the_file_alone(run: Run, tmp_path: Path) -> None:
    """Where nothing answers, what was there stays there."""
    path = tmp_path / "seeds.json"
    path.write_text("mine")
    assert run("export", "-o", str(path), MOCK_SERVER_URL="http://127.0.0.1:1").exit_code == 1
    assert path.read_text() == "mine"


def test_an_interrupted_export_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there stays there, and nothing beside it."""
    path = tmp_path / "seeds.json"
    path.write_text("mine")

    def interrupted(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_to(path, [b"new"])
    assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"]


def test_a_written_file_keeps_its_mode(tmp_path: Path) -> None:
    """Who may read a file may read the next one in its place, and nobody else."""
    path = tmp_path / "seeds.json"
    path.write_text("mine")
    path.chmod(0o640)
    write_to(path, [b"new"])
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """Who may read it is what the umask says."""
    path, usual = tmp_path / "seeds.json", tmp_path / "usual"
    usual.touch()
    write_to(path, [b"new"])
    assert path.stat().st_mode == usual.stat().st_mode


def test_a_half_file_is_in_nobodys_way(tmp_path: Path) -> None:
    """What a process left that was killed does not matter to one of the same number."""
    path = tmp_path / "seeds.json"
    (tmp_path / f".seeds.json.{os.getpid()}").touch()
    write_to(path, [b"new"])
    assert path.read_bytes() == b"new"


def test_a_link_is_followed(tmp_path: Path) -> None:
    """What a link leads to is written, and the link stays one."""
    path, link = tmp_path / "seeds.json", tmp_path / "link"
    link.symlink_to(path)
    write_to(link, [b"new"])
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_device_is_written_to(tmp_path: Path) -> None:
    """What is no regular file is not replaced by one."""
    device = Path("/dev/null")
    write_to(device, [b"new"])
    assert device.is_char_device()


def test_load_replaces_everything(run: Run, tmp_path: Path, losant: LosantMock) -> None:
    """What the file describes is all there is."""
    path = tmp_path / "seeds.yaml"
    path.write_text("users:\n  - email: ann@example.org\n")
    assert run("load", str(path)).output == ""
    assert [user.email for user in losant.users] == ["ann@example.org"]


def test_load_takes_a_shipped_set(run: Run, losant: LosantMock) -> None:
    """The name of a set will do."""
    losant.reset(to_empty=True)
    assert run("load", "demo").exit_code == 0
    assert len(losant.state()["applications"]) == 1


def test_load_adds(run: Run, tmp_path: Path, losant: LosantMock) -> None:
    """What is there stays there, and can be named."""
    path = tmp_path / "more.yaml"
    path.write_text("users:\n  - {email: ann@example.org, groups: [Staff]}\n")
    assert run("load", "--add", str(path)).output == ""
    assert losant.users.get("ann@example.org").groups == ("Staff",)
    assert len(losant.users) == 9


@pytest.mark.parametrize(
    "text", ['{"users": [{"email": "zoë@example.org"}]}', "users:\n  - email: zoë@example.org\n"]
)
def test_load_reads_stdin(text: str, run: Run, losant: LosantMock) -> None:
    """JSON or YAML can come down a pipe."""
    assert run("load", "-", stdin=text.encode()).output == ""
    assert [user.email for user in losant.users] == ["zoë@example.org"]


def test_an_export_can_be_piped_into_load(run: Run, losant: LosantMock) -> None:
    """What one prints the other takes, and makes the same of it."""
    before = losant.state()
    exported = run("export").stdout
    run("reset", "--to-empty")
    assert run("load", "-", stdin=exported).exit_code == 0
    assert losant.state() == before


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_of_nothing_can_be_loaded(
    form: str, run: Run, tmp_path: Path, losant: LosantMock
) -> None:
    """An empty world comes back as it was too; it is not an empty file."""
    path = str(tmp_path / f"nothing.{form}")
    run("reset", "--to-empty")
    nothing = losant.state()
    assert run("export", "-o", path).exit_code == 0
    run("load", "demo")
    assert run("load", path).exit_code == 0
    assert losant.state() == nothing


@pytest.mark.parametrize(
    ("text", "reason"),
    [(b'{"users": [{"email": "a@b.co"}],\n"users": []}', ':2: "users" is given twice, first on'),
     (b"users:\n- {email: a@b.co, email: b@b.co}\n", ':2: "email" is given twice, first on line 2'),
     (b"users:\n- {email: a@b.co, firstName: J\xf6rg}\n", ": is not UTF-8 (byte 37)"),
     (b"\xff\xfe{\0}\0", ": is not UTF-8 (byte 0)")],
)  # fmt: skip
def test_nothing_on_stdin_is_lost(text: bytes, reason: str, run: Run, losant: LosantMock) -> None:
    """What could be read in two ways, or not at all, is told, and changes nothing."""
    result = run("load", "-", stdin=text)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: stdin{reason}")
    assert len(losant.users) == 8


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_pipe_loads_nothing(text: str, run: Run, losant: LosantMock) -> None:
    """A program that failed before does not empty the server."""
    result = run("load", "-", stdin=text)
    assert result.exit_code == 1
    assert len(losant.users) == 8


@pytest.mark.parametrize("text", ["[", "users: [", "\x00", "[]", "1", "users: x"])
def test_what_is_no_seed_file_is_told(text: str, run: Run, losant: LosantMock) -> None:
    """Something else on stdin is exit code 1, and changes nothing."""
    result = run("load", "-", stdin=text)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: stdin:")
    assert len(losant.users) == 8


def test_mistakes_are_told_with_their_lines(run: Run, tmp_path: Path) -> None:
    """What is wrong with the form of a file is told as serve tells it."""
    path = tmp_path / "seeds.yaml"
    path.write_text("users:\n  - email: nobody\n  - fristName: Ann\n")
    result = run("load", str(path))
    assert result.exit_code == 1
    assert f"{path}:2: users[0].email must be email format" in result.stderr
    assert f"{path}:3: users[1].fristName is not a known property" in result.stderr


def test_mistakes_that_the_server_finds_name_the_file(
    run: Run, tmp_path: Path, losant: LosantMock
) -> None:
    """What only the server can know is told with the name of the file."""
    path = tmp_path / "seeds.yaml"
    path.write_text("users:\n  - {email: ann@example.org, groups: [Ghosts]}\n")
    result = run("load", "--add", str(path))
    assert result.exit_code == 1
    assert result.stderr == f'Error: {path}: users[0].groups[0] refers to unknown group "Ghosts"\n'
    assert len(losant.users) == 8


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    """Exit code 1, and one line."""
    result = run("load", "nowhere.yaml")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_files_are_loaded_together(run: Run, tmp_path: Path, losant: LosantMock) -> None:
    """A directory, or several files, are loaded as serve loads them: names may be in others."""
    (tmp_path / "a.json").write_text('{"users": [{"email": "ann@example.com", "groups": ["A"]}]}')
    (tmp_path / "b.jsonl").write_text('{"group": {"name": "A"}}\n')
    for names in ([str(tmp_path)], [str(tmp_path / "a.json"), str(tmp_path / "b.jsonl")]):
        losant.reset(to_empty=True)
        assert run("load", *names).exit_code == 0
        assert [user.groups for user in losant.users] == [("A",)]


def test_a_file_that_includes_others(run: Run, tmp_path: Path, losant: LosantMock) -> None:
    """What a file includes is loaded with it, whatever their kinds."""
    (tmp_path / "main.jsonl").write_text('{"include": "more"}\n{"group": {"name": "A"}}\n')
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "users.yaml").write_text("users: [{email: ann@example.com, groups: [A]}]")
    assert run("load", str(tmp_path / "main.jsonl")).exit_code == 0
    assert [user.groups for user in losant.users] == [("A",)]


JSON_LINES = '{"version":1}\n{"group":{"name":"A"}}\n{"user":{"email":"ann@example.com"}}\n'


def test_json_lines(run: Run, tmp_path: Path, losant: LosantMock) -> None:
    """JSON Lines are loaded from a file, and known as such on stdin."""
    path = tmp_path / "seed.jsonl"
    path.write_text(JSON_LINES)
    for name, stdin in ((str(path), None), ("-", JSON_LINES)):
        losant.reset(to_empty=True)
        assert run("load", name, stdin=stdin).exit_code == 0
        assert [user.email for user in losant.users] == ["ann@example.com"]


def test_mistakes_in_json_lines_are_told_with_their_lines(run: Run, tmp_path: Path) -> None:
    """The server knows the lines, and the command the file, even where names are wrong."""
    path = tmp_path / "seed.jsonl"
    path.write_text(JSON_LINES + '{"user":{"email":"ben@example.com","groups":["B"]}}\n')
    result = run("load", str(path))
    assert result.exit_code == 1
    assert result.stderr == f'Error: {path}:4: user.groups[0] refers to unknown group "B"\n'


def test_stdin_stands_alone(run: Run) -> None:
    """What stdin holds is not put together with files."""
    assert run("load", "-", "demo").exit_code == 2
