"""Many tests at once, each with users of its own, to see whether one meets another's.

``python -m tests.plugin.xdist`` from the root of the repository runs a suite of 400 tests in four
processes, ten times with servers of their own and ten times on one server, and tells how long each
run took. ``--help`` shows what else there is.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.client.servers import serve

_FILES = 10

_SAMPLE = """
import os

import losant_rest
import pytest

os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


@pytest.mark.parametrize("number", range({begin}, {end}))
def test_own_users(losant, number):
    client = losant_rest.Client(losant.token("experienceUsers.*"), losant.url)
    wanted = [f"user{{number}}-{{index}}@example.com" for index in range(number % 4 + 1)]
    for email in [*wanted, "everybody@example.com"]:
        client.experience_users.post(
            applicationId=losant.application_id,
            experienceUser={{"email": email, "password": "password1"}},
        )
    found = client.experience_users.get(
        applicationId=losant.application_id, sortField="creationDate", perPage=100
    )
    assert [user["email"] for user in found["items"]] == [*wanted, "everybody@example.com"]
    losant.requests.assert_called("experienceUsers.post", times=len(wanted) + 1, status=201)
"""


def write_suite(folder: Path, tests: int) -> None:
    """Write a suite of so many tests; each creates and lists users through the official client.

    All of them create one user of the same name, so that each would see a stranger's.
    """
    (folder / "empty.yaml").write_text("users: []\n")
    for number in range(_FILES):
        begin, end = (tests * index // _FILES for index in (number, number + 1))
        text = _SAMPLE.format(begin=begin, end=end)
        (folder / f"test_part_{number}.py").write_text(text)


def run(folder: Path, processes: int, options: Sequence[str] = ()) -> tuple[bool, str, float]:
    """Run a suite; return whether all is well, pytest's last line, and the seconds."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider"]
    started = time.perf_counter()
    ran = subprocess.run(
        [*command, "-n", str(processes), "--rootdir", str(folder), *options, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    seconds = time.perf_counter() - started
    return ran.returncode == 0, (ran.stdout.strip() or ran.stderr).splitlines()[-1], seconds


@click.command()
@click.option("--tests", default=400, show_default=True)
@click.option("--processes", default=4, show_default=True)
@click.option("--rounds", default=10, show_default=True)
def main(tests: int, processes: int, rounds: int) -> None:
    """Run a suite in several processes, again and again; exit with 1 if a test fails."""
    well = True
    with TemporaryDirectory() as name, serve() as served:
        folder = Path(name)
        write_suite(folder, tests)
        for what, options in (
            ("a server for each process", []),
            ("one server for all", [f"--losant-url={served.url}"]),
        ):
            for number in range(1, rounds + 1):
                green, line, seconds = run(folder, processes, options)
                well &= green and re.match(rf"{tests} passed", line) is not None
                click.echo(f"{what}, round {number}: {line} ({seconds:.1f} s with start-up)")
    if not well:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
