"""``mock-server check``: whether seed files can be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mock_server.cli.progress import shown_progress
from mock_server.text import counted

if TYPE_CHECKING:
    from mock_server.seeds.records import SeedRecords


@click.command(name="check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def command(context: click.Context, *, files: tuple[str, ...]) -> None:
    """Tell everything that is wrong in seed files.

    FILE is JSON, YAML or JSON Lines, a directory of such, or the name of a shipped set (demo).
    Several are looked at together, as serve would load them: a user in one may be in a group of
    another.

    Each mistake is a line on stdout, with file, line and place, and the exit code is 1:

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
    click.echo(f"Nothing is wrong: {_contents(seed)}", err=True)


def _contents(seed: SeedRecords) -> str:
    """Return how much there is of everything that a world would begin with."""
    planted = seed.applications
    counts = [
        (len(planted), "application"),
        (sum(len(one.users) for one in planted), "user"),
        (sum(len(one.groups) for one in planted), "group"),
        (sum(len(one.tokens) for one in planted), "API token"),
        (len(seed.accounts), "account"),
    ]
    return ", ".join(counted(count, name) for count, name in counts if count)
