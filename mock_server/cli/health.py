"""``mock-server health``: ask a running server whether it is well."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import click

from mock_server.cli.options import read_settings, settings_options

_TIMEOUT_SECONDS = 3
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not bound to


@click.command(name="health")
@settings_options("host", "port")
def command(**flags: Any) -> None:
    """Tell whether the server with these settings answers; exit code 1 if it does not."""
    settings = read_settings(flags)
    host = _EVERYWHERE.get(settings.host, settings.host)
    url = f"http://{host}:{settings.port}/_mock/health"
    try:
        urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS).close()
    except (urllib.error.URLError, OSError) as error:
        raise click.ClickException(f"{url} does not answer: {error}") from None
    click.echo("ok")
