"""``mock-server reset``: back to the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock


@click.command(name="reset")
@click.option("--to-empty", is_flag=True, help="Go to no records at all instead.")
@on_server
def command(losant: LosantMock, *, to_empty: bool) -> None:
    """Go back to the state in which the server began.

    That is records and clock; requests and faults are forgotten, snapshots stay.
    """
    losant.reset(to_empty=to_empty)
