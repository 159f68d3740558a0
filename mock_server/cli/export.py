"""``mock-server export``: all records as a seed file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mock_server.cli.output import form_of, write_to
from mock_server.cli.progress import shown_waiting
from mock_server.cli.remote import on_server
from mock_server.seeds.formats import FORMATS

if TYPE_CHECKING:
    from mock_server.client import LosantMock


@click.command(name="export")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it instead of stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="What to write; by default what the name of FILE says; JSON on stdout.",
)
@on_server
def command(losant: LosantMock, *, output: Path | None, form: str | None) -> None:
    """Print all records as a seed file.

    It is JSON, JSON Lines or YAML. Loading it, or starting a server with it, makes the same records
    again, with their ids, dates and passwords:

    \b
        mock-server export -o seeds.yaml
        mock-server serve --fixtures seeds.yaml
    """  # noqa: D301 - click wants the control character
    from mock_server.seeds.files import pieces

    form = form or form_of(output, "json")
    with shown_waiting("Exporting"):
        write_to(output, pieces(losant.state(), form))
