"""The command ``mock-server``. Each subcommand is a module here, loaded when it is called."""

from __future__ import annotations

import gc
from importlib import import_module

import click

from mock_server.version import API_VERSION, __version__

COMMANDS = ("serve", "token", "health")


class LazyGroup(click.Group):
    """Subcommands by the name of their module: what needs no server does not wait for one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # What is imported stays, so looking for garbage in it is lost time: a fifth of a start.
        gc.disable()
        command: click.Command = import_module(f"mock_server.cli.{cmd_name}").command
        gc.freeze()
        gc.enable()
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, prog_name="mock-server", message=f"%(prog)s %(version)s (Losant API {API_VERSION})"
)
def main() -> None:
    """A local mock of the Losant API's Experience Users.

    Start it, point a Losant client at its URL, and test:

    \b
        mock-server serve --fixtures demo
        mock-server token --scope experienceUsers.get --expires-in 1h
    """  # noqa: D301 - click wants the control character
