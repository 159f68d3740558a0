"""The formats of the file, and the progress that is shown."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mock_server import LosantMock
from mock_server.domain.context import WorldContext
from mock_server.seeds.build import load
from mock_server.seeds.records import SeededApplication
from tests.pull.conftest import APPLICATION_ID, Pull, options_for, run_pull
from tests.pull.stub import Application, Stub
from tests.pull.world import lines

ODD_NAMES = ["a: b # c", "- x", "null", "1e3", "'\"\\", "\x7f\x85\u2028", "\ufeff", "🎉", "\ud83d"]


def _loaded(path: Path) -> SeededApplication:
    (application,) = load([str(path)], WorldContext.of(1)).applications
    return application


def _said(application: SeededApplication) -> list[Any]:
    return [
        (user.id, user.email, user.first_name, dict(user.user_tags), user.groups, user.last_login)
        for user in application.users
    ]


def test_all_forms_say_the_same(pull_small: Pull, tmp_path: Path) -> None:
    """JSON, YAML and JSON Lines have the same content; the application keeps its id."""
    paths = [tmp_path / f"users{suffix}" for suffix in (".json", ".yaml", ".yml", ".jsonl")]
    for path in paths:
        assert pull_small("-o", path).exit_code == 0
    first, *others = map(_loaded, paths)
    assert all(_said(other) == _said(first) for other in others)
    assert first.application.id == APPLICATION_ID
    copy = lines(paths[3])
    assert [user["id"] for user in copy.users] == [user.id for user in first.users]
    assert paths[3].read_bytes().endswith(b"}\n")


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".yaml"])
def test_odd_texts_are_read_as_they_are(suffix: str, api: Stub, tmp_path: Path) -> None:
    """Special characters in a name do not break the file."""
    api.answer = Application(
        [
            {"id": f"{number:024x}", "email": f"{number}@x", "firstName": name}
            for number, name in enumerate(ODD_NAMES)
        ]
    )
    path = tmp_path / f"users{suffix}"
    result = run_pull(*options_for(api.url), "--keep", "firstName", "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    assert [user.first_name for user in _loaded(path).users] == ODD_NAMES


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".jsonl"])
def test_an_empty_application(suffix: str, api: Stub, tmp_path: Path) -> None:
    """An application without users and groups gives a valid, empty file."""
    path = tmp_path / f"users{suffix}"
    assert run_pull(*options_for(api.url), "-o", path).exit_code == 0
    assert _loaded(path).users == []


def test_the_environment_says_what_to_pull(
    small: LosantMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Token, application and key can come from the environment."""
    monkeypatch.setenv("MOCK_SERVER_PULL_TOKEN", small.token())
    monkeypatch.setenv("MOCK_SERVER_PULL_APPLICATION_ID", APPLICATION_ID)
    monkeypatch.setenv("MOCK_SERVER_PULL_KEY", "one")
    paths = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    assert run_pull("--base-url", small.url, "-o", paths[0]).exit_code == 0
    assert run_pull("--base-url", small.url, "-o", paths[1], "--key", "one").exit_code == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_empty_key_in_the_environment_is_none(
    pull_small: Pull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the key in the environment is empty, the token is the key."""
    paths = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    assert pull_small("-o", paths[0]).exit_code == 0
    monkeypatch.setenv("MOCK_SERVER_PULL_KEY", "")
    assert pull_small("-o", paths[1]).exit_code == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_shown_on_a_terminal(small: LosantMock, tmp_path: Path) -> None:
    """On a terminal, waiting is shown after a second, and the result at the end."""
    options = [*options_for(small.url, small.token()), "-o", str(tmp_path / "users.jsonl")]
    ours, theirs = pty.openpty()
    try:
        with small.faults.too_many_requests(retry_after=2, action="experienceUsers.get", first=1):
            subprocess.run(
                [sys.executable, "-m", "mock_server", "pull", *options],
                stderr=theirs, stdout=subprocess.PIPE, check=True, timeout=30,
            )  # fmt: skip
        shown = os.read(ours, 10_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Waiting 2 s, as the API asks" in shown
    groups, users = len(small.groups), len(small.users)
    assert f"Pulled {groups} groups and {users} users into" in shown
