"""The handle itself: a world, and the worlds beside it."""

from __future__ import annotations

import inspect
import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import mock_server
from mock_server import ControlPlaneError, FixtureError, LosantMock, MockServer
from mock_server.client.clock import Clock
from mock_server.client.faults import Faults
from mock_server.client.records import Groups, Users
from mock_server.client.requests import Requests
from tests.client.conftest import Ask
from tests.client.servers import serve

ANN = {"users": [{"email": "ann@example.com"}]}


def payload(token: str) -> Any:
    """Return what a token says."""
    part = token.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_tokens(losant: LosantMock) -> None:
    """A token grants everything in applications, or what is asked for; it may expire."""
    assert payload(losant.token())["scope"] == ["all.Application"]
    assert payload(losant.token("a", "b"))["scope"] == ["a", "b"]
    assert "exp" not in payload(losant.token())
    losant.clock.freeze("2030-01-01T00:00:00Z")
    for expires_in in (60, timedelta(minutes=1)):
        claims = payload(losant.token(expires_in=expires_in))
        assert claims["exp"] - claims["iat"] == 60
    assert "c" * 24 in json.dumps(payload(losant.token(application_id="C" * 24)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda losant: losant.token(["a"]), TypeError, "give scopes one by one"),
        (lambda losant: losant.token(application_id="x"), ValueError, "24 hexadecimal digits"),
        (lambda losant: losant.token(expires_in=1e300), ControlPlaneError, "expiresIn"),
    ],
)
def test_impossible_tokens(
    losant: LosantMock, make: Any, error: type[Exception], message: str
) -> None:
    """A token that cannot be is refused with a reason."""
    with pytest.raises(error, match=message):
        make(losant)


def test_info(losant: LosantMock, other_application: str) -> None:
    """It tells what is running; the first application is the one that needs no name."""
    info = losant.info()
    assert info["version"] == mock_server.__version__
    assert [one["id"] for one in info["applications"]] == [losant.application_id, other_application]
    assert info["sandbox"] == losant.name


def test_state_goes_around(losant: LosantMock) -> None:
    """What a world says of itself makes the same world again, elsewhere too."""
    losant.groups.add("Staff")
    losant.users.add("ann@example.com", password="password1", groups=["Staff"])
    state = losant.state()
    losant.users.remove("ann@example.com")
    losant.load(state)
    assert losant.state() == state
    with losant.sandbox(fixtures=state) as other:
        assert other.state() == state


def test_loading_another_application(losant: LosantMock) -> None:
    """After loading, the first application is that of the document."""
    losant.load({"applications": [{"id": "e" * 24, "name": "New", **ANN}]})
    assert losant.application_id == "e" * 24
    assert [user.email for user in losant.users] == ["ann@example.com"]


def test_adding(losant: LosantMock, other_application: str) -> None:
    """Documents add to what is there: at their top to the first application."""
    losant.add(ANN)
    losant.add({"applications": [{"id": other_application, "name": "Other", **ANN}]})
    assert len(losant.users) == 1
    assert len(losant.users.in_application(other_application)) == 2


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("change", [LosantMock.load, LosantMock.add])
def test_impossible_documents(losant: LosantMock, change: Any) -> None:
    """A document with mistakes is refused with all of them, and nothing changes."""
    document = {"users": [{"email": "a"}, {"email": "a@example.com", "groups": ["Ghosts"]}]}
    with pytest.raises(ControlPlaneError) as refused:
        change(losant, document)
    assert "users[0].email must be email format" in str(refused.value)
    assert 'users[1].groups[0] refers to unknown group "Ghosts"' in str(refused.value)


def test_generating(losant: LosantMock) -> None:
    """People are made up, with groups for them, beside those who are there."""
    losant.add(ANN)
    losant.generate(20)
    losant.generate(5)
    assert len(losant.users) == 26
    assert {path for user in losant.users for path in user.groups}
    with pytest.raises(ControlPlaneError):
        losant.generate(-1)


def test_reset(losant: LosantMock, ask: Ask) -> None:
    """A reset takes records, requests, faults and the clock back to the beginning."""
    with losant.sandbox(fixtures=ANN) as world:
        world.users.remove("ann@example.com")
        ask(world)
        world.faults.reset()
        world.clock.freeze("2030-01-01T00:00:00Z")
        world.reset()
        assert [user.email for user in world.users] == ["ann@example.com"]
        assert (len(world.requests), len(world.faults), world.clock.frozen) == (0, 0, False)
        world.reset(to_empty=True)
        assert world.info()["applications"] == []


