"""``mock-server load``: seed files into a running server."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.progress import shown_waiting
from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_STDIN = "-"


@click.command(name="load")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--add", is_flag=True, help="Add it to the records that are there.")
@on_server
def command(losant: LosantMock, *, files: tuple[str, ...], add: bool) -> None:
    """Put seed files in place of all records, or add them.

    FILE is JSON, YAML or JSON Lines, a directory of such, the name of a shipped set (demo), or -
    for stdin. Several are loaded together. If anything is wrong with them, nothing changes.

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
    """Return what stands in files of the right form.

    The server knows no lines of most, so what can be told without it is told here.
    """
    from mock_server.client.fixtures import FixtureFiles

    if _STDIN in names:
        raise click.UsageError(f"{_STDIN} for stdin stands alone")
    body = FixtureFiles().body(names, whole=whole)
    if not body:  # the export of an empty world says at least its version
        name = " ".join(names)
        raise click.ClickException(f"{name} is empty; to remove everything: reset --to-empty")
    return body


def _from_stdin() -> Any:
    from mock_server.client.connection import JsonLines
    from mock_server.seeds.files import are_lines, decoded_text
    from mock_server.seeds.mistakes import FixtureError

    content = sys.stdin.buffer.read()
    if not content.strip():  # whatever should have written it did not
        raise click.ClickException("there is nothing on stdin; nothing was changed")
    if are_lines(content):
        return JsonLines(content)
    found = decoded_text("stdin", content)
    if found.mistakes:
        raise FixtureError(found.mistakes)
    if not isinstance(found.value, Mapping):
        raise click.ClickException("stdin: must be an object")
    return found.value


def _placed(name: str, mistake: str) -> str:
    """Return a mistake that the server told, with the name that it does not know."""
    return re.sub(r"^(?:line (\d+): )?", lambda match: _place(name, match[1]), mistake)


def _place(name: str, line: str | None) -> str:
    return f"{name}:{line}: " if line else f"{name}: "
