"""With a seed, whoever does the same is answered the same, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_server import MockServer
from mock_server.client import LosantMock
from tests.worlds.calls import Api
from tests.worlds.programs.scenario import told_once

PROGRAMS = Path(__file__).parent / "programs"
MakeApi = Callable[[LosantMock], Api]


def run_on_another_day(days: int, *program: str, hash_seed: int = 0) -> list[str]:
    """Return what a program prints in a process of its own, so many days from now."""
    found = subprocess.run(
        [sys.executable, str(PROGRAMS / "another_day.py"), str(days), *program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    )
    return found.stdout.splitlines()


def test_two_processes_tell_the_same_on_two_days() -> None:
    """Answers, headers and journals of all worlds are the same in any process and on any day.

    With everything in it that is by chance: ids, salts, tokens, made-up users, faults.
    """
    scenario = str(PROGRAMS / "scenario.py")
    one, other = (
        run_on_another_day(days, scenario, "1", hash_seed=hash_seed)
        for days, hash_seed in ((0, 1), (400, 2))
    )
    assert len(one) > 400
    for first, second in zip(one, other, strict=True):
        assert first == second


@pytest.mark.parametrize(("seed", "are_same"), [((), False), (("--seed", "7"), True)])
def test_generated_files_on_two_days(seed: tuple[str, ...], are_same: bool) -> None:
    """A file of made-up users is the same on any day if it has a seed; else it is up to date."""
    one, other = (
        run_on_another_day(days, "-m", "mock_server", "generate", "20", *seed) for days in (0, 400)
    )
    assert len(one) > 20
    assert (one == other) is are_same


def test_two_seeds_tell_something_else() -> None:
    """Chance is not always the same: another seed makes other ids, and faults strike others."""
    one, other = told_once(1), told_once(2)
    assert len(one) == len(other)
    assert sum(first != second for first, second in zip(one, other, strict=True)) > 100


@pytest.fixture
def repeatable() -> MockServer:
    """A server with a seed."""
    return MockServer(seed=1, fixtures=["demo"])


def test_a_sandbox_does_not_hang_on_others(repeatable: MockServer, api: MakeApi) -> None:
    """What comes of calls to a sandbox is the same whatever is done elsewhere meanwhile."""
    with repeatable as server:
        alone, beside = server.sandbox("alone"), server.sandbox("beside")
        states = []
        for world in (alone, beside):
            for number in range(3):
                api(world).create(f"{number}@example.com")
                if world is beside:
                    api(server).create(f"{number}@example.com")
                    server.generate(1)
                    server.sandbox(f"more-{number}").clock.freeze()
            states.append(world.state())
        assert states[0] == states[1]


def test_going_back_is_going_back_in_chance(repeatable: MockServer, api: MakeApi) -> None:
    """After a restore the same ids, dates and salts are made again; after a reset too."""
    with repeatable as server:
        for world in (server, server.sandbox("x")):
            world.snapshot("one")
            states = []
            for _ in range(3):
                api(world).create("ann@example.com")
                world.generate(3)
                states.append(world.state())
                world.restore("one")
            assert states[0] == states[1] == states[2]


def test_a_reset_begins_again(repeatable: MockServer, api: MakeApi) -> None:
    """After a reset a world does what it did from its beginning."""
    with repeatable as server:
        for world in (server, server.sandbox("x"), server.sandbox("y", generate=5)):
            answers = []
            for _ in range(2):
                world.faults.status(503, probability=0.5)
                statuses = [api(world).opens(world.token()) for _ in range(10)]
                world.faults.clear()
                answers.append((statuses, api(world).create("ann@example.com"), world.clock.now))
                world.reset()
            assert answers[0] == answers[1]


def test_the_same_name_again(repeatable: MockServer, api: MakeApi) -> None:
    """A sandbox that is made again after it was deleted is as it was the first time."""
    with repeatable as server:
        answers = []
        for _ in range(2):
            with server.sandbox("x", generate=3) as sandbox:
                answers.append((api(sandbox).create("ann@example.com"), sandbox.state()))
        assert answers[0] == answers[1]