def test_snapshots(losant: LosantMock) -> None:
    """What was saved comes back any number of times, by the name that was given or made up."""
    first, second = losant.snapshot(), losant.snapshot()
    assert first != second
    losant.users.add("ann@example.com")
    assert losant.snapshot("with-ann") == "with-ann"
    for _ in range(2):
        losant.restore(first)
        assert len(losant.users) == 0
        losant.restore("with-ann")
        assert len(losant.users) == 1


def test_forgetting_snapshots(losant: LosantMock) -> None:
    """What was saved is listed, and forgotten by its name."""
    for known in losant.snapshots():
        losant.forget(known)
    saved = [losant.snapshot("first"), losant.snapshot()]
    assert losant.snapshots() == saved
    losant.forget("first")
    assert losant.snapshots() == saved[1:]
    with pytest.raises((ControlPlaneError, LookupError), match="first"):
        losant.restore("first")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "name",
    [
        "never-saved",
        "../reset?to=empty&",
        "a/b",
        "ä b",
    ],
)
def test_no_snapshot(losant: LosantMock, name: str) -> None:
    """A snapshot that does not exist, or could not, is refused by its name."""
    with pytest.raises((ControlPlaneError, LookupError)) as refused:
        losant.restore(name)
    assert "answer" not in str(refused.value)


def test_sandboxes(losant: LosantMock) -> None:
    """A sandbox is a world of its own, with a name of its own, which ends with its block."""
    with losant.sandbox() as one, losant.sandbox("another", fixtures=ANN, generate=2) as other:
        assert one.name
        assert other.name == "another"
        assert other.url.endswith("/_sandbox/another")
        assert (len(one.users), len(other.users)) == (0, 3)
        one.users.add("ben@example.com")
        assert len(other.users) == 3
        assert losant.sandboxes()[-2:] == [one.name, other.name]
        with pytest.raises(ControlPlaneError, match="already exists"):
            losant.sandbox("another")
    for gone in (one, other):
        with pytest.raises(ControlPlaneError, match="was deleted, but this request still uses it"):
            gone.users.list()
        gone.delete()
    with losant.sandbox("another") as again:
        assert len(again.users) == 0


def test_in_sandbox(losant: LosantMock) -> None:
    """A sandbox is there when it is used first; every handle on it shows the same."""
    name = f"found-{losant.name}"
    with losant.in_sandbox(name) as one:
        one.users.add("ann@example.com")
        assert [user.email for user in losant.in_sandbox(name).users] == ["ann@example.com"]
        address = LosantMock(one.url)
        assert (address.url, address.name) == (one.url, name)
        assert len(address.users) == 1
        address.close()


@pytest.mark.parametrize("name", ["", "-x", "x" * 200, "ä b"])
def test_impossible_sandboxes(losant: LosantMock, name: str) -> None:
    """A name that no sandbox can have is refused with what it can be."""
    for use in (losant.sandbox, lambda name: losant.in_sandbox(name).info()):
        with pytest.raises(ControlPlaneError, match="128 letters, digits, dots, hyphens"):
            use(name)


def test_fixtures_in_files(losant: LosantMock, tmp_path: Path) -> None:
    """Files and directories are read here, wherever the server runs; paths are text or paths."""
    seed = tmp_path / "seed.yaml"
    seed.write_text("users: [{email: ann@example.com}]")
    for fixtures in (seed, str(seed), tmp_path, [seed, tmp_path], (str(seed),)):
        with losant.sandbox(fixtures=fixtures) as world:
            assert [user.email for user in world.users] == ["ann@example.com"]
    seed.write_text("users:\n  - {email: nobody}")
    with pytest.raises(FixtureError, match=r"seed.yaml:2: users\[0\].email must be email format"):
        losant.sandbox(fixtures=seed)
    with pytest.raises(FixtureError, match="is not a file, a directory or a built-in set"):
        losant.sandbox(fixtures=tmp_path / "nothing.yaml")


