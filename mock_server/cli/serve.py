"""``mock-server serve``: run the server until a signal stops it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from typing import Any

import click

from mock_server.app import create_app
from mock_server.auth.passwords import verify_password
from mock_server.cli.logs import AccessLog, log_warnings
from mock_server.cli.options import (
    check_locales,
    read_settings,
    settings_options,
    unknown_variables,
)
from mock_server.cli.progress import shown_progress
from mock_server.domain.records import Counts
from mock_server.seeds.build import DEFAULT_PASSWORD
from mock_server.seeds.mistakes import FixtureError
from mock_server.server import AddressInUse, UvicornServer, listen, url_of
from mock_server.settings import ControlPlane, LogFormat, Settings
from mock_server.text import counted
from mock_server.version import API_VERSION, __version__
from mock_server.worlds.world import World

_SHOWN_TOKENS = 5
"""How many API tokens the greeting shows."""


@click.command(name="serve")
@settings_options()
def command(**flags: Any) -> None:
    """Run the server.

    It starts with one application and one account, or with the contents of the fixtures, and
    prints a curl command to try. Stop it with Ctrl-C or SIGTERM.
    """
    settings = read_settings(flags)
    check_locales(settings, flags)
    log_warnings(settings.log_format, sys.stderr)
    for warning in unknown_variables(os.environ):
        logging.getLogger(__name__).warning(warning)
    log = AccessLog(settings.log_format, sys.stderr)
    try:
        with shown_progress() as progress:
            app = create_app(settings, observe=log, progress=progress)
            # Before the server starts, because its event loop would delay Ctrl-C until the end.
            asyncio.run(app.state.worlds.ready())
        listener = listen(settings.host, settings.port)
    except (FixtureError, AddressInUse) as error:
        raise click.ClickException(str(error)) from None
    greeting = greeting_json if settings.log_format is LogFormat.JSON else greeting_text
    url, world = url_of(listener), app.state.worlds.main
    UvicornServer(app, lambda: click.echo(greeting(url, world))).run([listener])


def greeting_text(url: str, world: World) -> str:
    """Return the text that the server prints when it has started."""
    account = world.start.account
    is_default = verify_password(DEFAULT_PASSWORD, account.password_hash)
    password = f" with password {DEFAULT_PASSWORD}" if is_default else ""
    lines = [
        f"losant-mock-server {__version__}, answering as the Losant API {API_VERSION}",
        f"  URL            {url}",
        f"  Control plane  {_control_plane(url, world.settings)}",
        *(
            f"  Application    {application.id} ({application.name}: {_contents(counts)})"
            for application, counts in world.start.applications
        ),
        f"  Account        {account.email}{password}",
    ]
    tokens = world.start.api_tokens
    lines += [
        f"  API token      {token.name}: {world.tokens.for_api_token(token)}"
        for token in tokens[:_SHOWN_TOKENS]
    ]
    if len(tokens) > _SHOWN_TOKENS:
        more = len(tokens) - _SHOWN_TOKENS
        lines.append(f"  API tokens     {more} more; all of them: GET {url}/_mock/tokens")
    return "\n".join([*lines, "Try it:", f"  {_curl(url, world)}"])


def _contents(counts: Counts) -> str:
    kinds = {"user": counts.users, "group": counts.groups, "API token": counts.api_tokens}
    return ", ".join(counted(number, kind) for kind, number in kinds.items())


def greeting_json(url: str, world: World) -> str:
    """Return what the server prints when it logs JSON."""
    return json.dumps(
        {
            "event": "started",
            "version": __version__,
            "url": url,
            "controlPlane": None if _is_off(world.settings) else f"{url}/_mock",
            "applicationId": world.application_id,
            "account": world.start.account.email,
            "curl": _curl(url, world),
        }
    )


def _control_plane(url: str, settings: Settings) -> str:
    if _is_off(settings):
        return "off"
    note = " (requires the admin token)" if settings.admin_token is not None else ""
    return f"{url}/_mock/docs{note}"


def _is_off(settings: Settings) -> bool:
    return settings.control_plane is ControlPlane.OFF


def _curl(url: str, world: World) -> str:
    # A copy, because reading the clock advances it when there is a seed.
    now = world.clock.copy().now()
    token = world.tokens.sign(("all.Application",), now, application_id=world.application_id)
    path = f"/applications/{world.application_id}/experience/users"
    return f'curl -H "Authorization: Bearer {token}" {url}{path}'
