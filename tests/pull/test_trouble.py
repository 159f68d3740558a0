"""Failures are reported in one line without any original data."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from mock_server.pull.live_api import LiveApi, PullError
from tests.pull.conftest import APPLICATION_ID, TOKEN, Pull, options_for, run_pull
from tests.pull.stub import Application, Asked, Reply, Stub
from tests.pull.world import lines

SECRET = "Beatrix"
USER = {"id": "6" * 24, "email": "beatrix@example.com", "firstName": SECRET}


def _failed(api: Stub, tmp_path: Path, *more: str) -> str:
    """Return the line with the error of a failed pull."""
    result = run_pull(*options_for(api.url), "-o", tmp_path / "users.jsonl", *more)
    return _line(result, tmp_path)


def _line(result: Result, tmp_path: Path) -> str:
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert TOKEN not in result.stderr
    assert SECRET not in result.stderr
    assert not (tmp_path / "users.jsonl").exists()
    return result.stderr


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, "answered 400"),
        (401, "rejects the token"),
        (403, "lacks the scope experienceGroups.get"),
        (404, "does not have this application"),
        (302, "answered 302; check the base URL"),
    ],
)
def test_refusals(status: int, told: str, api: Stub, tmp_path: Path) -> None:
    """Permanent errors are reported at once, with a hint."""
    api.answer = lambda asked: Reply({"message": SECRET}, status, {"Location": f"/{SECRET}"})
    assert told in _failed(api, tmp_path)
    assert len(api.asked) == 1


@pytest.mark.parametrize("answer", [b"<html>Beatrix</html>", b"", b'{"items": [', b"[" * 100_000])
def test_answers_that_are_not_json(answer: bytes, api: Stub, tmp_path: Path) -> None:
    """A request is repeated if the answer is not JSON, and the failure reported in the end."""
    api.answer = lambda asked: Reply(answer)
    assert "failed 2 times: its answer is not JSON" in _failed(api, tmp_path, "--retries", "1")
    assert len(api.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        [SECRET],
        {"items": SECRET},
        {"items": [SECRET]},
        {"items": [{"id": SECRET, "name": "x"}], "totalCount": 1},
        {"items": [{"id": "6" * 24, "name": None}], "totalCount": 1},
    ],
)
def test_other_json(answer: Any, api: Stub, tmp_path: Path) -> None:
    """A request is not repeated if the answer is JSON but not a listing."""
    api.answer = lambda asked: Reply(answer)
    _failed(api, tmp_path)
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "user",
    [
        {"userTags": [SECRET]},
        {"userTags": {"name": {"first": SECRET}}},
        {"firstName": {"first": SECRET}},
        {"experienceGroups": [SECRET]},
        {"experienceGroups": [{"id": SECRET}]},
        {"lastLogin": 17},
    ],
)
def test_odd_users(user: dict[str, Any], api: Stub, tmp_path: Path) -> None:
    """A user of an unexpected form is an error that does not show the user's data."""
    api.answer = Application([{**USER, **user}])
    assert "answered experience/users with unexpected JSON" in _failed(api, tmp_path)


def test_an_api_that_ignores_queries(api: Stub, tmp_path: Path) -> None:
    """An API that always answers with the same page is not asked forever."""
    api.answer = lambda asked: Reply({"items": [{**USER, "name": "x"}], "totalCount": 9})
    assert "in the order of their ids" in _failed(api, tmp_path)


def test_items_that_are_counted_and_not_listed(api: Stub, tmp_path: Path) -> None:
    """An empty page where items are expected is an error of its own."""
    api.answer = lambda asked: Reply({"items": [], "totalCount": 7})
    told = _failed(api, tmp_path)
    assert told == "Error: the API counts 7 more of experience/groups, but lists none\n"
    assert len(api.asked) == 1


