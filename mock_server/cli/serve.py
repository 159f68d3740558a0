"""``mock-server serve``: run the server until a signal stops it, with a line for each request."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import click

from mock_server.app import create_app
from mock_server.auth.passwords import verify_password
from mock_server.cli.options import read_settings, settings_options, unknown_variables
from mock_server.cli.output import shown_progress
from mock_server.domain.records import Counts
from mock_server.journal.journal import Exchange
from mock_server.seeds.build import DEFAULT_PASSWORD
from mock_server.seeds.mistakes import FixtureError
from mock_server.server import AddressInUse, UvicornServer, listen, url_of
from mock_server.settings import ControlPlane, LogFormat, Settings
from mock_server.text import counted
from mock_server.version import API_VERSION, __version__
from mock_server.worlds.world import World

_SHOWN_TOKENS = 5
"""How many API tokens the greeting shows."""


@click.command()
@settings_options()
def serve(**flags: Any) -> None:
    """Run the server.

    It starts with one application and one account, or with the contents of the fixtures, and
    prints a curl command to try. Stop it with Ctrl-C or SIGTERM.
    """
    settings = read_settings(flags)
    _log_warnings(settings.log_format, sys.stderr)
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


def _log_warnings(form: LogFormat, stream: TextIO) -> None:
    """Write the warnings of all libraries to ``stream``."""
    is_json = form is LogFormat.JSON
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _JsonFormatter() if is_json else logging.Formatter("%(levelname)s %(message)s")
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {"time": _now(), "level": record.levelname, "message": record.getMessage()}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class AccessLog:
    """Writes a line for each request: action, status, milliseconds, and the type of an error.

    Tokens in query strings have been redacted before. The reason may say more than the response.
    """

    def __init__(self, form: LogFormat, stream: TextIO) -> None:
        self._line = _as_json if form is LogFormat.JSON else _as_text
        self._stream = stream

    def __call__(self, world: World, exchange: Exchange) -> None:
        self._stream.write(self._line(world.name, exchange) + "\n")


def _as_text(sandbox: str | None, exchange: Exchange) -> str:
    parts = [
        f"{exchange.action or '-'} {exchange.status or '-'} {exchange.milliseconds:.1f} ms"
        f" {exchange.method} {exchange.target}"
    ]
    if exchange.error:
        parts.append(f"{exchange.error}: {_printable(exchange.reason)}")
    if exchange.faults:
        parts.append(f"faults: {', '.join(exchange.faults)}")
    if sandbox:
        parts.insert(0, f"[{sandbox}]")
    return " ".join(parts)


def _as_json(sandbox: str | None, exchange: Exchange) -> str:
    return json.dumps(
        {
            "time": _now(),
            "sandbox": sandbox,
            "action": exchange.action,
            "status": exchange.status,
            "milliseconds": round(exchange.milliseconds, 3),
            "method": exchange.method,
            "target": exchange.target,
            "error": exchange.error,
            "reason": exchange.reason,
            "faults": exchange.faults,
        }
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _printable(reason: str | None) -> str:
    """Escape control characters, so that a request cannot write lines of its own into the log."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in reason or "")
