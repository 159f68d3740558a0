"""``mock-server pull``: copies a live application's users into a seed file, anonymised."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from mock_server.cli.heartbeat import heartbeat
from mock_server.cli.output import whole_file
from mock_server.cli.progress import TerminalProgress, shown_progress
from mock_server.domain.ids import is_object_id
from mock_server.domain.progress import Progress
from mock_server.pull.anonymiser import Anonymiser
from mock_server.pull.copying import Copying, Summary
from mock_server.pull.key import Key
from mock_server.pull.live_api import RETRIES, LiveApi, PullError
from mock_server.pull.partial import PartialFile
from mock_server.pull.properties import KEEPABLE, Keep
from mock_server.seeds.files import pieces
from mock_server.seeds.formats import SUFFIXES, format_of
from mock_server.text import counted

_LOSANT = "https://api.losant.com"
_NAME = "Pulled application"
_FORM = 3
"""The version of the replacements; a pull that was stopped in another version starts over."""


def _token(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise click.BadParameter("is not a token: tokens have only ASCII characters and no spaces")
    return value


def _application_id(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not is_object_id(value):
        raise click.BadParameter("must be 24 hexadecimal digits")
    return value.lower()


def _key(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter(
            "is empty, so that anybody could reproduce the replacements; give a secret,"
            " or leave --key out to use the token as the key"
        )
    return value


def _output(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    if format_of(value) is None:
        raise click.BadParameter(f"{value} must end in {', '.join(SUFFIXES)}")
    if not value.resolve().parent.is_dir():
        raise click.BadParameter(f"there is no directory {value.parent}; create it first")
    return value


def _keep(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Keep:
    names = (name.strip() for value in values for name in value.split(","))
    try:
        return Keep(filter(None, names))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(name="pull")
@click.option(
    "--token",
    required=True,
    callback=_token,
    envvar="MOCK_SERVER_PULL_TOKEN",
    metavar="TOKEN",
    help="API token that can read users and groups. Prefer the environment variable, which other"
    " users of this machine do not see.  [env: MOCK_SERVER_PULL_TOKEN]",
)
@click.option(
    "--application-id",
    required=True,
    callback=_application_id,
    envvar="MOCK_SERVER_PULL_APPLICATION_ID",
    metavar="ID",
    help="ID of the application.  [env: MOCK_SERVER_PULL_APPLICATION_ID]",
)
@click.option(
    "-o",
    "--output",
    required=True,
    callback=_output,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Seed file to write: {', '.join(SUFFIXES)}.",
)
@click.option(
    "--base-url",
    default=_LOSANT,
    show_default=True,
    metavar="URL",
    help="URL of the API, or of a server that answers like it.",
)
@click.option(
    "--key",
    callback=_key,
    envvar="MOCK_SERVER_PULL_KEY",
    metavar="TEXT",
    help="Key for anonymising. The same key always maps a name to the same replacement. By default"
    " the token is the key.  [env: MOCK_SERVER_PULL_KEY]",
)
@click.option(
    "--keep",
    multiple=True,
    callback=_keep,
    metavar="NAMES",
    help=f"Values to keep as they are: {', '.join(KEEPABLE)}; also single tags, such as"
    " userTags.role. Repeat it, or separate names by commas.",
)
@click.option("--restart", is_flag=True, help="Start over instead of resuming a stopped pull.")
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=RETRIES,
    show_default=True,
    help="How often a failed or rate-limited request is repeated.",
)
def command(
    *,
    token: str,
    application_id: str,
    output: Path,
    base_url: str,
    key: str | None,
    keep: Keep,
    restart: bool,
    retries: int,
) -> None:
    """Copy a live application's users and groups into a seed file, anonymised.

    Names, email addresses, values of tags, descriptions, ids and dates are replaced by others of
    the same length, script and capitals. Missing values stay missing, and groups keep their sizes.
    Only what --keep names stays as it is; no other original value is written to any file.

    \b
        export MOCK_SERVER_PULL_TOKEN=...
        mock-server pull --application-id 575ec8687ae143cd83dc4a97 -o users.jsonl
        mock-server pull --application-id 575ec8687ae143cd83dc4a97 -o users.jsonl \\
            --keep groupName,userTags.role --key "$SECRET"
        mock-server serve --fixtures users.jsonl

    It waits as long as the API asks, and repeats requests that fail. If it is stopped, run the
    same command again to resume it. FILE appears when it is complete.
    """  # noqa: D301 - click wants the control character
    secret = Key(token if key is None else key)
    partial = PartialFile(output, _check(secret, base_url, application_id, keep))
    with (
        shown_progress() as bar,
        heartbeat(bar) as progress,
        _reported(output, partial),
    ):
        api = _api(base_url, token, application_id, retries, progress)
        copying = Copying(
            api,
            Anonymiser(secret, keep),
            partial,
            tell=lambda text: _tell(bar, text),
            progress=progress,
        )
        summary = copying.run(anew=restart)
        _write(output, application_id, partial, summary, progress)
        partial.remove()
    _report(output, summary)


def _check(key: Key, base_url: str, application_id: str, keep: Keep) -> str:
    """Return what identifies a pull: only a pull with the same value can resume it."""
    source = [_FORM, base_url, application_id, sorted(keep.names)]
    return key.check("pull", json.dumps(source))


def _api(
    base_url: str, token: str, application_id: str, retries: int, progress: Progress
) -> LiveApi:
    try:
        return LiveApi(base_url, token, application_id, retries=retries, progress=progress)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--base-url") from None


def _write(
    output: Path, application_id: str, partial: PartialFile, summary: Summary, progress: Progress
) -> None:
    form = format_of(output) or "jsonl"
    # JSON Lines are written while the partial file is read; the other formats need everything.
    gathered = iter if form == "jsonl" else list
    application = {
        "id": application_id,
        "name": _NAME,
        "groups": gathered(partial.items("group")),
        "users": gathered(partial.items("user")),
    }
    total = summary.groups + summary.users
    with whole_file(output) as file:
        progress(f"Writing {output.name}", 0, total)
        document = {"version": 1, "applications": [application]}
        for done, piece in enumerate(pieces(document, form)):
            file.write(piece)
            progress(f"Writing {output.name}", min(done, total), total)


def _report(output: Path, summary: Summary) -> None:
    """Print the result if stderr is a terminal, and always what needs an explanation."""
    if sys.stderr.isatty():
        groups, users = counted(summary.groups, "group"), counted(summary.users, "user")
        click.echo(f"Pulled {groups} and {users} into {output}", err=True)
    if summary.left_out:
        places = counted(summary.left_out, "membership")
        click.echo(f"Left out {places} in groups that the API did not list", err=True)
    if summary.twins:
        users = counted(summary.twins, "user")
        click.echo(
            f"Note: the address of {users} differs from another's only by case. The mock does not"
            f" load such a file; mock-server check {output} names the lines",
            err=True,
        )


def _tell(bar: TerminalProgress, text: str) -> None:
    bar.end()
    click.echo(f"Note: {text}", err=True)


@contextmanager
def _reported(output: Path, partial: PartialFile) -> Iterator[None]:
    """Turn errors into messages that say how to resume the pull."""
    try:
        with closing(partial):
            yield
    except PullError as error:
        raise click.ClickException(f"{error}{_how_to_resume(partial)}") from None
    except BlockingIOError:
        raise click.ClickException(f"another pull into {output} is running") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(f"{output} can not be written: {reason}") from None
    except KeyboardInterrupt:
        click.echo(f"Stopped{_how_to_resume(partial)}", err=True)
        raise


def _how_to_resume(partial: PartialFile) -> str:
    return "; run the same command again to resume" if partial.exists() else ""
