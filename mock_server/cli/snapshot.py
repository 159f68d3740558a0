"""``mock-server snapshot``: states to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mock_server.cli.groups import GroupWithDefault
from mock_server.cli.output import print_lines
from mock_server.cli.remote import on_server
from mock_server.cli.values import given_name

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_NAME = click.argument("name", type=given_name)


@click.group(name="snapshot", cls=GroupWithDefault, default="list")
def command() -> None:
    """Save the state, and go back to it.

    That is records and clock; requests and faults stay as they are.

    \b
        mock-server snapshot save before-the-sync
        mock-server snapshot restore before-the-sync
        mock-server snapshot remove before-the-sync
    """  # noqa: D301 - click wants the control character


@command.command(name="list")
@on_server
def show(losant: LosantMock) -> None:
    """Print the names of the snapshots; this is meant without a command."""
    print_lines(losant.snapshots(), nothing="no snapshots")


@command.command()
@_NAME
@on_server
def save(losant: LosantMock, *, name: str) -> None:
    """Save the state, in place of what has this name."""
    losant.snapshot(name)


@command.command()
@_NAME
@on_server
def restore(losant: LosantMock, *, name: str) -> None:
    """Go back to a state, any number of times."""
    losant.restore(name)


@command.command()
@_NAME
@on_server
def remove(losant: LosantMock, *, name: str) -> None:
    """Forget a state."""
    losant.forget(name)
