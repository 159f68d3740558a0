"""What commands write: results on stdout or into a file, and progress bars on a terminal."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from mock_server.seeds.formats import FORMATS, SUFFIXES, format_of

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_PATIENCE = 1.0
"""Seconds that a step may take before a bar is shown."""

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write to instead of stdout.",
)


def format_option(on_stdout: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says in which format a command writes a seed file."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        help="Format to write; by default the one that the name of FILE ends in"
        f" ({', '.join(SUFFIXES)}), or {on_stdout} on stdout.",
    )


def form_of(output: Path | None, on_stdout: str) -> str:
    """Return the format that the name of a file ends in, or the one for stdout.

    :raises click.UsageError: when the name has another ending
    """
    form = on_stdout if output is None else format_of(output)
    if form is None:
        known = ", ".join(SUFFIXES)
        raise click.UsageError(f"{output} does not end in {known}; choose a format with --format")
    return form


def print_lines(lines: Iterable[str], *, nothing: str) -> None:
    """Print results on stdout, one a line. If there are none, print ``nothing`` on stderr."""
    text = "\n".join(lines)
    click.echo(text or nothing, err=not text)


def write_to(output: Path | None, pieces: Iterable[bytes]) -> None:
    """Write to a file, completely or not at all, or to stdout.

    :raises click.ClickException: when the file cannot be written
    """
    if output is None:
        if sys.stdout is None:  # closed by the shell
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
        return
    try:
        with _whole_file(output) as file:
            file.writelines(pieces)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of the pipe has ended
            raise
        reason = error.strerror or error
        raise click.ClickException(f"{output} cannot be written: {reason}") from None


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears when the block ends, completely or not at all.

    Only then is an existing file replaced.

    :raises OSError: when it cannot be written
    """
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe
        with target.open("wb") as file:
            yield file
        return
    # Not tempfile: its files are readable by the owner only, whatever the umask is.
    unfinished = target.with_name(f".{target.name}.{token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            yield file
        if target.exists():
            unfinished.chmod(S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


class TerminalProgress:
    """Shows one step after the other on a terminal, each with a bar of its own. A ``Progress``.

    A bar appears once its step has taken a second. It then counts the seconds by itself, also while
    the step reports nothing, so that waiting for a slow server is visible too.
    """

    def __init__(self, stream: TextIO | None = None, patience: float = _PATIENCE) -> None:
        """Show nothing yet.

        :param stream: where to show bars, if it is a terminal; stderr by default
        :param patience: seconds that a step may take before its bar is shown
        """
        self._stream = sys.stderr if stream is None else stream
        self._is_shown = self._stream is not None and self._stream.isatty()
        self._patience = patience
        self._lock = Lock()
        self._step: tuple[str, int, int | None] | None = None
        self._began = 0.0
        self._timer: Timer | None = None
        self._bar: RichProgress | None = None

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Report how far a step is; the first report of a step begins it."""
        if not self._is_shown:
            return
        if self._step is None or self._step[0] != doing:
            self.end()
            self._began = time.monotonic()
            self._timer = Timer(self._patience, self._show)
            self._timer.daemon = True
            self._timer.start()
        with self._lock:
            self._step = doing, done, total
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], **_shown(done, total))

    def end(self) -> None:
        """End the current step, and remove its bar."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            bar, self._bar, self._step = self._bar, None, None
        if bar is not None:
            bar.stop()

    def _show(self) -> None:
        bar = _new_bar(self._stream)  # outside the lock: importing Rich takes a while
        with self._lock:
            if self._step is None or time.monotonic() - self._began < self._patience:
                return  # the step ended meanwhile
            doing, done, total = self._step
            bar.add_task(doing, **_shown(done, total))
            bar.tasks[0].start_time = self._began
            bar.start()
            self._bar = bar


def _shown(done: int, total: int | None) -> dict[str, Any]:
    """Return what a bar shows: a percentage, or how much is done if the total is unknown."""
    return {"completed": done, "total": total, "count": f"{done:,}" if done else ""}


def _new_bar(stream: TextIO) -> RichProgress:
    from rich import progress
    from rich.console import Console
    from rich.table import Column

    return progress.Progress(
        progress.TextColumn(
            "{task.description}", markup=False, table_column=Column(ratio=2, no_wrap=True)
        ),
        progress.BarColumn(bar_width=None, table_column=Column(ratio=1)),
        progress.TaskProgressColumn(text_format_no_percentage="{task.fields[count]}"),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(file=stream),
        expand=True,  # long descriptions are cut off, and the numbers are not
        refresh_per_second=4,
        transient=True,
        redirect_stdout=False,  # results go there as bytes, mostly into a file or a pipe
        redirect_stderr=False,
    )


@contextmanager
def shown_progress() -> Iterator[TerminalProgress]:
    """Show on stderr how far the steps of the block are."""
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.end()


@contextmanager
def shown_waiting(doing: str) -> Iterator[None]:
    """Show on stderr how long the block has been waiting for something."""
    with shown_progress() as progress:
        progress(doing, 0, None)
        yield
