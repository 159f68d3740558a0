"""``mock-server requests``: the requests that a server received, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.groups import GroupWithDefault
from mock_server.cli.output import print_lines
from mock_server.cli.patterns import ACTION, PATTERN, gathered
from mock_server.cli.remote import on_server
from mock_server.jsonio import encode_readably

if TYPE_CHECKING:
    from mock_server.client import LosantMock
    from mock_server.schemas.recorded_request import RecordedRequest

_SHOWN = 1000
"""Characters of a line."""


@click.group(name="requests", cls=GroupWithDefault, default="list")
def command() -> None:
    """Show the requests that the server received.

    Oldest first, with what was sent and answered. Passwords and tokens are hidden.

    \b
        mock-server requests
        mock-server requests --action 'experienceUser*' --status 4xx
        mock-server requests --limit 1 --json | jq .body
        mock-server requests clear
    """  # noqa: D301 - click wants the control character


@command.command(name="list")
@gathered("expected", {**ACTION, **PATTERN})
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the newest N.")
@click.option(
    "--json", "in_json", is_flag=True, help="Print a JSON object for each, on a line of its own."
)
@on_server
def show(
    losant: LosantMock, *, expected: Mapping[str, Any], limit: int | None, in_json: bool
) -> None:
    """List requests. This is the default command."""
    found = losant.requests.list(**expected)
    shown = found if limit is None else found[-limit:]
    if in_json:
        for one in shown:
            click.echo(encode_readably(one.to_document()))
    else:
        print_lines(_lines(shown, whole=not expected and shown == found), nothing="no requests")


@command.command(name="clear")
@on_server
def clear(losant: LosantMock) -> None:
    """Forget all requests, and count from 1 again."""
    losant.requests.clear()


def _lines(requests: list[RecordedRequest], *, whole: bool) -> list[str]:
    """Return the lines of a report.

    :param whole: whether these are all requests that the journal has; only then it is known that
        earlier ones are missing
    """
    from mock_server.client.report import entry, report

    if not requests:
        return []
    text = (
        report(requests, whole=True)
        if whole
        else "\n".join(entry(one, whole=True) for one in requests)
    )
    return [_cut(line) for line in text.splitlines()]


def _cut(line: str) -> str:
    if len(line) <= _SHOWN:
        return line
    return f"{line[:_SHOWN]}… ({len(line)} characters; --json shows them all)"
