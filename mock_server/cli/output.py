"""Writing results to stdout or a file, and ending when interrupted."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE
from types import FrameType
from typing import BinaryIO

import click

from mock_server.seeds.formats import SUFFIXES, format_of

_INTERRUPTED = 130
"""The exit code of an interrupted command, as shells report it."""

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Errors of a stream that cannot be written, apart from a closed pipe."""

_ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
"""The signals that end a command. Windows has no SIGHUP."""


def print_lines(lines: Iterable[str], *, nothing: str) -> None:
    """Print results on stdout, one a line. If there are none, say ``nothing`` on stderr."""
    text = "\n".join(lines)
    click.echo(text or nothing, err=not text)


def form_of(output: Path | None, on_stdout: str) -> str:
    """Return the format that the name of a file ends in, or the one for stdout.

    :raises click.UsageError: when the name has another ending
    """
    if output is None:
        return on_stdout
    form = format_of(output)
    if form is None:
        known = ", ".join(SUFFIXES)
        raise click.UsageError(f"{output} does not end in {known}; choose a format with --format")
    return form


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
        with whole_file(output) as file:
            file.writelines(pieces)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of the pipe has ended
            raise
        raise _unwritable(str(output), error) from None


@contextmanager
def stdout_errors_reported() -> Iterator[None]:
    """Report a stdout that cannot be written in one line.

    :raises click.ClickException: when stdout cannot be written
    """
    try:
        yield
    except OSError as error:
        # Errors of files have a file name. All others with these numbers are about stdout.
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        sys.stdout = None  # or Python would try to flush it once more at exit
        raise _unwritable("stdout", error) from None


def _unwritable(name: str, error: OSError) -> click.ClickException:
    return click.ClickException(f"{name} cannot be written: {error.strerror or error}")


@contextmanager
def ended_quietly() -> Iterator[None]:
    """End the command without a message on Ctrl-C, SIGTERM, or when its terminal is closed.

    A signal raises KeyboardInterrupt, so that ``finally`` blocks run first. A signal that is
    ignored when the command starts stays ignored: ``nohup`` and shells, for background jobs, ask
    for that.
    """
    if threading.current_thread() is not threading.main_thread():  # signals go to the main thread
        yield
        return
    before = {one: signal.getsignal(one) for one in _ENDING}
    handled = [one for one, handler in before.items() if handler not in (signal.SIG_IGN, None)]
    try:
        for one in handled:
            signal.signal(one, _interrupt)
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_INTERRUPTED) from None
    finally:
        for one in handled:
            signal.signal(one, before[one])


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Python's own handler is not used, because asyncio replaces it by one that waits for the loop.
    raise KeyboardInterrupt


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing, which appears when the block ends, completely or not at all.

    An existing file is replaced then.

    :raises OSError: when it cannot be written
    """
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe
        with target.open("wb") as file:
            yield file
        return
    # Not tempfile, whose files are readable by the owner only, whatever the umask is.
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
