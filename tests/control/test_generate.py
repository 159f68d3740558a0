"""Made-up users of a server: those that it begins with, and those that are asked of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner

from mock_server import ControlPlaneError, LosantMock, MockServer
from mock_server.cli import main
from mock_server.text import fold

SECOND = "b" * 24
SEED: dict[str, Any] = {
    "applications": [
        {"name": "First", "id": "a" * 24, "users": [{"email": "ann@example.com"}]},
        {"name": "Second", "id": SECOND},
    ]
}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """A server that begins with users from Japan."""
    with MockServer(fixtures=["demo"], generate=30, locales=["ja_JP"]) as server:
        yield server


@pytest.fixture
def losant(server: MockServer) -> Iterator[LosantMock]:
    """A world of two applications, with hardly anybody in it."""
    with server.sandbox(fixtures=SEED) as sandbox:
        yield sandbox


def emails(losant: LosantMock, application_id: str | None = None) -> list[str]:
    """Return the addresses of the users."""
    users = losant.users.in_application(application_id) if application_id else losant.users
    return [user.email for user in users]


def paths(losant: LosantMock) -> set[str]:
    """Return the paths of the groups."""
    return {f"{group.parent}/{group.name}" for group in losant.groups}


def ask(losant: LosantMock, **body: Any) -> httpx.Response:
    """Ask for users over HTTP."""
    return httpx.post(f"{losant.url}/_mock/generate", json=body)


def test_a_server_that_begins_with_them(server: MockServer) -> None:
    """They are in the first application beside what fixtures describe, and are counted."""
    info = server.info()
    assert [one["users"] for one in info["applications"]] == [38]
    assert info["applications"][0]["groups"] == len(server.groups) > 7
    assert (info["settings"]["generate"], info["settings"]["locales"]) == (30, ["ja_JP"])
    names = "".join(user.last_name or "" for user in list(server.users)[8:])
    assert names
    assert not names.isascii()


def test_a_reset_brings_them_back(server: MockServer) -> None:
    """Whatever became of them, and without those that were added later."""
    before = server.state()
    server.generate(5)
    server.users.remove(emails(server)[-6])
    server.reset()
    assert server.state() == before


def test_sandboxes_begin_with_them(server: MockServer) -> None:
    """A sandbox that says nothing else holds the same people as the server."""
    with server.sandbox() as sandbox:
        assert emails(sandbox) == emails(server)


def test_a_repeatable_server() -> None:
    """With a seed, the people and their dates are the same in every run."""
    states = []
    for _ in range(2):
        with MockServer(generate=10, seed=3) as server:
            states.append(server.state())
    assert states[0] == states[1]
    with MockServer(generate=10, seed=4) as server:
        assert server.state() != states[0]


def test_the_greeting_counts_them() -> None:
    """What a person is told of the application when the server starts has them in it."""
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--fixtures", "demo"]
    with subprocess.Popen(
        [*command, "--generate", "30", "--locale", "de_DE"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if "Application" in line)
        finally:
            process.terminate()
    assert ": 38 users, " in line


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--generate", "-1"), "--generate: "),
        (("--generate", "1000001"), "--generate: "),
        (("--generate", "1", "--locale", "en_UX"), '--locale: "en_UX" is not a locale'),
    ],
)
def test_a_server_that_can_not_begin(arguments: tuple[str, ...], problem: str) -> None:
    """It does not start, and says why in one line after the usage."""
    result = CliRunner().invoke(main, ["serve", "--port", "0", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].startswith(f"Error: {problem}")


def test_an_unknown_locale_of_a_server() -> None:
    """It is an error where the server is made."""
    with pytest.raises(ValueError, match="did you mean en_US"):
        MockServer(generate=1, locales=["en_UX"])


def test_a_seed_makes_the_same_people(losant: LosantMock, server: MockServer) -> None:
    """In any world; and in one that has them, others with other addresses."""
    losant.generate(20, seed=7)
    added = emails(losant)[1:]
    with server.sandbox(fixtures=SEED) as other:
        assert ask(other, count=20, seed=7).status_code == 204
        assert emails(other)[1:] == added
        assert paths(other) == paths(losant)
        other.generate(20, seed=7)
        found = emails(other)
        assert len(set(map(fold, found))) == len(found) == 41


@pytest.mark.parametrize(("seed", "are_same"), [(7, True), (None, False)])
def test_a_seed_makes_the_same_people_on_two_days(
    server: MockServer, seed: int | None, are_same: bool
) -> None:
    """With the same dates, though the server itself is not repeatable."""
    found = []
    for day in ("2025-03-01", "2031-12-31"):
        with server.sandbox(fixtures=SEED) as sandbox:
            sandbox.clock.freeze(f"{day}T00:00:00Z")
            sandbox.generate(20, seed=seed)
            made = list(sandbox.users)[1:]
            found.append([(user.email, user.creation_date, user.last_login) for user in made])
    assert len(found[0]) == 20
    assert (found[0] == found[1]) is are_same


def test_without_a_seed_others_come_each_time(losant: LosantMock) -> None:
    """Those who are there stay, and their groups are used again."""
    losant.generate(20)
    before = paths(losant)
    losant.generate(20)
    found = emails(losant)
    assert len(set(map(fold, found))) == len(found) == 41
    assert before <= paths(losant)
    assert len(paths(losant)) == len(losant.groups)


DEPARTMENTS = ("Sales", "Support", "Engineering", "Operations", "Customers", "Research")
TWICE = [{"name": name, "groups": [{"name": "Online"}] * 2} for name in DEPARTMENTS] * 2


def test_groups_that_share_a_path(server: MockServer) -> None:
    """The first of them is used again, and there are no more of them."""
    with server.sandbox(fixtures={"groups": TWICE}) as sandbox:
        before = [group.id for group in sandbox.groups if group.parent is None]
        sandbox.generate(300, seed=1)
        tops = [group for group in sandbox.groups if group.parent is None]
        assert sum(group.name in DEPARTMENTS for group in tops) == len(before)
        named = {name for user in sandbox.users for name in user.groups}
        assert named & set(before[:6])
        assert not named & set(before[6:])


def test_a_group_whose_name_is_a_path(server: MockServer) -> None:
    """What stands there by its name alone is used, and no other put beside it."""
    units = ("Materials", "Sensors", "Batteries", "Software")
    named = [{"name": f"Research/{unit}"} for unit in units]
    with server.sandbox(fixtures={"groups": named}) as sandbox:
        sandbox.generate(1000, seed=1)
        found = [group.name for group in sandbox.groups]
        assert "Research" in found
        assert not {*units} & {*found}


def test_locales(losant: LosantMock) -> None:
    """They come from where they are asked for, or else from where the settings say."""
    losant.generate(20)
    losant.generate(20, locales=["ru_RU", "uk_UA"])
    losant.generate(20, locales="el_GR")
    assert ask(losant, count=20, locales=["ko_KR"]).status_code == 204
    names = [user.last_name or "" for user in losant.users][1:]
    for start, script in enumerate(
        ("\u4e00-\u9fff", "\u0400-\u04ff", "\u0370-\u03ff", "\uac00-\ud7a3")
    ):
        low, high = script.split("-")
        text = "".join(names[20 * start : 20 * start + 20])
        assert text
        assert all(low <= letter <= high or letter in "\u3005 -'" for letter in text), text


def test_another_application(losant: LosantMock) -> None:
    """They come into the application that is named, and into no other."""
    losant.generate(5, application_id=SECOND)
    assert ask(losant, count=6, applicationId=SECOND).status_code == 204
    assert (len(emails(losant)), len(emails(losant, SECOND))) == (1, 11)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": -1},
        {"seed": 1.5},
        {"locales": ["en_UX"]},
        {"locales": "en_US"},
        {"locales": []},
        {"applicationId": "c" * 24},
        {"count": 1_000_001},
        {"sead": 1},
    ],
)
def test_what_can_not_be_asked_for(wrong: dict[str, Any], losant: LosantMock) -> None:
    """It is refused with its name, and nobody is added."""
    before = losant.state()
    answer = ask(losant, **{"count": 3, **wrong})
    assert answer.status_code in {400, 404}
    assert losant.state() == before


def test_the_handle_tells_what_is_wrong(losant: LosantMock) -> None:
    """Its error says what is meant instead."""
    with pytest.raises(ControlPlaneError, match="did you mean ja_JP"):
        losant.generate(1, locales="ja_JPP")
    with pytest.raises(ControlPlaneError, match="seed"):
        losant.generate(1, seed=-1)
