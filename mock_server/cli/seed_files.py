"""``mock-server check`` and ``schema``: help for those who write seed files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mock_server.cli.output import write_to
from mock_server.cli.progress import shown_progress
from mock_server.text import counted

if TYPE_CHECKING:
    from mock_server.seeds.records import SeedRecords


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def check(context: click.Context, *, files: tuple[str, ...]) -> None:
    """Check seed files for errors.

    FILE is a JSON, YAML or JSON Lines file, a directory of such files, or the name of a built-in
    set (demo). Several files are checked together, as serve would load them: a user in one file may
    be in a group of another.

    Each error is printed on stdout with file, line and place, and the exit code is 1:

    \b
        $ mock-server check seeds.yaml
        seeds.yaml:3: users[0].fristName is not a known property; did you mean firstName?
        1 mistake
    """  # noqa: D301 - click wants the control character
    from mock_server.domain.context import WorldContext
    from mock_server.seeds.build import load
    from mock_server.seeds.mistakes import FixtureError

    try:
        with shown_progress() as progress:
            seed = load(files, WorldContext.of(None), progress)
    except FixtureError as error:
        for mistake in error.mistakes:
            click.echo(str(mistake))
        click.echo(counted(len(error.mistakes), "mistake"), err=True)
        context.exit(1)
    click.echo(f"No mistakes: {_contents(seed)}", err=True)


def _contents(seed: SeedRecords) -> str:
    """Return how many records of each kind a seed holds."""
    applications = seed.applications
    counts = [
        (len(applications), "application"),
        (sum(len(one.users) for one in applications), "user"),
        (sum(len(one.groups) for one in applications), "group"),
        (sum(len(one.tokens) for one in applications), "API token"),
        (len(seed.accounts), "account"),
    ]
    return ", ".join(counted(count, name) for count, name in counts if count)


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write to instead of stdout.",
)
def schema(*, output: Path | None) -> None:
    """Print the JSON Schema of seed files.

    Editors use it to complete names and to mark errors. A running server has it at /_mock/schema.

    \b
        mock-server schema -o seed.schema.json

    Name it in the first line of a YAML file, or in the property $schema of a JSON file:

    \b
        # yaml-language-server: $schema=seed.schema.json
    """  # noqa: D301 - click wants the control character
    from mock_server.jsonio import encode_readably
    from mock_server.seeds.documents import document_schema

    write_to(output, [encode_readably(document_schema(), indent=2), b"\n"])
