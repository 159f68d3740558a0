"""``mock-server generate``: users and groups that are not real."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.options import read_settings, settings_options
from mock_server.cli.output import (
    form_of,
    format_option,
    output_option,
    shown_progress,
    shown_waiting,
    write_to,
)
from mock_server.cli.parameters import is_given
from mock_server.cli.remote import on_server, server_options
from mock_server.domain.clock import Clock, parse_instant
from mock_server.domain.context import SEEDED_RUN_BEGINS
from mock_server.domain.progress import Progress, no_progress, track
from mock_server.generate import DEFAULT_LOCALES, Generated, generate_users
from mock_server.generate.seed_file import PIECES
from mock_server.schemas.request_model import is_clock_time
from mock_server.settings import Settings

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_FOR_FILES = ("output", "form", "now")
_FOR_SERVERS = ("url", "sandbox", "admin_token")


def instant(text: str) -> int:
    """Parse a date that the clock of a server can show."""
    found = parse_instant(text)
    if found is None or not is_clock_time(found):
        raise click.BadParameter(
            f"{text!r} is not an ISO 8601 date between 1970 and 3000; write 2024-05-17T09:30:00Z"
        )
    return found


@click.command()
@click.argument("count", type=click.IntRange(min=0))
@output_option
@format_option("jsonl")
@click.option(
    "--now",
    type=instant,
    metavar="DATE",
    help="The latest possible date; by default the current time, or 2024-01-01 with --seed.",
)
@click.option("--add", is_flag=True, help="Add the users to a running server instead.")
@settings_options(
    "locales", "seed", seed="Number that selects the users: the same seed generates the same users."
)
@server_options
def generate(
    *,
    count: int,
    output: Path | None,
    form: str | None,
    now: int | None,
    add: bool,
    url: str | None,
    sandbox: str | None,
    admin_token: str | None,
    **flags: Any,
) -> None:
    """Generate users and groups.

    This writes a seed file with COUNT users. The same seed generates the same users on every
    machine; without a seed they are those of seed 0, with dates until now.

    \b
        mock-server generate 500 --seed 7 -o users.jsonl
        mock-server generate 20 --locale ja_JP,ko_KR --format yaml
        mock-server generate 50 --add --url http://127.0.0.1:8080
    """
    settings = read_settings(flags)
    if add:
        _refuse(_FOR_FILES, "is for writing a file, which --add does not do")
        # Settings in the environment are for servers, and this one has its own.
        given = {name: getattr(settings, name) for name in flags if flags[name]}
        _add(url=url, sandbox=sandbox, admin_token=admin_token, count=count, given=given)
        return
    _refuse(_FOR_SERVERS, "is for a running server; give --add as well to add users to one")
    form = form or form_of(output, "jsonl")
    with shown_progress() as progress:
        is_hidden = output is None and sys.stdout.isatty()
        generated = _generated(count, settings, now, no_progress if is_hidden else progress)
        write_to(output, PIECES[form](generated))


def _refuse(names: tuple[str, ...], reason: str) -> None:
    """Refuse options that do not go with the others."""
    for parameter in click.get_current_context().command.params:
        if parameter.name in names and is_given(parameter.name):
            raise click.UsageError(f"{parameter.opts[-1]} {reason}")


@on_server
def _add(losant: LosantMock, *, count: int, given: Mapping[str, Any]) -> None:
    with shown_waiting(f"Adding {count:,} users"):
        losant.generate(count, **given)


def _generated(count: int, settings: Settings, now: int | None, progress: Progress) -> Generated:
    if now is None:
        now = Clock().now() if settings.seed is None else SEEDED_RUN_BEGINS
    locales = settings.locales or DEFAULT_LOCALES
    generated = generate_users(count, seed=settings.seed or 0, now=now, locales=locales)
    return replace(generated, users=track(generated.users, progress, "Generating users", count))
