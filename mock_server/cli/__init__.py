"""The command ``mock-server``. The module of a subcommand is imported when it is called."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

import click

from mock_server.cli.output import ended_quietly, stdout_errors_reported
from mock_server.text import near_words
from mock_server.version import API_VERSION, __version__

SECTIONS = {
    "Commands": {
        "serve": "Run the server.",
        "token": "Print a token that a server with the same secret accepts.",
        "health": "Check whether a server answers.",
    },
    "Seed files": {
        "check": "Check seed files for errors.",
        "schema": "Print the JSON Schema of seed files.",
        "generate": "Generate made-up users and groups.",
        "pull": "Copy users and groups of a live application, anonymised.",
    },
    "For a running server": {
        "requests": "Show the requests that the server received.",
        "verify": "Check that a request was received, or how many.",
        "reset": "Reset the server to its state after the start.",
        "snapshot": "Save the state, and restore it.",
        "export": "Print all records as a seed file.",
        "load": "Replace all records by seed files, or add seed files to them.",
        "faults": "Inject faults: errors, delays, broken connections.",
        "clock": "Set, move or stop the clock.",
        "sandbox": "Create and delete isolated copies of the server's state.",
    },
}
"""The commands as the help lists them, without importing their modules."""

COMMANDS = tuple(name for section in SECTIONS.values() for name in section)

_SHARED_MODULES = {
    "check": "seed_files",
    "schema": "seed_files",
    "export": "state",
    "load": "state",
    "reset": "state",
    "snapshot": "state",
}
"""The modules that several commands share. Any other command is ``command`` in its own module."""


class LazyGroup(click.Group):
    """A group that imports a subcommand only to run it, so that a small one starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # Imported modules stay in memory: collecting garbage among them costs a fifth of a start.
        gc.disable()
        module = import_module(f"mock_server.cli.{_SHARED_MODULES.get(cmd_name, cmd_name)}")
        gc.freeze()
        gc.enable()
        attribute = cmd_name if cmd_name in _SHARED_MODULES else "command"
        command: click.Command = getattr(module, attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS:
            for near in near_words(args[0], COMMANDS):
                ctx.fail(f"No such command '{args[0]}'. Did you mean '{near}'?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with ended_quietly(), stdout_errors_reported():
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

    Start the server, and point a Losant client at its URL:

    \b
        mock-server serve --fixtures demo
        mock-server token --scope experienceUsers.get --expires-in 1h

    Other commands read and change a running server. --url or MOCK_SERVER_URL says where it is:

    \b
        mock-server requests --status 4xx
        mock-server faults add status 503 --first 2
        mock-server verify experienceUsers.post --times 1
    """  # noqa: D301 - click wants the control character
