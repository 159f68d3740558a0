"""``mock-server export``, ``load``, ``reset`` and ``snapshot``: the records of a running server."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.groups import GroupWithDefault
from mock_server.cli.output import form_of, print_lines, write_to
from mock_server.cli.progress import shown_waiting
from mock_server.cli.remote import on_server
from mock_server.cli.values import given_name
from mock_server.seeds.formats import FORMATS

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_STDIN = "-"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write to instead of stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Format to write; by default the one that the name of FILE ends in, or JSON on stdout.",
)
@on_server
def export(losant: LosantMock, *, output: Path | None, form: str | None) -> None:
    """Print all records as a seed file.

    The file is JSON, JSON Lines or YAML. Loading it, or starting a server with it, restores the
    same records, with their ids, dates and passwords:

    \b
        mock-server export -o seeds.yaml
        mock-server serve --fixtures seeds.yaml
    """  # noqa: D301 - click wants the control character
    from mock_server.seeds.files import pieces

    form = form or form_of(output, "json")
    with shown_waiting("Exporting"):
        write_to(output, pieces(losant.state(), form))


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--add", is_flag=True, help="Add to the existing records instead of replacing them.")
@on_server
def load(losant: LosantMock, *, files: tuple[str, ...], add: bool) -> None:
    """Replace all records by seed files, or add seed files to them.

    FILE is a JSON, YAML or JSON Lines file, a directory of such files, the name of a built-in set
    (demo), or - for stdin. Several files are loaded together. If there is an error in any of them,
    nothing changes.

    \b
        mock-server load seeds.yaml
        mock-server load --add more-users.jsonl
        mock-server export --url http://127.0.0.1:8080 | mock-server load - --url http://127.0.0.1:9090
    """  # noqa: D301 - click wants the control character
    from mock_server.client import ControlPlaneError

    name = "stdin" if files == (_STDIN,) else " ".join(files)
    with shown_waiting(f"Loading {name}"):
        seed = _from_stdin() if files == (_STDIN,) else _from_files(files, whole=not add)
        try:
            (losant.add if add else losant.load)(seed)
        except ControlPlaneError as error:
            if error.status != 400:
                raise
            lines = [_placed(name, line) for line in str(error).splitlines()]
            raise click.ClickException("\n".join(lines)) from None


def _from_files(names: tuple[str, ...], *, whole: bool) -> Any:
    """Return the body of a request that loads seed files.

    Errors that need no server are found here, because only here are the lines of the files known.
    """
    from mock_server.client.fixtures import FixtureFiles

    if _STDIN in names:
        raise click.UsageError(f"{_STDIN} (stdin) cannot be combined with files")
    body = FixtureFiles().body(names, whole=whole)
    if not body:  # even the export of an empty server has a version
        name = " ".join(names)
        raise click.ClickException(f"{name} is empty; to remove everything: reset --to-empty")
    return body


def _from_stdin() -> Any:
    from mock_server.client.connection import JsonLines
    from mock_server.seeds.files import are_lines, decoded_text
    from mock_server.seeds.mistakes import FixtureError

    content = sys.stdin.buffer.read()
    if not content.strip():  # the command before the pipe has failed
        raise click.ClickException("stdin is empty; nothing was changed")
    if are_lines(content):
        return JsonLines(content)
    found = decoded_text("stdin", content)
    if found.mistakes:
        raise FixtureError(found.mistakes)
    if not isinstance(found.value, Mapping):
        raise click.ClickException("stdin: must be an object")
    return found.value


def _placed(name: str, mistake: str) -> str:
    """Return a mistake that the server found, with the file name that it does not know."""
    return re.sub(r"^(?:line (\d+): )?", lambda match: _place(name, match[1]), mistake)


def _place(name: str, line: str | None) -> str:
    return f"{name}:{line}: " if line else f"{name}: "


@click.command()
@click.option("--to-empty", is_flag=True, help="Remove all records instead.")
@on_server
def reset(losant: LosantMock, *, to_empty: bool) -> None:
    """Reset the server to its state after the start.

    This restores records and clock, and removes recorded requests and faults. Snapshots stay.
    """
    losant.reset(to_empty=to_empty)


_NAME = click.argument("name", type=given_name)


@click.group(cls=GroupWithDefault, default="list")
def snapshot() -> None:
    """Save the state, and restore it.

    The state is records and clock. Recorded requests and faults do not change.

    \b
        mock-server snapshot save before-the-sync
        mock-server snapshot restore before-the-sync
        mock-server snapshot remove before-the-sync
    """  # noqa: D301 - click wants the control character


@snapshot.command(name="list")
@on_server
def show(losant: LosantMock) -> None:
    """Print the names of the snapshots (the default command)."""
    print_lines(losant.snapshots(), nothing="no snapshots")


@snapshot.command()
@_NAME
@on_server
def save(losant: LosantMock, *, name: str) -> None:
    """Save the state as NAME, replacing a snapshot of that name."""
    losant.snapshot(name)


@snapshot.command()
@_NAME
@on_server
def restore(losant: LosantMock, *, name: str) -> None:
    """Restore a snapshot. It can be restored any number of times."""
    losant.restore(name)


@snapshot.command()
@_NAME
@on_server
def remove(losant: LosantMock, *, name: str) -> None:
    """Delete a snapshot."""
    losant.forget(name)
