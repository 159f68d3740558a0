"""The command ``mock-server``. Each subcommand is a module here, loaded when it is called."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

import click

from mock_server.cli.output import ended_quietly, told_of_stdout
from mock_server.version import API_VERSION, __version__

SECTIONS = {
    "Commands": {
        "serve": "Run the server.",
        "token": "Print a token that a server with the same secret accepts.",
        "health": "Tell whether a server answers.",
    },
    "Seed files": {
        "check": "Tell everything that is wrong in seed files.",
        "schema": "Print the JSON Schema of seed files.",
        "generate": "Make up users, and groups for them.",
        "pull": "Copy users and groups of a live application, anonymised.",
    },
    "For a running server": {
        "requests": "Show the requests that the server received.",
        "verify": "Check that a request was received, or how many.",
        "reset": "Go back to the state in which the server began.",
        "snapshot": "Save the state, and go back to it.",
        "export": "Print all records as a seed file.",
        "load": "Put seed files in place of all records, or add them.",
        "faults": "Inject faults: errors, delays, broken connections.",
        "clock": "Set, move or stop the time.",
        "sandbox": "Make worlds of their own on the same server.",
    },
}
"""The commands as the help lists them, without loading them."""

COMMANDS = tuple(name for section in SECTIONS.values() for name in section)


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS:
            from difflib import get_close_matches

            for close in get_close_matches(args[0], COMMANDS, n=1):
                ctx.fail(f"No such command '{args[0]}'. Did you mean '{close}'?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with ended_quietly(), told_of_stdout():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


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

    While it runs, ask and arrange it from elsewhere; --url or MOCK_SERVER_URL says where it is:

    \b
        mock-server requests --status 4xx
        mock-server faults add status 503 --first 2
        mock-server verify experienceUsers.post --times 1
    """  # noqa: D301 - click wants the control character
