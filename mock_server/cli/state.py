"""``mock-server reset``, ``snapshot``, ``sandbox`` and ``clock``: the state of a running server."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from mock_server.cli.output import print_lines
from mock_server.cli.parameters import GroupWithDefault, duration, given_name
from mock_server.cli.remote import on_server, on_whole_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_NAME = click.argument("name", type=given_name)


@click.command()
@click.option("--to-empty", is_flag=True, help="Remove all records instead.")
@on_server
def reset(losant: LosantMock, *, to_empty: bool) -> None:
    """Reset the server to its state after the start.

    This restores records and clock, and removes recorded requests and faults. Snapshots stay.
    """
    losant.reset(to_empty=to_empty)


@click.group(cls=GroupWithDefault, default="list")
def snapshot() -> None:
    """Save the state, and restore it.

    The state is records and clock. Recorded requests and faults do not change.

    \b
        mock-server snapshot save before-the-sync
        mock-server snapshot restore before-the-sync
        mock-server snapshot remove before-the-sync
    """


@snapshot.command(name="list")
@on_server
def list_snapshots(losant: LosantMock) -> None:
    """Print the names of the snapshots (the default command)."""
    print_lines(losant.snapshots(), nothing="no snapshots")


@snapshot.command()
@_NAME
@on_server
def save(losant: LosantMock, *, name: str) -> None:
    """Save the state as NAME, replacing a snapshot of that name."""
    losant.snapshot(name)


@snapshot.command()
@_NAME
@on_server
def restore(losant: LosantMock, *, name: str) -> None:
    """Restore a snapshot. It can be restored any number of times."""
    losant.restore(name)


@snapshot.command()
@_NAME
@on_server
def remove(losant: LosantMock, *, name: str) -> None:
    """Delete a snapshot."""
    losant.forget(name)


@click.group(cls=GroupWithDefault, default="list")
def sandbox() -> None:
    """Create and delete isolated copies of the server's state.

    A sandbox has its own records, requests, faults, snapshots and clock, and its own base URL. All
    commands take its name as --sandbox, or its base URL as --url or MOCK_SERVER_URL:

    \b
        export MOCK_SERVER_URL=$(mock-server sandbox create --fixtures demo)
        ./run-the-tests
        mock-server verify experienceUsers.post --times 1
        mock-server sandbox delete
    """


@sandbox.command(name="list")
@on_whole_server
def list_sandboxes(losant: LosantMock) -> None:
    """Print the names of the sandboxes (the default command)."""
    print_lines(losant.sandboxes(), nothing="no sandboxes")


@sandbox.command()
@click.argument("name", type=given_name, required=False)
@click.option(
    "--fixtures",
    multiple=True,
    metavar="NAME|PATH",
    help="Contents instead of the server's: a built-in set (demo), or a seed file or directory of"
    " seed files on this machine. Repeatable.",
)
@click.option("--generate", type=int, default=0, metavar="N", help="Add N generated users.")
@on_whole_server
def create(
    losant: LosantMock, *, name: str | None, fixtures: tuple[str, ...], generate: int
) -> None:
    """Create a sandbox, and print its base URL. Without NAME it gets a new name."""
    click.echo(losant.sandbox(name, fixtures=fixtures or None, generate=generate).url)


@sandbox.command()
@click.argument("names", type=given_name, nargs=-1, metavar="[NAME]...")
@on_server
def delete(losant: LosantMock, *, names: tuple[str, ...]) -> None:
    """Delete sandboxes: those named, or the one that --url or --sandbox selects.

    Later requests to a deleted sandbox are answered 410.
    """
    if not names and losant.name is None:
        raise click.UsageError("give the name of a sandbox")
    for one in [losant.in_sandbox(name) for name in names] or [losant]:
        one.delete()


@click.group(cls=GroupWithDefault, default="show")
def clock() -> None:
    """Set, move or stop the clock.

    Dates, ids, tokens and rate limits follow the server's clock. Every command prints its new time.

    \b
        mock-server clock
        mock-server clock freeze 2030-01-01T00:00:00Z
        mock-server clock advance 2h
        mock-server clock advance -7d
        mock-server clock resume
    """


class _WithNegativeNumbers(click.Command):
    """A command whose arguments may be negative numbers."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" not in args:
            negative = [one for one in args if re.match(r"-[0-9.]", one)]
            args = [*(one for one in args if one not in negative), "--", *negative]
        return super().parse_args(ctx, args)


@clock.command()
@on_server
def show(losant: LosantMock) -> None:
    """Print the time (the default command)."""
    _print(losant.clock.now)
    if losant.clock.frozen:
        click.echo("the clock is frozen", err=True)


@clock.command()
@click.argument("at", required=False)
@on_server
def freeze(losant: LosantMock, *, at: str | None) -> None:
    """Stop the clock, at the current time or at a date."""
    _print(losant.clock.freeze(at))


@clock.command(name="set")
@click.argument("at")
@on_server
def set_(losant: LosantMock, *, at: str) -> None:
    """Set the clock to a date. A running clock keeps running."""
    _print(losant.clock.set(at))


@clock.command(cls=_WithNegativeNumbers)
@click.argument("by", metavar="DURATION", type=duration)
@on_server
def advance(losant: LosantMock, *, by: timedelta) -> None:
    """Move the clock forward by 90s, 15m, 1h or 7d, or back by -1h."""
    _print(losant.clock.advance(by))


@clock.command()
@on_server
def resume(losant: LosantMock) -> None:
    """Let a frozen clock run again, from the time that it shows."""
    _print(losant.clock.resume())


def _print(moment: datetime) -> None:
    from mock_server.client.connection import format_date

    click.echo(format_date(moment))
