"""``mock-server clock``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mock_server import LosantMock
from tests.cli.conftest import Run

NEW_YEAR = "2030-01-01T00:00:00.000Z"


def test_a_running_clock_is_shown(run: Run) -> None:
    """The time is printed as a date, and nothing else."""
    result = run("clock")
    shown = datetime.fromisoformat(result.stdout.strip())
    assert abs(datetime.now(UTC) - shown) < timedelta(minutes=1)
    assert result.stderr == ""


def test_a_frozen_clock_is_shown(run: Run, losant: LosantMock) -> None:
    """That it stands still is said beside the result."""
    losant.clock.freeze(NEW_YEAR)
    result = run("clock")
    assert (result.stdout, result.stderr) == (f"{NEW_YEAR}\n", "the clock is frozen\n")


def test_freeze_at_a_date(run: Run, losant: LosantMock) -> None:
    """It stands still at the date that is given, which is printed."""
    assert run("clock", "freeze", "2030-01-01").stdout == f"{NEW_YEAR}\n"
    assert losant.clock.frozen


def test_freeze_now(run: Run, losant: LosantMock) -> None:
    """Without a date it stands still where it is."""
    assert run("clock", "freeze").stdout == run("clock").stdout
    assert losant.clock.frozen


def test_set_lets_it_run(run: Run, losant: LosantMock) -> None:
    """It shows the date and runs on from there."""
    assert run("clock", "set", NEW_YEAR).stdout.startswith("2030-01-01T00:00:0")
    assert not losant.clock.frozen


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("2h", "2030-01-01T02:00:00.000Z"),
        ("-7d", "2029-12-25T00:00:00.000Z"),
        ("-.5h", None),
        ("-0.5h", "2029-12-31T23:30:00.000Z"),
        ("90", "2030-01-01T00:01:30.000Z"),
        ("250ms", "2030-01-01T00:00:00.250Z"),
    ],
)
def test_advance(by: str, shown: str | None, run: Run, losant: LosantMock) -> None:
    """It moves by a duration, also a negative one."""
    losant.clock.freeze(NEW_YEAR)
    result = run("clock", "advance", by)
    assert (result.exit_code, result.stdout) == ((2, "") if shown is None else (0, f"{shown}\n"))


@pytest.mark.parametrize("arguments", [["-1h", "--sandbox", "{}"], ["--", "-1h"]])
def test_a_negative_duration_among_options(
    arguments: list[str], run: Run, losant: LosantMock
) -> None:
    """A minus makes no option of a duration, wherever it stands."""
    losant.clock.freeze(NEW_YEAR)
    given = [one.format(losant.name) for one in arguments]
    assert run("clock", "advance", *given).stdout == "2029-12-31T23:00:00.000Z\n"


def test_resume(run: Run, losant: LosantMock) -> None:
    """It runs on from what it showed."""
    losant.clock.freeze(NEW_YEAR)
    assert run("clock", "resume").stdout.startswith("2030-01-01T00:00:0")
    assert not losant.clock.frozen


@pytest.mark.parametrize(
    "arguments",
    [
        ["freeze", "noon"],
        ["set"],
        ["set", "1066-10-14"],
        ["advance", "soon"],
        ["advance", "9999d9"],
    ],
)
def test_what_is_no_time_is_wrong_usage(arguments: list[str], run: Run) -> None:
    """Whoever finds out, the exit code is 2."""
    result = run("clock", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize("by", ["999999999d", "-999999999.999d"])
def test_too_far_is_refused(by: str, run: Run) -> None:
    """No clock goes where there are no dates."""
    result = run("clock", "advance", by)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
