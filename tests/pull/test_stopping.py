"""A stopped pull is resumed, and the output is never incomplete."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mock_server import MockServer
from mock_server.pull.copying import Found, PartialFile
from tests.pull.conftest import Pull, options_for, run_pull
from tests.pull.stub import Application, Asked, Reply, Stub
from tests.pull.world import ApplicationContents, found_in, lines, personal

TIMEOUT = 20.0
COPIED = 2000
"""The number of users after which a pull is stopped."""

IDS = [f"{0x6400_0000 + number:08x}{number:016x}" for number in range(12)]
USERS = [{"id": one, "email": f"user.{one}@example.com"} for one in IDS]


@contextmanager
def _running(
    losant: MockServer, options: list[str], path: Path, *, page: int = 3
) -> Iterator[subprocess.Popen[str]]:
    """Run a pull that has copied two pages of users and waits for the next."""
    command = [sys.executable, "-m", "mock_server", "pull", *options, "-o", str(path)]
    with losant.faults.delay(TIMEOUT, action="experienceUsers.get", nth=page):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            _wait_for_users(_partial(path), process)
            yield process
        finally:
            process.kill()
            process.communicate()


def _wait_for_users(part: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + TIMEOUT
    while not part.exists() or part.read_bytes().count(b'{"user":') < COPIED:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def test_killed_and_resumed(
    losant: MockServer,
    options: list[str],
    pull: Pull,
    pulled: Path,
    source: ApplicationContents,
    tmp_path: Path,
) -> None:
    """After kill -9, the same command requests only the rest and writes the same file.

    It does so although the API fails before and after, and the partial file contains no original
    data.
    """
    path = tmp_path / "users.jsonl"
    _trouble(losant)
    with _running(losant, [*options, "--key", "one"], path, page=6) as process:
        process.kill()
        output, errors = process.communicate()
    assert (output, errors) == ("", "")
    part = _partial(path)
    assert list(tmp_path.iterdir()) == [part]
    assert part.stat().st_mode & 0o777 == 0o600
    long = [one for one in set(personal(source)) if len(one) > 3 and not one.isdecimal()]
    assert found_in(part.read_text(encoding="utf-8"), long) == []
    with part.open("ab") as file:
        file.write(b'{"user":{"id":"64')
    losant.faults.clear()
    losant.requests.clear()
    _trouble(losant)
    result = pull("--key", "one", "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    asked = [request for request in losant.requests if request.action == "experienceUsers.get"]
    answered = [request for request in asked if request.status == 200]
    assert len(answered) == 4
    assert path.read_bytes() == pulled.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def _trouble(losant: MockServer) -> None:
    """Answer with 429, then a reset, then 500, and then normally."""
    losant.faults.too_many_requests(retry_after=1, action="experienceUsers.get", first=1)
    losant.faults.reset(action="experienceUsers.get", nth=2)
    losant.faults.status(500, action="experienceUsers.get", nth=3)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.heavy)]
)
def test_stopped_by_a_signal(
    number: signal.Signals, losant: MockServer, options: list[str], tmp_path: Path
) -> None:
    """Ctrl-C and SIGTERM end it with one line, and an existing file stays unchanged."""
    path = tmp_path / "users.jsonl"
    path.write_text("before")
    with _running(losant, options, path) as process:
        process.send_signal(number)
        output, errors = process.communicate(timeout=TIMEOUT)
    assert (output, errors) == ("", "Stopped; run the same command again to resume\n")
    assert process.returncode == 130
    assert path.read_text() == "before"
    assert sorted(tmp_path.iterdir()) == [_partial(path), path]


def test_two_at_once(losant: MockServer, options: list[str], pull: Pull, tmp_path: Path) -> None:
    """A second pull into the same file is refused and does not disturb the first."""
    path = tmp_path / "users.jsonl"
    with _running(losant, options, path):
        before = _partial(path).read_bytes()
        for more in ([], ["--restart"]):
            result = pull("-o", path, *more)
            assert result.stderr == f"Error: another pull into {path} is running\n"
        assert _partial(path).read_bytes() == before


def test_no_file_is_left_without_data(api: Stub, tmp_path: Path) -> None:
    """A pull that fails before anything was copied leaves no file and no hint to resume it."""
    api.answer = lambda asked: Reply({}, 401)
    result = run_pull(*options_for(api.url), "-o", tmp_path / "users.jsonl")
    assert "resume" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_stopped_before_the_first_user(api: Stub, tmp_path: Path) -> None:
    """A pull that was stopped before the first user starts over without a note."""
    application = Application(list(USERS), [{"id": IDS[0], "name": "Sales"}])
    api.answer = lambda asked: (
        Reply({}, 403) if asked.path.endswith("users") else application(asked)
    )
    path = tmp_path / "users.jsonl"
    assert run_pull(*options_for(api.url), "-o", path).exit_code == 1
    assert b'{"group":' in _partial(path).read_bytes()
    api.answer = application
    result = run_pull(*options_for(api.url), "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    assert (len(lines(path).groups), len(lines(path).users)) == (1, 12)


def test_a_removed_file_can_not_be_locked(tmp_path: Path) -> None:
    """A process cannot lock a partial file that another one has removed in the meantime."""
    first, second = (PartialFile(tmp_path / "users.jsonl", "check") for _ in range(2))
    first.open()
    first.begin([])
    with pytest.raises(BlockingIOError):
        second.open()
    second.close()
    assert first.path.read_bytes() == b'{"pull":"check"}\n'
    first.remove()
    second.open()
    assert second.found() == Found()
    second.close()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def stopped(api: Stub, tmp_path: Path) -> tuple[Stub, Path]:
    """A pull that ended after six of twelve users."""
    application = Application([dict(user) for user in USERS])
    application.per_page = 3
    count = 0

    def answer(asked: Asked) -> Reply:
        nonlocal count
        count += asked.path.endswith("users")
        return Reply({}, 500) if count > 2 else application(asked)

    api.answer = answer
    path = tmp_path / "users.jsonl"
    result = run_pull(*options_for(api.url), "--retries", "0", "-o", path)
    assert result.exit_code == 1
    assert result.stderr.endswith("run the same command again to resume\n")
    assert not path.exists()
    api.answer = application
    api.asked.clear()
    return api, path


def _questions(api: Stub) -> list[tuple[str, str | None]]:
    """Return the requested pages and the queries for ids."""
    return [
        (asked.query.get("page", "0"), asked.query.get("query"))
        for asked in api.asked
        if asked.path.endswith("users")
    ]


def test_it_resumes_after_the_last_user(stopped: tuple[Stub, Path]) -> None:
    """The last copied user is requested again, then those after it."""
    api, path = stopped
    result = run_pull(*options_for(api.url), "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    assert _questions(api)[:2] == [("5", None), ("0", json.dumps({"id": {"$gt": IDS[5]}}))]
    assert len(lines(path).users) == 12
    assert not _partial(path).exists()


def test_users_created_in_between_are_copied(stopped: tuple[Stub, Path]) -> None:
    """A user who was created in between is in the file, and no user is there twice."""
    api, path = stopped
    assert isinstance(api.answer, Application)
    api.answer.users.append({"id": "7" * 24, "email": "late@example.com"})
    assert run_pull(*options_for(api.url), "-o", path).exit_code == 0
    users = lines(path).users
    assert len(users) == len({user["email"] for user in users}) == 13


def test_it_starts_over_after_removals(stopped: tuple[Stub, Path]) -> None:
    """If a copied user was deleted in between, the file does not have it."""
    api, path = stopped
    assert isinstance(api.answer, Application)
    del api.answer.users[2]
    result = run_pull(*options_for(api.url), "-o", path)
    assert "users were removed" in result.stderr
    assert len(lines(path).users) == 11


@pytest.mark.parametrize(
    "more", [["--key", "another"], ["--keep", "email"], ["--token", "another"]]
)
def test_another_pull_starts_over(more: list[str], stopped: tuple[Stub, Path]) -> None:
    """A pull with another key, token or --keep does not resume the stopped one."""
    api, path = stopped
    result = run_pull(*options_for(api.url), *more, "-o", path)
    assert "starting over" in result.stderr
    assert _questions(api)[0] == ("0", None)
    assert len(lines(path).users) == 12


def test_restart_begins_anew(stopped: tuple[Stub, Path]) -> None:
    """With --restart, the partial file is ignored."""
    api, path = stopped
    result = run_pull(*options_for(api.url), "--restart", "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    assert _questions(api)[0] == ("0", None)
    assert len(lines(path).users) == 12


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"\xff\xfe", b'{"pull":1}\n{'])
def test_another_file_is_replaced(content: bytes, api: Stub, tmp_path: Path) -> None:
    """A file with other content in place of the partial file is replaced."""
    api.answer = Application(list(USERS))
    path = tmp_path / "users.jsonl"
    _partial(path).write_bytes(content)
    assert run_pull(*options_for(api.url), "-o", path).exit_code == 0
    assert len(lines(path).users) == 12
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208 - names alone
