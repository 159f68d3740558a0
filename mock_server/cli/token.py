"""``mock-server token``: make a token without a server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from mock_server.auth.tokens import Tokens
from mock_server.cli.options import read_settings, settings_options
from mock_server.cli.values import duration
from mock_server.domain.context import WorldContext
from mock_server.domain.ids import is_object_id


def _application_id(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_object_id(value):
        raise click.BadParameter("must be 24 hexadecimal digits", ctx, param)
    return value.lower() if value else None


@click.command(name="token")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("all.Application",),
    show_default=True,
    help="What the token grants, such as experienceUsers.get. Repeatable.",
)
@click.option(
    "--application-id",
    callback=_application_id,
    help="The only application that the token works in; all by default.",
)
@click.option(
    "--expires-in",
    type=duration,
    help="How long it is valid: 90s, 15m, 1h, 7d; negative for one that has expired."
    " For ever by default. For a server with --seed, give the same seed: its time is its own.",
)
@settings_options(
    "jwt_secret", "seed", seed="That of the server, if it has one: its time is its own."
)
def command(
    scopes: tuple[str, ...], application_id: str | None, expires_in: timedelta | None, **flags: Any
) -> None:
    """Print a token that a server with the same secret accepts."""
    settings = read_settings(flags)
    now = WorldContext.of(settings.seed).clock.now()
    expires = None if expires_in is None else now + expires_in // timedelta(milliseconds=1)
    tokens = Tokens(settings.jwt_secret)
    click.echo(tokens.sign(scopes, now, application_id=application_id, expires=expires))
