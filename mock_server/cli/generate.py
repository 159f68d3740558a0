"""``mock-server generate``: made-up users and groups."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mock_server.cli.options import check_locales, read_settings, settings_options
from mock_server.cli.output import form_of, write_to
from mock_server.cli.progress import shown_progress, shown_waiting
from mock_server.cli.remote import on_server, server_options
from mock_server.cli.values import instant
from mock_server.domain.clock import Clock
from mock_server.domain.context import SEEDED_RUN_BEGINS
from mock_server.domain.progress import Progress, no_progress, track
from mock_server.generate import DEFAULT_LOCALES, Generated, generate_users
from mock_server.seeds.formats import FORMATS
from mock_server.settings import Settings

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_OF_FILES = {"output": "--output", "form": "--format", "now": "--now"}
_OF_SERVERS = {"url": "--url", "sandbox": "--sandbox", "admin_token": "--admin-token"}


@click.command(name="generate")
@click.argument("count", type=click.IntRange(min=0))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write to instead of stdout: .jsonl, .json, .yaml or .yml.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Format to write; by default the one that the name of FILE ends in, or jsonl (JSON Lines)"
    " on stdout.",
)
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
@click.pass_context
def command(
    ctx: click.Context,
    /,
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
    """Generate made-up users and groups.

    This writes a seed file with COUNT users. The same seed generates the same users on every
    machine; without a seed they are those of seed 0, with dates until now.

    \b
        mock-server generate 500 --seed 7 -o users.jsonl
        mock-server generate 20 --locale ja_JP,ko_KR --format yaml
        mock-server generate 50 --add --url http://127.0.0.1:8080
    """  # noqa: D301 - click wants the control character
    settings = read_settings(flags)
    check_locales(settings, flags)
    if add:
        _refuse(ctx, _OF_FILES, "is for writing a file, which --add does not do")
        # Settings in the environment are for servers, and this one has its own.
        wanted = {name: getattr(settings, name) for name in flags if flags[name]}
        _add(url=url, sandbox=sandbox, admin_token=admin_token, count=count, wanted=wanted)
        return
    _refuse(ctx, _OF_SERVERS, "is for a running server; give --add as well to add users to one")
    form = form or form_of(output, "jsonl")
    with shown_progress() as progress:
        is_hidden = output is None and sys.stdout.isatty()
        people = _people(count, settings, now, no_progress if is_hidden else progress)
        write_to(output, _pieces(form, people))


@on_server
def _add(losant: LosantMock, *, count: int, wanted: Mapping[str, Any]) -> None:
    with shown_waiting(f"Adding {count:,} users"):
        losant.generate(count, **wanted)


def _refuse(ctx: click.Context, flags: Mapping[str, str], reason: str) -> None:
    for name, flag in flags.items():
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{flag} {reason}")


def _people(count: int, settings: Settings, now: int | None, progress: Progress) -> Generated:
    if now is None:
        now = Clock().now() if settings.seed is None else SEEDED_RUN_BEGINS
    locales = settings.locales or DEFAULT_LOCALES
    people = generate_users(count, seed=settings.seed or 0, now=now, locales=locales)
    return replace(people, users=track(people.users, progress, "Making up users", count))


def _pieces(form: str, people: Generated) -> Iterator[bytes]:
    from mock_server.generate.seed_file import PIECES

    return PIECES[form](people)
