"""The command ``mock-server``. The module of a subcommand is imported when it is called."""

from __future__ import annotations

import errno
import gc
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any

import click

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
        "generate": "Generate users and groups.",
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

_MODULES = {
    "check": "seed_files",
    "schema": "seed_files",
    "export": "seed_files",
    "load": "seed_files",
    "clock": "state",
    "reset": "state",
    "sandbox": "state",
    "snapshot": "state",
    "verify": "requests",
}
"""The modules of commands that share one. Any other command is in the module of its name."""


_INTERRUPTED = 130
"""The exit code of an interrupted command, as shells report it."""

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Errors of a stream that cannot be written, apart from a closed pipe."""

_ENDING_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
"""The signals that end a command. Windows has no SIGHUP."""


class LazyGroup(click.Group):
    """A group that imports a subcommand only to run it, so that a small one starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # Imported modules stay in memory: collecting garbage among them costs a fifth of a start.
        gc.disable()
        module = import_module(f"mock_server.cli.{_MODULES.get(cmd_name, cmd_name)}")
        gc.freeze()
        gc.enable()
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS:
            for near in near_words(args[0], COMMANDS):
                ctx.fail(f"No such command '{args[0]}'. Did you mean '{near}'?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _ended_quietly(), _stdout_errors_reported():
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
    """


@contextmanager
def _stdout_errors_reported() -> Iterator[None]:
    """Report a stdout that cannot be written in one line.

    :raises click.ClickException: when stdout cannot be written
    """
    try:
        yield
    except OSError as error:
        # Errors of files have a file name. All others with these numbers are about stdout.
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        sys.stdout = None  # or Python would try to flush it once more at exit
        raise click.ClickException(f"stdout cannot be written: {error.strerror or error}") from None


@contextmanager
def _ended_quietly() -> Iterator[None]:
    """End the command without a message on Ctrl-C, SIGTERM, or when its terminal is closed.

    A signal raises KeyboardInterrupt, so that ``finally`` blocks run first. A signal that is
    ignored when the command starts stays ignored: ``nohup`` and shells, for background jobs, ask
    for that.
    """
    if threading.current_thread() is not threading.main_thread():  # signals go to the main thread
        yield
        return
    before = {one: signal.getsignal(one) for one in _ENDING_SIGNALS}
    handled = [one for one, handler in before.items() if handler not in (signal.SIG_IGN, None)]
    try:
        for one in handled:
            signal.signal(one, _interrupt)
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_INTERRUPTED) from None
    finally:
        for one in handled:
            signal.signal(one, before[one])


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Python's own handler is not used, because asyncio replaces it by one that waits for the loop.
    raise KeyboardInterrupt
