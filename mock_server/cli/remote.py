"""Commands for a running server: the options that select it, and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.parameters import given_name

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_TIMEOUT = 120.0
"""Seconds. Generating a hundred thousand users takes some time."""

_URL = click.option(
    "--url",
    envvar="MOCK_SERVER_URL",
    metavar="URL",
    help="Base URL of the server or a sandbox; by default http://127.0.0.1 with the port of"
    " MOCK_SERVER_PORT, or 8080.  [env: MOCK_SERVER_URL]",
)
_SANDBOX = click.option(
    "--sandbox", type=given_name, metavar="NAME", help="Sandbox to use instead of the main server."
)
_ADMIN_TOKEN = click.option(
    "--admin-token",
    envvar="MOCK_SERVER_ADMIN_TOKEN",
    metavar="TOKEN",
    help="The server's --admin-token.  [env: MOCK_SERVER_ADMIN_TOKEN]",
)


def server_options(function: Callable[..., None], *, whole: bool = False) -> Callable[..., None]:
    """Give a command the options of :func:`on_server`, without connecting to a server."""
    function = _ADMIN_TOKEN(function)
    return _URL(function if whole else _SANDBOX(function))


def on_server(function: Callable[..., None], *, whole: bool = False) -> Callable[..., None]:
    """Give a command the options that select a server and a sandbox.

    The function gets a client of that as its first argument.

    :param whole: whether the command is about the server, and never about one of its sandboxes
    """

    @wraps(function)
    def run(
        url: str | None, admin_token: str | None, sandbox: str | None = None, **arguments: Any
    ) -> None:
        base = url or _usual_url()
        if whole:
            base = base.partition("/_sandbox/")[0]
        with _errors(), closing(_client(base, admin_token)) as losant:
            function(losant if sandbox is None else _sandbox(losant, sandbox), **arguments)

    return server_options(run, whole=whole)


on_whole_server = partial(on_server, whole=True)


def _usual_url() -> str:
    from mock_server.cli.options import read_settings

    return read_settings({}).url


def _client(url: str, admin_token: str | None) -> LosantMock:
    from mock_server.client import LosantMock

    try:
        return LosantMock(url, admin_token, timeout=_TIMEOUT)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None


def _sandbox(losant: LosantMock, name: str) -> LosantMock:
    """Return an existing sandbox: a misspelt name must not create one."""
    if name not in losant.sandboxes():
        raise click.ClickException(
            f"there is no sandbox {name}; create it with: mock-server sandbox create {name}"
        )
    return losant.in_sandbox(name)


class _Refused(click.ClickException):
    """The server refuses the value of an option or argument."""

    exit_code = 2


@contextmanager
def _errors() -> Iterator[None]:
    """Turn errors of the client into errors of the command line."""
    from mock_server.client import ControlPlaneError
    from mock_server.seeds.mistakes import FixtureError

    try:
        yield
    except ControlPlaneError as error:
        kind = _Refused if error.status == 400 else click.ClickException
        raise kind(_message(error.status, str(error))) from None
    except FixtureError as error:
        raise click.ClickException(str(error)) from None


def _message(status: int | None, message: str) -> str:
    if status is None:
        return f"{message}; start one with mock-server serve, or give its URL with --url"
    if status == 401:
        return "the server requires its admin token; give it with --admin-token"
    return message
