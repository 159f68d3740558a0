"""``mock-server clock``: the clock of a running server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from mock_server.cli.groups import GroupWithDefault, WithNegativeNumbers
from mock_server.cli.remote import on_server
from mock_server.cli.values import duration

if TYPE_CHECKING:
    from mock_server.client import LosantMock


@click.group(name="clock", cls=GroupWithDefault, default="show")
def command() -> None:
    """Set, move or stop the clock.

    Dates, ids, tokens and rate limits follow the server's clock. Every command prints its new time.

    \b
        mock-server clock
        mock-server clock freeze 2030-01-01T00:00:00Z
        mock-server clock advance 2h
        mock-server clock advance -7d
        mock-server clock resume
    """  # noqa: D301 - click wants the control character


@command.command()
@on_server
def show(losant: LosantMock) -> None:
    """Print the time (the default command)."""
    _print(losant.clock.now)
    if losant.clock.frozen:
        click.echo("the clock is frozen", err=True)


@command.command()
@click.argument("at", required=False)
@on_server
def freeze(losant: LosantMock, *, at: str | None) -> None:
    """Stop the clock, at the current time or at a date."""
    _print(losant.clock.freeze(at))


@command.command(name="set")
@click.argument("at")
@on_server
def set_(losant: LosantMock, *, at: str) -> None:
    """Set the clock to a date. A running clock keeps running."""
    _print(losant.clock.set(at))


@command.command(cls=WithNegativeNumbers)
@click.argument("by", metavar="DURATION", type=duration)
@on_server
def advance(losant: LosantMock, *, by: timedelta) -> None:
    """Move the clock forward by 90s, 15m, 1h or 7d, or back by -1h."""
    _print(losant.clock.advance(by))


@command.command()
@on_server
def resume(losant: LosantMock) -> None:
    """Let a frozen clock run again, from the time that it shows."""
    _print(losant.clock.resume())


def _print(moment: datetime) -> None:
    from mock_server.client.connection import format_date

    click.echo(format_date(moment))
