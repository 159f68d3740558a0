"""``mock-server requests`` and ``verify``: show recorded requests, and make assertions on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.output import print_lines
from mock_server.cli.parameters import Decorator, GroupWithDefault, gathered, json_value, pairs
from mock_server.cli.remote import on_server
from mock_server.jsonio import encode_readably

if TYPE_CHECKING:
    from mock_server.client import LosantMock
    from mock_server.schemas.recorded_request import RecordedRequest

_LINE_LENGTH = 1000

# Not generated from the model, as the options of faults are: help must not wait for pydantic.
PATTERN: Mapping[str, Decorator] = {
    "method": click.option("--method", help="GET, POST, PATCH or DELETE."),
    "path": click.option("--path", metavar="GLOB", help="Path, in which * matches slashes too."),
    "query": click.option(
        "--query",
        metavar="NAME=VALUE",
        multiple=True,
        callback=pairs,
        help="Parameter that the query string must have. Repeatable.",
    ),
    "json": click.option(
        "--body",
        "json",
        type=json_value,
        metavar="JSON",
        help="JSON that the body must contain; objects may have more properties.",
    ),
    "status": click.option("--status", help="Status of the answer: 201, or 4xx for a class."),
}
"""The options that select requests, besides the action."""

ACTION = click.option(
    "--action", metavar="GLOB", help="Action: experienceUsers.post, 'experienceUser.*'."
)


@click.group(cls=GroupWithDefault, default="list")
def requests() -> None:
    """Show the requests that the server received.

    Oldest first, with what was sent and answered. Passwords and tokens are hidden.

    \b
        mock-server requests
        mock-server requests --action 'experienceUser*' --status 4xx
        mock-server requests --limit 1 --json | jq .body
        mock-server requests clear
    """


@requests.command(name="list")
@gathered("expected", {"action": ACTION, **PATTERN})
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
        # Only if these are all requests of the journal can the report say that earlier ones are
        # missing.
        is_whole = not expected and shown == found
        print_lines(_lines(shown, is_whole=is_whole), nothing="no requests")


@requests.command()
@on_server
def clear(losant: LosantMock) -> None:
    """Forget all requests, and count from 1 again."""
    losant.requests.clear()


def _lines(shown: list[RecordedRequest], *, is_whole: bool) -> list[str]:
    from mock_server.client.report import entry, report

    if not shown:
        return []
    texts = [report(shown, whole=True)] if is_whole else [entry(one, whole=True) for one in shown]
    return [_cut(line) for text in texts for line in text.splitlines()]


def _cut(line: str) -> str:
    if len(line) <= _LINE_LENGTH:
        return line
    return f"{line[:_LINE_LENGTH]}… ({len(line)} characters; --json shows them all)"


@click.command()
@click.argument("action", required=False)
@click.option("--times", type=int, metavar="N", help="Exactly N requests must match; 0 for none.")
@click.option("--at-least", type=int, metavar="N", help="At least N requests; 1 by default.")
@click.option("--at-most", type=int, metavar="N", help="At most N requests, or none.")
@gathered("expected", PATTERN)
@on_server
def verify(
    losant: LosantMock, *, action: str | None, expected: Mapping[str, Any], **counts: Any
) -> None:
    """Check that a request was received, or how many.

    ACTION is an action such as experienceUsers.post, or a glob; by default, any action. The exit
    code is 0 if the assertion holds, and 1 if it does not or the server does not answer. If it does
    not hold, stderr shows near misses and their differences.

    \b
        mock-server verify experienceUsers.post --times 1
        mock-server verify 'experienceUser.*' --status 2xx --body '{"firstName": "Ann"}'
        mock-server verify --path '*/experience/users' --query perPage=100 --at-least 2
        mock-server verify 'experienceUser.delete' --times 0
    """
    try:
        losant.requests.assert_called(action, **counts, **expected)
    except AssertionError as error:
        raise click.ClickException(str(error)) from None
