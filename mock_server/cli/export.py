"""``mock-server export``: all records as a seed file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mock_server.cli.output import as_json, write_whole
from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.handle import LosantMock


@click.command(name="export")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it instead of stdout.",
)
@on_server
def command(losant: LosantMock, *, output: Path | None) -> None:
    """Print all records as a seed file.

    It is JSON. Loading it, or starting a server with it, makes the same records again:

    \b
        mock-server export -o seeds.json
        mock-server serve --fixtures seeds.json
    """  # noqa: D301 - click wants the control character
    document = as_json(losant.state(), indent=2)
    if output is None:
        click.echo(document)
        return
    try:
        write_whole(output, document + b"\n")
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(f"{output} can not be written: {reason}") from None
