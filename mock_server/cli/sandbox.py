"""``mock-server sandbox``: isolated copies of a server's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mock_server.cli.groups import GroupWithDefault
from mock_server.cli.output import print_lines
from mock_server.cli.remote import on_server, on_whole_server
from mock_server.cli.values import given_name

if TYPE_CHECKING:
    from mock_server.client import LosantMock


@click.group(name="sandbox", cls=GroupWithDefault, default="list")
def command() -> None:
    """Create and delete isolated copies of the server's state.

    A sandbox has its own records, requests, faults, snapshots and clock, and its own base URL. All
    commands take its name as --sandbox, or its base URL as --url or MOCK_SERVER_URL:

    \b
        export MOCK_SERVER_URL=$(mock-server sandbox create --fixtures demo)
        ./run-the-tests
        mock-server verify experienceUsers.post --times 1
        mock-server sandbox delete
    """  # noqa: D301 - click wants the control character


@command.command(name="list")
@on_whole_server
def show(losant: LosantMock) -> None:
    """Print the names of the sandboxes (the default command)."""
    print_lines(losant.sandboxes(), nothing="no sandboxes")


@command.command()
@click.argument("name", type=given_name, required=False)
@click.option(
    "--fixtures",
    multiple=True,
    metavar="NAME|PATH",
    help="Contents instead of the server's: a built-in set (demo), or a seed file or directory of"
    " seed files on this machine. Repeatable.",
)
@click.option("--generate", type=int, default=0, metavar="N", help="Add N made-up users.")
@on_whole_server
def create(
    losant: LosantMock, *, name: str | None, fixtures: tuple[str, ...], generate: int
) -> None:
    """Create a sandbox, and print its base URL. Without NAME it gets a new name."""
    click.echo(losant.sandbox(name, fixtures=fixtures or None, generate=generate).url)


@command.command()
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
