"""``mock-server health``: ask a running server whether it is well."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import click

from mock_server.cli.options import read_settings, settings_options, url_of_settings

_TIMEOUT_SECONDS = 3


@click.command(name="health")
@settings_options("host", "port")
def command(**flags: Any) -> None:
    """Tell whether a server answers.

    It is looked for where one with these settings listens. Exit code 1 if it does not answer.
    """
    url = f"{url_of_settings(read_settings(flags))}/_mock/health"
    try:
        urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS).close()  # noqa: S310 - HTTP
    except (urllib.error.URLError, OSError) as error:
        raise click.ClickException(f"{url} does not answer: {error}") from None
    click.echo("ok")
