"""``mock-server check``, ``schema``, ``export`` and ``load``: seed files."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.output import (
    form_of,
    format_option,
    output_option,
    shown_progress,
    shown_waiting,
    write_to,
)
from mock_server.cli.remote import on_server
from mock_server.text import counted

if TYPE_CHECKING:
    from mock_server.client import LosantMock
    from mock_server.seeds.records import SeedRecords

_STDIN = "-"


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
    """
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
    counts = {
        "application": len(applications),
        "user": sum(len(one.users) for one in applications),
        "group": sum(len(one.groups) for one in applications),
        "API token": sum(len(one.tokens) for one in applications),
        "account": len(seed.accounts),
    }
    return ", ".join(counted(count, kind) for kind, count in counts.items() if count)


@click.command()
@output_option
def schema(*, output: Path | None) -> None:
    """Print the JSON Schema of seed files.

    Editors use it to complete names and to mark errors. A running server has it at /_mock/schema.

    \b
        mock-server schema -o seed.schema.json

    Name it in the first line of a YAML file, or in the property $schema of a JSON file:

    \b
        # yaml-language-server: $schema=seed.schema.json
    """
    from mock_server.jsonio import encode_readably
    from mock_server.seeds.documents import document_schema

    write_to(output, [encode_readably(document_schema(), indent=2), b"\n"])


@click.command()
@output_option
@format_option("json")
@on_server
def export(losant: LosantMock, *, output: Path | None, form: str | None) -> None:
    """Print all records as a seed file.

    The file is JSON, JSON Lines or YAML. Loading it, or starting a server with it, restores the
    same records, with their ids, dates and passwords:

    \b
        mock-server export -o seeds.yaml
        mock-server serve --fixtures seeds.yaml
    """
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
    """
    from mock_server.client import ControlPlaneError

    is_stdin = files == (_STDIN,)
    name = "stdin" if is_stdin else " ".join(files)
    with shown_waiting(f"Loading {name}"):
        seed = _from_stdin() if is_stdin else _from_files(files, whole=not add)
        try:
            (losant.add if add else losant.load)(seed)
        except ControlPlaneError as error:
            if error.status != 400:
                raise
            lines = [_with_name(name, line) for line in str(error).splitlines()]
            raise click.ClickException("\n".join(lines)) from None


def _with_name(name: str, mistake: str) -> str:
    """Return a mistake that the server found, with the file name that it does not know."""
    line = re.match(r"line (\d+: )", mistake)
    return f"{name}:{line[1]}{mistake[line.end() :]}" if line else f"{name}: {mistake}"


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
