"""``mock-server verify``: an assertion about requests, for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.patterns import PATTERN, STATUS, gathered
from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from mock_server.client import LosantMock


@click.command(name="verify")
@click.argument("action", required=False)
@click.option("--times", type=int, metavar="N", help="Exactly so often; 0 for never.")
@click.option("--at-least", type=int, metavar="N", help="Once or more often by default.")
@click.option("--at-most", type=int, metavar="N", help="So often or less, or never.")
@gathered("wanted", {**PATTERN, **STATUS})
@on_server
def command(
    losant: LosantMock,
    *,
    action: str | None,
    times: int | None,
    at_least: int | None,
    at_most: int | None,
    wanted: Mapping[str, Any],
) -> None:
    """Check that a request was received, or how many.

    ACTION is one such as experienceUsers.post, or a glob; any by default. Exit code 0 says that it
    is so, 1 that it is not, or that the server does not answer. Then stderr has the nearest
    requests, and what is different in them.

    \b
        mock-server verify experienceUsers.post --times 1
        mock-server verify 'experienceUser.*' --status 2xx --body '{"firstName": "Ann"}'
        mock-server verify --path '*/experience/users' --query perPage=100 --at-least 2
        mock-server verify 'experienceUser.delete' --times 0
    """  # noqa: D301 - click wants the control character
    try:
        losant.requests.assert_called(
            action, times=times, at_least=at_least, at_most=at_most, **wanted
        )
    except AssertionError as error:
        raise click.ClickException(str(error)) from None
