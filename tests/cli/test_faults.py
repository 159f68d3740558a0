"""``mock-server faults``."""

from __future__ import annotations

import pytest

from mock_server import LosantMock
from tests.cli.conftest import Run, Send


def definition(losant: LosantMock) -> dict[str, object]:
    """Return what the only fault was set with."""
    (fault,) = losant.faults
    return {name: value for name, value in fault.definition.items() if value is not False}


def test_a_fault_strikes_as_told(run: Run, send: Send) -> None:
    """A fault for the first request strikes that, and no other."""
    result = run("faults", "add", "status", "503", "--first", "1", "--message", "not now")
    assert (result.stdout, result.stderr) == ("fault-1\n", "")
    struck, spared = send(), send()
    assert (struck.status_code, struck.json()["message"]) == (503, "not now")
    assert spared.status_code == 200


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (
            "status 500 --type Odd --retry-after 3 --carry-out",
            {"kind": "status", "status": 500, "type": "Odd", "retryAfter": 3, "carryOut": True},
        ),
        ("too-many-requests", {"kind": "tooManyRequests"}),
        ("too-many-requests --retry-after 5", {"kind": "tooManyRequests", "retryAfter": 5}),
        ("expired-token --every 2", {"kind": "expiredToken", "every": 2}),
        ("rate-limit 10 --window 1m", {"kind": "rateLimit", "limit": 10, "window": 60}),
        ("delay 200ms --nth 3", {"kind": "delay", "seconds": 0.2, "nth": 3}),
        ("delay 0", {"kind": "delay", "seconds": 0}),
        ("delay 100ms 2s", {"kind": "delay", "min": 0.1, "max": 2}),
        ("delay --median 1s --sigma 0.5", {"kind": "delay", "median": 1, "sigma": 0.5}),
        ("slow 1000", {"kind": "slow", "bytesPerSecond": 1000}),
        ("reset --probability 0.5", {"kind": "reset", "probability": 0.5}),
        ("close --carry-out", {"kind": "close", "carryOut": True}),
        ("malformed --body null", {"kind": "malformed", "body": None}),
        ("truncated --until 2030-01-01", {"kind": "truncated", "until": "2030-01-01"}),
        (
            "malformed --action *.get --method GET --path */x --query a=b=c --query d=",
            {
                "kind": "malformed",
                "action": "*.get",
                "method": "GET",
                "path": "*/x",
                "query": {"a": "b=c", "d": ""},
            },
        ),
    ],
)
def test_every_kind_can_be_added(
    arguments: str, wanted: dict[str, object], run: Run, losant: LosantMock
) -> None:
    """The server is told what the options say, and nothing that they do not."""
    result = run("faults", "add", *arguments.split())
    assert result.exit_code == 0, result.stderr
    found = definition(losant)
    assert found == wanted


def test_faults_are_listed_in_their_order(run: Run, send: Send) -> None:
    """Each is a line with its id, what it does to whom, and how often it did."""
    run("faults", "add", "status", "503", "--action", "experienceUsers.*", "--first", "1")
    run("faults", "add", "rate-limit", "5", "--window", "1m")
    send()
    first, second = run("faults").stdout.splitlines()
    assert first.startswith("fault-1  status ")
    assert "action=experienceUsers.* first=1" in first
    assert first.endswith("matched 1, applied 1")
    assert second.startswith("fault-2  rate-limit ")


def test_no_faults_are_no_result(run: Run) -> None:
    """Where there are none, stdout has nothing."""
    result = run("faults", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no faults\n")


def test_one_fault_is_removed(run: Run, losant: LosantMock) -> None:
    """The one whose id is given goes, the others stay."""
    run("faults", "add", "reset")
    run("faults", "add", "close")
    assert run("faults", "remove", "fault-1").output == ""
    assert definition(losant)["kind"] == "close"


def test_a_fault_that_is_not_there_is_an_error(run: Run) -> None:
    """Removing what does not exist is exit code 1."""
    result = run("faults", "remove", "fault-7")
    assert result.exit_code == 1
    assert "was not found" in result.stderr


def test_all_faults_are_removed(run: Run, losant: LosantMock) -> None:
    """They go without a word."""
    run("faults", "add", "reset")
    assert run("faults", "clear").output == ""
    assert len(losant.faults) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        "status 200",
        "status 503 --first 0",
        "status",
        "status many",
        "delay",
        "delay soon",
        "delay 1s --median 1s",
        "delay 2s 1s",
        "rate-limit 5",
        "reset --until whenever",
        "slow 0",
        "teapot",
    ],
)
def test_what_can_be_no_fault_is_wrong_usage(arguments: str, run: Run, losant: LosantMock) -> None:
    """Whoever finds out, the exit code is 2 and nothing is set."""
    result = run("faults", "add", *arguments.split())
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert len(losant.faults) == 0


def test_options_before_a_command_are_refused(run: Run) -> None:
    """An option for another server is not passed over where it can have no effect."""
    assert run("faults", "--url", "http://127.0.0.1:1", "clear").exit_code == 2
