"""``mock-server load``: a seed file into a running server."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.handle import LosantMock

_STDIN = "-"


@click.command(name="load")
@click.argument("file")
@click.option("--add", is_flag=True, help="Add it to the records that are there.")
@on_server
def command(losant: LosantMock, *, file: str, add: bool) -> None:
    """Put a seed file in place of all records, or add it.

    FILE is one, JSON or YAML, or the name of a shipped set (demo), or - for stdin. If anything is
    wrong with it, nothing changes.

    \b
        mock-server load seeds.yaml
        mock-server load --add more-users.yaml
        mock-server export --url http://127.0.0.1:8080 | mock-server load - --url http://127.0.0.1:9090
    """  # noqa: D301 - click wants the control character
    from mock_server.handle import ControlPlaneError

    document = _from_stdin() if file == _STDIN else _from_file(file)
    try:
        if add:
            losant.add(document)
        else:
            losant.load(document)
    except ControlPlaneError as error:
        if error.status != 400:
            raise
        name = "stdin" if file == _STDIN else file
        lines = [f"{name}: {line}" for line in str(error).splitlines()]
        raise click.ClickException("\n".join(lines)) from None


def _from_file(name: str) -> Any:
    """Return the document in a file that has the right form.

    The server knows no lines, so what can be told without it is told here.
    """
    from mock_server.seeding.files import fixture_files, read_content, read_sources
    from mock_server.seeding.mistakes import FixtureError

    paths = fixture_files(name)
    if len(paths) != 1:
        raise click.UsageError(f"{name} is a directory; load its files one by one, with --add")
    _, mistakes = read_sources([name])
    if mistakes:
        raise FixtureError(mistakes)
    content = read_content(paths[0])
    if not content:
        raise click.ClickException(f"{name} is empty; to remove everything: reset --to-empty")
    return content


def _from_stdin() -> Any:
    from mock_server.seeding import yaml_text

    content = sys.stdin.buffer.read()
    if not content.strip():  # whatever should have written it did not
        raise click.ClickException("there is nothing on stdin; nothing was changed")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return yaml_text.load("stdin", content.decode(errors="replace"))
