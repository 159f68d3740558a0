"""``mock-server token``: sign a token without a server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from mock_server.auth.tokens import Tokens
from mock_server.cli.options import read_settings, settings_options
from mock_server.cli.parameters import application_id, duration
from mock_server.domain.context import WorldContext


@click.command()
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("all.Application",),
    show_default=True,
    help="Scope of the token, such as experienceUsers.get. Repeatable.",
)
@click.option(
    "--application-id",
    type=application_id,
    metavar="ID",
    help="Restrict the token to one application; by default it is valid in all.",
)
@click.option(
    "--expires-in",
    type=duration,
    help="Time until the token expires: 90s, 15m, 1h, 7d; negative for an expired token."
    " It does not expire by default. For a server with --seed, give the same seed.",
)
@settings_options(
    "jwt_secret", "seed", seed="The server's --seed, if it has one, which its clock depends on."
)
def token(
    scopes: tuple[str, ...], application_id: str | None, expires_in: timedelta | None, **flags: Any
) -> None:
    """Print a token that a server with the same secret accepts."""
    settings = read_settings(flags)
    now = WorldContext.of(settings.seed).clock.now()
    expires = None if expires_in is None else now + expires_in // timedelta(milliseconds=1)
    tokens = Tokens(settings.jwt_secret)
    click.echo(tokens.sign(scopes, now, application_id=application_id, expires=expires))
