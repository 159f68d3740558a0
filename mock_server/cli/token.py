"""``mock-server token``: make a token without a server."""

from __future__ import annotations

import re
from typing import Any

import click

from mock_server.auth.tokens import Tokens
from mock_server.cli.options import read_settings, settings_options
from mock_server.domain.ids import is_object_id
from mock_server.domain.sources import Sources

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Return seconds: a whole number with a unit, which may be left out."""
    if value is None:
        return None
    match = re.fullmatch(r"(-?[0-9]{1,9})([smhd]?)", value)
    if match is None:
        raise click.BadParameter(f"{value!r} is no duration; write 90s, 15m, 1h or 7d", ctx, param)
    return int(match[1]) * _SECONDS[match[2] or "s"]


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
    metavar="DURATION",
    callback=_duration,
    help="How long it is valid: 90s, 15m, 1h, 7d; negative for one that has expired."
    " For ever by default. For a server with --seed, give the same seed: its time is its own.",
)
@settings_options("jwt_secret", "seed")
def command(
    scopes: tuple[str, ...], application_id: str | None, expires_in: int | None, **flags: Any
) -> None:
    """Print a token that a server with the same secret accepts."""
    settings = read_settings(flags)
    now = Sources.of(settings.seed).clock.now()
    expires = None if expires_in is None else now + expires_in * 1000
    tokens = Tokens(settings.jwt_secret)
    click.echo(tokens.sign(scopes, now, application_id=application_id, expires=expires))