def test_nothing_there(tmp_path: Path) -> None:
    """A refused connection is reported without the password in the URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    options = options_for(f"http://user:{SECRET}@127.0.0.1:{port}")
    result = run_pull(*options, "--retries", "1", "-o", tmp_path / "users.jsonl")
    assert _line(result, tmp_path).endswith(
        f"the API at http://127.0.0.1:{port} failed 2 times: the connection was refused\n"
    )


def test_it_waits_as_long_as_it_is_asked_to(api: Stub) -> None:
    """Retry-After is honoured in steps of a second with progress; other waits double."""
    answers = iter(
        [
            Reply({}, 429, {"Retry-After": "3"}),
            Reply({}, 503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
            Reply({}, 429, {"Retry-After": "soon"}),
            Reply({}, 500),
            Reply({"items": []}),
        ]
    )
    api.answer = lambda asked: next(answers)
    slept: list[float] = []
    told: list[tuple[str, int, int | None]] = []
    live = LiveApi(
        api.url,
        TOKEN,
        APPLICATION_ID,
        sleep=slept.append,
        progress=lambda doing, done, total: told.append((doing, done, total)),
    )
    assert live.get("experience/users", {}, scope="") == {"items": []}
    assert slept[:3] == [1, 1, 1]
    assert sum(slept[3:]) == 1 + 2 + 4
    assert told[:3] == [("Waiting 3 s, as the API asks", done, 3) for done in range(3)]


@pytest.mark.parametrize(
    "asked",
    [
        "soon",
        "Wed, 21 Oct 99999 07:28:00 GMT",
        "Wed, 21 Oct 9999 07:28:00 GMT",
        "9" * 500,
        "9" * 5000,
    ],
)
def test_unusable_retry_after(asked: str, api: Stub) -> None:
    """An invalid or too long Retry-After is ignored."""
    answers = iter([*[Reply({}, 429, {"Retry-After": asked})] * 2, Reply({"items": []})])
    api.answer = lambda asked: next(answers)
    slept: list[float] = []
    live = LiveApi(api.url, TOKEN, APPLICATION_ID, sleep=slept.append)
    assert live.get("experience/users", {}, scope="") == {"items": []}
    assert sum(slept) == 1


@pytest.mark.parametrize("what", ["groups", "users"])
def test_errors_in_requests_are_not_unexpected_items(
    what: str, api: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A programming error during a request is not reported as an unexpected answer."""
    api.answer = Application([dict(USER)], [{"id": "2" * 24, "name": "x"}])
    get = LiveApi.get

    def broken(live: LiveApi, path: str, *arguments: Any, **options: Any) -> dict[str, Any]:
        if path.endswith(what):
            raise ValueError("broken")
        return get(live, path, *arguments, **options)

    monkeypatch.setattr(LiveApi, "get", broken)
    result = run_pull(*options_for(api.url), "-o", tmp_path / "users.jsonl")
    assert isinstance(result.exception, ValueError)


@pytest.mark.parametrize("group", [{"groupTags": [SECRET]}, {"deviceTags": [7]}])
def test_odd_groups(group: dict[str, Any], api: Stub, tmp_path: Path) -> None:
    """A group of an unexpected form is an error too."""
    api.answer = Application([], [{"id": "2" * 24, "name": "x", **group}])
    assert "answered experience/groups with unexpected JSON" in _failed(api, tmp_path)


def test_retries_are_counted_for_each_request(api: Stub) -> None:
    """Each request has the full number of retries."""
    count = 0

    def answer(asked: Asked) -> Reply:
        nonlocal count
        count += 1
        return Reply({}, 500 if count % 3 else 200)

    api.answer = answer
    live = LiveApi(api.url, TOKEN, APPLICATION_ID, retries=2, sleep=lambda seconds: None)
    assert [live.get("x", {}, scope="") for _ in range(3)] == [{}] * 3
    live = LiveApi(api.url, TOKEN, APPLICATION_ID, retries=1, sleep=lambda seconds: None)
    with pytest.raises(PullError, match="failed 2 times: it answered 500"):
        live.get("x", {}, scope="")


