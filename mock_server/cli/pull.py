"""``mock-server pull``: copy a live application's users into a seed file, anonymised."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from mock_server.cli.output import shown_progress, write_to
from mock_server.cli.parameters import application_id
from mock_server.domain.progress import Progress
from mock_server.pull.anonymiser import KEEPABLE, Anonymiser, check_kept
from mock_server.pull.copying import Copying, PartialFile, Summary
from mock_server.pull.key import Key
from mock_server.pull.live_api import RETRIES, LiveApi, PullError
from mock_server.seeds.files import pieces
from mock_server.seeds.formats import SUFFIXES, format_of
from mock_server.text import counted

_LOSANT = "https://api.losant.com"
_NAME = "Pulled application"
_FORM = 3
"""Version of the anonymised values. A pull that began with another version cannot be resumed."""


def _token(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise click.BadParameter("is not a token: tokens have no spaces, and only ASCII characters")
    return text


def _key(text: str) -> str:
    if not text.strip():
        raise click.BadParameter(
            "is empty, so that anybody could undo the anonymising; give a secret,"
            " or leave --key out to use the token as the key"
        )
    return text


def _output(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    if format_of(value) is None:
        raise click.BadParameter(f"{value} must end in one of {', '.join(SUFFIXES)}")
    if not value.resolve().parent.is_dir():
        raise click.BadParameter(f"there is no directory {value.parent}; create it first")
    return value


def _keep(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    names = (name.strip() for value in values for name in value.split(","))
    try:
        return check_kept(filter(None, names))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.option(
    "--token",
    required=True,
    type=_token,
    envvar="MOCK_SERVER_PULL_TOKEN",
    metavar="TOKEN",
    help="API token that may read users and groups. Prefer the environment variable: options are"
    " visible to other users of the machine.  [env: MOCK_SERVER_PULL_TOKEN]",
)
@click.option(
    "--application-id",
    required=True,
    type=application_id,
    envvar="MOCK_SERVER_PULL_APPLICATION_ID",
    metavar="ID",
    help="Application to copy.  [env: MOCK_SERVER_PULL_APPLICATION_ID]",
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
    help="Base URL of the API, or of another server that answers like it.",
)
@click.option(
    "--key",
    type=_key,
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
    help=f"Properties to copy unchanged: {', '.join(KEEPABLE)}; also single tags, such as"
    " userTags.role. Repeatable, or separated by commas.",
)
@click.option(
    "--restart", is_flag=True, help="Start again, instead of resuming an interrupted pull."
)
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=RETRIES,
    show_default=True,
    help="How often a request is repeated that fails or is answered 429.",
)
def pull(
    *,
    token: str,
    application_id: str,
    output: Path,
    base_url: str,
    key: str | None,
    keep: frozenset[str],
    restart: bool,
    retries: int,
) -> None:
    """Copy users and groups of a live application, anonymised.

    Names, email addresses, values of tags, descriptions, ids and dates are replaced by generated
    ones of the same length, script and spelling. Missing values stay missing, and groups keep their
    sizes. Only values that --keep names stay; no other original value is written to disk.

    \b
        export MOCK_SERVER_PULL_TOKEN=...
        mock-server pull --application-id 575ec8687ae143cd83dc4a97 -o users.jsonl
        mock-server pull --application-id 575ec8687ae143cd83dc4a97 -o users.jsonl \\
            --keep groupName,userTags.role --key "$SECRET"
        mock-server serve --fixtures users.jsonl

    It respects the rate limit of the API, and repeats requests that fail. The same command resumes
    a pull that was interrupted. FILE is written when everything has been copied.
    """
    secret = Key(token if key is None else key)
    # What two pulls must have in common for one to resume the other.
    source = json.dumps([_FORM, base_url, application_id, sorted(keep)])
    partial = PartialFile(output, secret.check("pull", source))
    with shown_progress() as progress, _errors(output, partial):
        try:
            api = LiveApi(base_url, token, application_id, retries=retries, progress=progress)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--base-url") from None

        def note(text: str) -> None:
            progress.end()
            click.echo(f"Note: {text}", err=True)

        copying = Copying(api, Anonymiser(secret, keep), partial, note=note, progress=progress)
        summary = copying.run(restart=restart)
        write_to(output, _seed_file(output, application_id, partial, summary, progress))
        partial.remove()
    _report(output, summary)


def _seed_file(
    output: Path, application_id: str, partial: PartialFile, summary: Summary, progress: Progress
) -> Iterator[bytes]:
    """Yield the contents of the seed file, and report how far they are written."""
    form = format_of(output) or "jsonl"
    # JSON Lines are written while they are read; the other formats need all records at once.
    gathered = iter if form == "jsonl" else list
    application = {
        "id": application_id,
        "name": _NAME,
        "groups": gathered(partial.items("group")),
        "users": gathered(partial.items("user")),
    }
    total = summary.groups + summary.users
    progress(f"Writing {output.name}", 0, total)
    for done, piece in enumerate(pieces({"version": 1, "applications": [application]}, form)):
        yield piece
        progress(f"Writing {output.name}", min(done, total), total)


def _report(output: Path, summary: Summary) -> None:
    """Print a summary on a terminal, and what may surprise anywhere."""
    if sys.stderr.isatty():
        groups, users = counted(summary.groups, "group"), counted(summary.users, "user")
        click.echo(f"Pulled {groups} and {users} into {output}", err=True)
    if summary.left_out:
        memberships = counted(summary.left_out, "membership")
        click.echo(f"Left out {memberships} in groups that the API did not list", err=True)
    if summary.twins:
        click.echo(
            f"Note: the email address of {counted(summary.twins, 'user')} differs from another only"
            " by case, so the mock will not load the file unchanged;"
            f" mock-server check {output} shows the lines",
            err=True,
        )


@contextmanager
def _errors(output: Path, partial: PartialFile) -> Iterator[None]:
    """Turn errors into errors of the command line, and say when the pull can be resumed."""
    try:
        with closing(partial):
            yield
    except PullError as error:
        raise click.ClickException(f"{error}{_to_go_on(partial)}") from None
    except BlockingIOError:
        raise click.ClickException(f"another pull into {output} is running") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(f"{output} cannot be written: {reason}") from None
    except KeyboardInterrupt:
        click.echo(f"Stopped{_to_go_on(partial)}", err=True)
        raise


def _to_go_on(partial: PartialFile) -> str:
    return "; run the same command again to resume" if partial.path.exists() else ""
