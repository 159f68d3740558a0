"""``mock-server verify``: an assertion about requests, for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.patterns import PATTERN, gathered
from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock


@click.command(name="verify")
@click.argument("action", required=False)
@click.option("--times", type=int, metavar="N", help="Exactly N requests must match; 0 for none.")
@click.option("--at-least", type=int, metavar="N", help="At least N requests; 1 by default.")
@click.option("--at-most", type=int, metavar="N", help="At most N requests, or none.")
@gathered("expected", PATTERN)
@on_server
def command(
    losant: LosantMock,
    *,
    action: str | None,
    times: int | None,
    at_least: int | None,
    at_most: int | None,
    expected: Mapping[str, Any],
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
    """  # noqa: D301 - click wants the control character
    try:
        losant.requests.assert_called(
            action, times=times, at_least=at_least, at_most=at_most, **expected
        )
    except AssertionError as error:
        raise click.ClickException(str(error)) from None
