"""``mock-server generate``: people that nobody had to invent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.handle import LosantMock


@click.command(name="generate")
@click.argument("count", type=int)
@on_server
def command(losant: LosantMock, *, count: int) -> None:
    """Add made-up users.

    They are COUNT users of the first application, and groups for them.
    """
    losant.generate(count)
