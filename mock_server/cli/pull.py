"""``mock-server pull``: a live application's users in a seed file, anonymised."""

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
from mock_server.pull.keep import NAMES, Keep
from mock_server.pull.keyed import Key
from mock_server.pull.live import RETRIES, LiveApi, PullError
from mock_server.pull.partial import PartialFile
from mock_server.seeds.files import pieces
from mock_server.seeds.formats import SUFFIXES, format_of
from mock_server.text import counted

_LOSANT = "https://api.losant.com"
_NAME = "Pulled application"
_FORM = 2
"""Of what is made up; a copy that was begun with another one can not go on."""


def _token(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise click.BadParameter("is no token: they have no spaces, and ASCII letters only")
    return value


def _application_id(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not is_object_id(value):
        raise click.BadParameter("must be 24 hexadecimal digits")
    return value.lower()


def _key(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter(
            "is empty, so that everybody could tell who is who; give a secret,"
            " or leave --key out, so that the token is the key"
        )
    return value


def _output(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    if format_of(value) is None:
        raise click.BadParameter(f"{value} must end in {', '.join(SUFFIXES)}, which say what it is")
    if not value.resolve().parent.is_dir():
        raise click.BadParameter(f"there is no directory {value.parent}; make it first")
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
    help="API token that may read users and groups; better in the environment, where nobody sees"
    " it.  [env: MOCK_SERVER_PULL_TOKEN]",
)
@click.option(
    "--application-id",
    required=True,
    callback=_application_id,
    envvar="MOCK_SERVER_PULL_APPLICATION_ID",
    metavar="ID",
    help="The application.  [env: MOCK_SERVER_PULL_APPLICATION_ID]",
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
    help="The API, or another that answers as it does.",
)
@click.option(
    "--key",
    callback=_key,
    envvar="MOCK_SERVER_PULL_KEY",
    metavar="TEXT",
    help="Secret that what is made up follows from: the same one makes the same of the same name."
    " By default it follows from the token.  [env: MOCK_SERVER_PULL_KEY]",
)
@click.option(
    "--keep",
    multiple=True,
    callback=_keep,
    metavar="NAMES",
    help=f"What stays as it is: {', '.join(NAMES)}; of tags also single ones, such as"
    " userTags.role. Repeatable, or separated by commas.",
)
@click.option("--restart", is_flag=True, help="Begin anew, not where the last pull was stopped.")
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=RETRIES,
    show_default=True,
    help="How often a request is sent again that fails or is too many.",
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

    Names, email addresses, the values of tags, descriptions, ids and dates are made up, each of
    the same length, script and spelling; what is missing stays missing, and groups keep their
    sizes. Only what --keep names stays as it is, and no other is ever written anywhere.

    \b
        export MOCK_SERVER_PULL_TOKEN=...
        mock-server pull --application-id 575ec8687ae143cd83dc4a97 -o users.jsonl
        mock-server pull --application-id 575ec8687ae143cd83dc4a97 -o users.jsonl \\
            --keep groupName,userTags.role --key "$SECRET"
        mock-server serve --fixtures users.jsonl

    It waits as long as the API asks for, and tries again when something fails. When it is
    stopped, the same command goes on from there; FILE is there when it is whole.
    """  # noqa: D301 - click wants the control character
    secret = Key(token if key is None else key)
    partial = PartialFile(output, _check(secret, base_url, application_id, keep))
    with (
        shown_progress() as bar,
        heartbeat(bar) as progress,
        _told(output, partial),
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
    """Return what only copies have in common that can go on with each other's lines."""
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
    # Lines can be written while they are read; the other forms want all there is.
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
    """Say what was done, if somebody sits there, and what somebody may wonder about, always."""
    if sys.stderr.isatty():
        groups, users = counted(summary.groups, "group"), counted(summary.users, "user")
        click.echo(f"Pulled {groups} and {users} into {output}", err=True)
    if summary.left_out:
        places = counted(summary.left_out, "membership")
        click.echo(f"Left out {places} in groups that the API did not list", err=True)
    if summary.twins:
        users = counted(summary.twins, "user")
        click.echo(
            f"Note: the address of {users} differs from another's only by case, so that the mock"
            f" will not load the file as it stands; mock-server check {output} names the lines",
            err=True,
        )


def _tell(bar: TerminalProgress, text: str) -> None:
    bar.end()
    click.echo(f"Note: {text}", err=True)


@contextmanager
def _told(output: Path, partial: PartialFile) -> Iterator[None]:
    """Tell errors in the words of the command line, and that what was pulled is not lost."""
    try:
        with closing(partial):
            yield
    except PullError as error:
        raise click.ClickException(f"{error}{_to_go_on(partial)}") from None
    except BlockingIOError:
        raise click.ClickException(f"another pull into {output} is running") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(f"{output} can not be written: {reason}") from None
    except KeyboardInterrupt:
        click.echo(f"Stopped{_to_go_on(partial)}", err=True)
        raise


def _to_go_on(partial: PartialFile) -> str:
    return "; the same command goes on from there" if partial.exists() else ""
