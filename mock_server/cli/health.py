"""``mock-server health``: check whether a server answers."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import click

from mock_server.cli.options import read_settings, settings_options

_TIMEOUT_SECONDS = 3


@click.command()
@click.option(
    "--url",
    envvar="MOCK_SERVER_URL",
    metavar="URL",
    help="Base URL of the server; by default the one that follows from --host and --port."
    "  [env: MOCK_SERVER_URL]",
)
@settings_options("host", "port")
def health(url: str | None, **flags: Any) -> None:
    """Check whether a server answers.

    The exit code is 1 if it does not.
    """
    base = (url or read_settings(flags).url).partition("/_sandbox/")[0]
    url = f"{base.rstrip('/')}/_mock/health"
    try:
        urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS).close()  # noqa: S310 - HTTP
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        message = f"{url} does not answer: {reason}. Is the server running there?"
        raise click.ClickException(message) from None
    click.echo("ok")