def test_a_proxy_is_used(api: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy from the environment is used, except for this machine."""
    api.answer = lambda asked: Reply(
        {"path": asked.path, "login": asked.headers.get("proxy-authorization")}
    )
    monkeypatch.setenv("http_proxy", api.url.replace("//", "//ann:p%40ss@"))
    live = LiveApi("http://api.example", TOKEN, APPLICATION_ID)
    answer = live.get("x", {}, scope="")
    assert answer == {
        "path": f"/applications/{APPLICATION_ID}/x",
        "login": "Basic YW5uOnBAc3M=",
    }
    near = LiveApi(api.url, TOKEN, APPLICATION_ID)
    assert near.get("x", {}, scope="")["login"] is None


def test_unknown_properties_are_not_copied(api: Stub, tmp_path: Path) -> None:
    """Unknown properties of users, groups and device tags are not copied."""
    more = {"phone": SECRET, "avatarUrl": f"https://example.com/{SECRET}"}
    group = {"id": "2" * 24, "name": "x", "deviceTags": [{"key": "k", "value": "v", **more}]}
    api.answer = Application([{**USER, **more}], [{**group, **more}])
    path = tmp_path / "users.jsonl"
    assert run_pull(*options_for(api.url), "-o", path).exit_code == 0
    assert SECRET not in path.read_text()
    assert set(lines(path).groups[0]["deviceTags"][0]) == {"key", "value"}


def test_groups_that_are_not_listed(api: Stub, tmp_path: Path) -> None:
    """Memberships in groups that were not listed are left out and counted."""
    groups: list[dict[str, Any]] = [
        {"id": "2" * 24, "name": "Child", "parentId": "3" * 24},
        {"id": "3" * 24, "name": "Parent", "parentId": None},
        {"id": "4" * 24, "name": "Orphan", "parentId": "9" * 24},
        {"id": "5" * 24, "name": "Circle", "parentId": "6" * 24},
        {"id": "6" * 24, "name": "Circle", "parentId": "5" * 24},
    ]
    user = {**USER, "experienceGroups": [{"id": "2" * 24}, {"id": "8" * 24}]}
    api.answer = Application([user], groups)
    path = tmp_path / "users.jsonl"
    result = run_pull(*options_for(api.url), "-o", path)
    assert result.stderr == "Left out 3 memberships in groups that the API did not list\n"
    copy = lines(path)
    (made,) = copy.users
    assert len(made["groups"]) == 1
    seen: set[str] = set()
    for group in copy.groups:
        assert group.get("parent") in {None, *seen}
        seen.add(group["id"])
    assert sum("parent" in group for group in copy.groups) == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--keep", "emial"], "did you mean email?"),
        (["--keep", "usertags"], "did you mean userTags?"),
        (["--keep", "people"], "there are email, firstName"),
        (["--keep", "email.x"], "there are email, firstName"),
        (["-o", "users.csv"], "must end in one of .json, .jsonl, .yaml, .yml"),
        (["-o", "nowhere/users.json"], "there is no directory nowhere"),
        (["--application-id", "1"], "24 hexadecimal digits"),
        (["--token", "a b"], "is not a token"),
        (["--token", "a\nb"], "is not a token"),
        (["--token", "ä"], "is not a token"),
        (["--base-url", "api.losant.com"], "must look like https://api.losant.com"),
        (["--base-url", "ftp://api.losant.com"], "must look like https://api.losant.com"),
        (["--base-url", "https://"], "must look like https://api.losant.com"),
        (["--base-url", "https://["], "must look like https://api.losant.com"),
        (["--base-url", "https://a?b"], "must look like https://api.losant.com"),
        (["--retries", "-1"], "--retries"),
        (["--key", ""], "give a secret, or leave --key out"),
        (["--key", " "], "give a secret, or leave --key out"),
    ],
)
def test_wrong_usage(options: list[str], told: str, tmp_path: Path) -> None:
    """Wrong usage is reported before any request, without the token."""
    result = run_pull(*options_for("http://127.0.0.1:1"), "-o", tmp_path / "x.json", *options)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert TOKEN not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_can_not_be_written(pull_small: Pull, tmp_path: Path) -> None:
    """A file that cannot be written is reported in one line."""
    (tmp_path / ".users.jsonl.part").mkdir()
    result = pull_small("-o", tmp_path / "users.jsonl")
    assert _line(result, tmp_path).startswith(f"Error: {tmp_path}/users.jsonl cannot be written")
