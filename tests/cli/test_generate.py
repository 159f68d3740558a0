"""``mock-server generate``: seed files without a server, and users for one that runs."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_server import LosantMock
from mock_server.domain.context import WorldContext
from mock_server.seeds.build import load
from mock_server.seeds.formats import FORMATS
from tests.cli.conftest import Run

COMMAND = [sys.executable, "-m", "mock_server", "generate"]
ENDLESS = "1000000000"
TIMEOUT = 30
INTERRUPTED = 130


def documents(text: str) -> list[dict[str, Any]]:
    """Return what lines of JSON hold."""
    return [json.loads(line) for line in text.splitlines()]


def users(text: str) -> list[dict[str, Any]]:
    """Return the users in lines of JSON."""
    return [line["user"] for line in documents(text) if "user" in line]


def loaded(path: Path) -> list[Any]:
    """Return what is distinct about the users that a server makes of a file."""
    (planted,) = load([str(path)], WorldContext.of(1)).applications
    names = {group.id: group.name for group in planted.groups}
    return [
        (
            *(user.email, user.first_name, user.last_name, user.creation_date, user.last_updated),
            *([names[group.id] for group in user.groups], user.last_login),
        )
        for user in planted.users
    ]


@contextmanager
def endless(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command for more users than anybody waits for."""
    with subprocess.Popen(
        [*COMMAND, ENDLESS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_json_lines_on_stdout(run: Run) -> None:
    """Without a file, stdout has a line for the version, each group and each user; no more."""
    result = run("generate", "300")
    first, *others = documents(result.stdout)
    kinds = "".join(next(iter(line))[0] for line in others)
    assert first == {"version": 1}
    assert re.fullmatch("g+u{300}", kinds)
    assert all(len(line) == 1 for line in others)
    assert result.stdout.endswith("}\n")
    assert result.stderr == ""


def test_parents_come_before_their_groups(run: Run) -> None:
    """A line of a group names its parent by path, which a line above has made."""
    lines = documents(run("generate", "1000").stdout)
    known: set[str] = set()
    for group in (line["group"] for line in lines if "group" in line):
        parent = group.get("parent")
        assert parent is None or parent in known
        known.add(f"{parent}/{group['name']}" if parent else group["name"])
    assert all(known.issuperset(line["user"]["groups"]) for line in lines if "user" in line)


def test_nothing_is_escaped_that_need_not_be(run: Run) -> None:
    """Names in other scripts can be read, and no space is wasted."""
    text = run("generate", "50", "--locale", "ja_JP").stdout
    assert "\\u" not in text
    assert re.search("[\u3040-\u9fff]", text)
    assert '": ' not in text


@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.yaml", "x.yml", "x.JSONL"])
def test_the_name_of_the_file_says_the_format(name: str, run: Run, tmp_path: Path) -> None:
    """Of whatever name it is, a server loads it, and it says the same."""
    path, lines = tmp_path / name, tmp_path / "lines.jsonl"
    assert run("generate", "40", "--seed", "1", "-o", str(path)).output == ""
    lines.write_text(run("generate", "40", "--seed", "1").stdout, encoding="utf-8")
    assert len(loaded(lines)) == 40
    if path.suffix.islower():  # the loader goes by the suffix to the letter
        assert loaded(path) == loaded(lines)
    else:
        assert path.read_text(encoding="utf-8") == lines.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("count", [0, 1, 30])
def test_formats(form: str, count: int, run: Run, tmp_path: Path) -> None:
    """Each is written to stdout too, and as large as it was asked for; a server loads it."""
    path = tmp_path / f"people.{form}"
    path.write_text(run("generate", str(count), "--format", form).stdout, encoding="utf-8")
    assert len(loaded(path)) == count


def test_the_format_wins_over_the_name(run: Run, tmp_path: Path) -> None:
    """A file may be called anything if its format is given."""
    path = tmp_path / "people.txt"
    assert run("generate", "3", "--format", "yaml", "-o", str(path)).exit_code == 0
    assert len(yaml.safe_load(path.read_text(encoding="utf-8"))["users"]) == 3


def test_a_name_that_says_no_format(run: Run, tmp_path: Path) -> None:
    """Then nothing is written, and the usage error says what can be done."""
    path = tmp_path / "people.txt"
    result = run("generate", "3", "-o", str(path))
    assert result.exit_code == 2
    assert "--format" in result.stderr
    assert not path.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_seed_is_the_same_file(form: str, run: Run) -> None:
    """To the last byte, from wherever the seed comes; another seed is another file."""
    arguments = ("generate", "60", "--format", form)
    one = run(*arguments, "--seed", "7").stdout_bytes
    assert run(*arguments, "--seed", "7").stdout_bytes == one
    assert run(*arguments, MOCK_SERVER_SEED="7").stdout_bytes == one
    assert run(*arguments, "--seed", "8", MOCK_SERVER_SEED="7").stdout_bytes != one


def test_without_a_seed(run: Run) -> None:
    """The people are those of seed 0, with dates until now instead of until a day long ago."""
    seeded = run("generate", "60", "--seed", "0").stdout
    recent = run("generate", "60").stdout
    assert [user["email"] for user in users(recent)] == [user["email"] for user in users(seeded)]
    assert max(user["lastUpdated"] for user in users(seeded)) < "2024-01-01"
    assert max(user["lastUpdated"] for user in users(recent)) > "2024-06-01"
    assert run("generate", "60", "--now", "2024-01-01T00:00:00Z").stdout == seeded


def test_nothing_is_later_than_now(run: Run) -> None:
    """With and without a seed, dates end where --now says."""
    for seed in ((), ("--seed", "3")):
        text = run("generate", "200", "--now", "2001-02-03T04:05:06Z", *seed).stdout
        latest = max(user["lastUpdated"] for user in users(text))
        assert "2000-06-01" < latest <= "2001-02-03T04:05:06.000Z"


@pytest.mark.parametrize("given", [("ja_JP,ko_KR",), ("ja_JP", "ko_KR"), ("ja-jp, ko_kr",)])
def test_locales(given: tuple[str, ...], run: Run) -> None:
    """Several can be given at once or one by one, and people come from all of them."""
    command = ("generate", "100", "--seed", "1")
    text = run(*command, *(part for name in given for part in ("--locale", name))).stdout
    assert text == run(*command, MOCK_SERVER_LOCALES="ja_JP,ko_KR").stdout
    names = "".join(user.get("lastName", "") for user in users(text))
    assert re.search("[\uac00-\ud7a3]", names)
    assert re.search("[\u4e00-\u9fff]", names)
    assert not re.search("[A-Za-z]", names)


@pytest.mark.parametrize("form", FORMATS)
def test_a_locale_that_is_none(form: str, run: Run, tmp_path: Path) -> None:
    """It is told in one line, with where it came from, and there is no file."""
    path = tmp_path / f"people.{form}"
    result = run("generate", "3", "--locale", "en_UX", "-o", str(path))
    assert result.exit_code == 2
    assert 'Error: --locale: "en_UX" is not a locale' in result.stderr.splitlines()[-1]
    assert not path.exists()
    result = run("generate", "3", MOCK_SERVER_LOCALES="en_UX")
    assert result.stderr.splitlines()[-1].startswith("Error: MOCK_SERVER_LOCALES: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-1",),
        ("many",),
        (),
        ("3", "--seed", "-1"),
        ("3", "--seed", "x"),
        ("3", "--now", "soon"),
        ("3", "--format", "csv"),
    ],
)
def test_what_can_not_be_meant(arguments: tuple[str, ...], run: Run) -> None:
    """It is wrong usage, and stdout stays empty."""
    result = run("generate", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_file_that_can_not_be_written(run: Run, tmp_path: Path) -> None:
    """The error is one line."""
    result = run("generate", "3", "-o", str(tmp_path / "nowhere" / "people.jsonl"))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.endswith("cannot be written: No such file or directory")


def test_adding_to_a_server(run: Run, losant: LosantMock) -> None:
    """With --add, users come into the running server, from where they were asked for."""
    assert run("generate", "5", "--add", "--locale", "ja_JP", "--seed", "7").output == ""
    added = [user.email for user in losant.users][-5:]
    with losant.sandbox(fixtures=["demo"]) as other:
        other.generate(5, locales="ja_JP", seed=7)
        assert [user.email for user in other.users][-5:] == added
    assert len(losant.users) == 13


@pytest.mark.parametrize(
    ("flag", "value"),
    [("-o", "x.jsonl"), ("--format", "yaml"), ("--now", "2020-01-01")],
)
def test_what_is_about_files_is_not_about_servers(
    flag: str, value: str, run: Run, losant: LosantMock
) -> None:
    """It is wrong usage with --add, and nothing is added."""
    result = run("generate", "5", "--add", flag, value)
    assert result.exit_code == 2
    assert "--add does not do" in result.stderr
    assert len(losant.users) == 8


@pytest.mark.parametrize(
    ("flag", "value"),
    [("--url", "http://127.0.0.1:1"), ("--sandbox", "a"), ("--admin-token", "s")],
)
def test_what_is_about_servers_is_not_about_files(flag: str, value: str, run: Run) -> None:
    """It is wrong usage without --add, which the error names."""
    result = run("generate", "5", flag, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        f"{flag} is for a running server; give --add as well to add users to one" in result.stderr
    )


def test_no_server_is_asked(run: Run) -> None:
    """What the environment says of servers does not matter, even if none answers there."""
    result = run("generate", "5", MOCK_SERVER_URL="http://127.0.0.1:1")
    assert (result.exit_code, len(users(result.stdout))) == (0, 5)
    assert run("generate", "5", "--add", MOCK_SERVER_URL="http://127.0.0.1:1").exit_code == 1


@pytest.mark.parametrize(
    "form", ["jsonl", *(pytest.param(one, marks=pytest.mark.heavy) for one in ("json", "yaml"))]
)
def test_a_reader_that_has_had_enough(form: str) -> None:
    """The command ends as soon as its pipe is closed, without a word."""
    with endless("--format", form) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(TIMEOUT)
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("sent", "before", "form"),
    [
        (signal.SIGINT, "mine", "jsonl"),
        (signal.SIGHUP, None, "jsonl"),
        pytest.param(signal.SIGINT, None, "json", marks=pytest.mark.heavy),
        pytest.param(signal.SIGTERM, "mine", "jsonl", marks=pytest.mark.heavy),
        pytest.param(signal.SIGTERM, None, "yaml", marks=pytest.mark.heavy),
    ],
)
def test_interrupted(sent: signal.Signals, before: str | None, form: str, tmp_path: Path) -> None:
    """There is no half file, what was there is, and nothing is said."""
    path = tmp_path / f"people.{form}"
    if before is not None:
        path.write_text(before)
    with endless("-o", str(path)) as process:
        deadline = time.monotonic() + TIMEOUT
        while not any(one.stat().st_size > 10_000 for one in tmp_path.iterdir()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(sent)
        said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, said) == (INTERRUPTED, (b"", b""))
    assert [one.read_text() for one in tmp_path.iterdir()] == ([before] if before else [])