def test_loading_files(losant: LosantMock, tmp_path: Path) -> None:
    """Files of any form, directories and shipped sets are loaded and added as documents are."""
    lines = tmp_path / "seed.jsonl"
    lines.write_text('{"group":{"name":"A"}}\n{"user":{"email":"ann@example.com"}}\n')
    more = tmp_path / "more" / "more.yaml"
    more.parent.mkdir()
    more.write_text("users: [{email: ben@example.com, groups: [A]}]")
    losant.load(lines)
    losant.add(more)  # names a group that the world has
    assert [user.groups for user in losant.users] == [(), ("A",)]
    losant.load([lines, more.parent])
    assert len(losant.users) == 2
    losant.load("demo")
    assert len(losant.users) == 8
    with pytest.raises(
        FixtureError, match=r"more.yaml:1: users\[0\].groups\[0\] refers to unknown group"
    ):
        losant.load(more)
    lines.write_text('{"user":{"email":"ann"}}\n')
    with pytest.raises(ControlPlaneError, match=r"line 1: user\.email must be email format"):
        losant.load(lines)
    with pytest.raises(FixtureError, match="is not a file, a directory or a built-in set"):
        losant.load("nowhere")
    assert len(losant.users) == 8


def test_api_tokens(losant: LosantMock) -> None:
    """What a client sends for an API token is found by the token's name or id."""
    tokens = [{"name": "A", "id": "1" * 24}, {"name": "B", "scope": []}, {"name": "B"}]
    losant.load({"tokens": tokens})
    assert losant.api_token("A") == losant.api_token("1" * 24)
    with pytest.raises(LookupError, match='there is no API token "C"; there are A, B'):
        losant.api_token("C")
    with pytest.raises(LookupError, match='several API tokens are called "B"'):
        losant.api_token("B")


def test_whole_servers_stay(losant: LosantMock) -> None:
    """A whole server is not deleted, neither by name nor at the end of a block."""
    if losant.name is None:
        with pytest.raises(TypeError, match="only a sandbox"):
            losant.delete()
        assert losant.info()
    else:
        losant.delete()
        with pytest.raises(ControlPlaneError):
            losant.info()


def test_closing(losant: LosantMock) -> None:
    """A handle that was closed opens its connection again when it is needed."""
    losant.close()
    assert losant.users.list() == []


def test_an_admin_token(ask: Ask) -> None:
    """With the admin token a handle works as ever; without, it says what is missing."""
    with serve("--admin-token", "open sesame") as served:
        with LosantMock(served.url, "open sesame") as losant, losant.sandbox() as sandbox:
            sandbox.users.add("ann@example.com")
            assert ask(sandbox)[1]["totalCount"] == 1
            assert "sesame" not in repr([losant, sandbox, vars(losant)])
        for token in (None, "wrong"):
            with (
                LosantMock(served.url, token) as stranger,
                pytest.raises(ControlPlaneError, match="requires the admin token") as refused,
            ):
                stranger.info()
            assert refused.value.status == 401


def test_repr(losant: LosantMock) -> None:
    """A handle shows where its world is, and nothing secret."""
    kind = type(losant).__name__
    assert repr(losant) == f"<{kind} {losant.url}>"
    with MockServer(admin_token="open sesame", jwt_secret="abracadabra") as server:
        shown = repr([server, vars(server), server.info(), server.sandbox()])
    assert "sesame" not in shown
    assert "abracadabra" not in shown


def test_all_names_of_the_package() -> None:
    """The package exports these names, all of them exist, and there are no others."""
    assert mock_server.__all__ == [
        "ControlPlaneError",
        "FixtureError",
        "LosantMock",
        "MockServer",
        "Settings",
        "__version__",
        "create_app",
    ]
    assert all(getattr(mock_server, name) is not None for name in mock_server.__all__)
    assert set(mock_server.__all__) <= set(dir(mock_server)) | set(mock_server._HOMES)


PUBLIC = {
    LosantMock: "add api_token application_id close delete forget generate in_sandbox info load"
    " reset restore sandbox sandboxes snapshot snapshots state token",
    MockServer: "add api_token application_id close delete forget generate in_sandbox info load"
    " reset restore sandbox sandboxes snapshot snapshots start state stop token",
    Users: "add get in_application list remove",
    Groups: "add get in_application list remove",
    Requests: "assert_called assert_not_called assert_order clear count last list report",
    Faults: "add clear close delay expired_token malformed rate_limit remove reset slow status"
    " too_many_requests truncated",
    Clock: "advance freeze frozen now resume set",
}


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_public_names_of_the_handle(kind: type) -> None:
    """What a handle has is known, documented, and tested in this folder."""
    names = {name: one for name, one in inspect.getmembers(kind) if not name.startswith("_")}
    assert " ".join(sorted(names)) == PUBLIC[kind]
    assert all(one.__doc__ for one in names.values())
