"""Results for programs and for people: on stdout, or in a file."""

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
"""The exit code of what somebody stopped, as shells have it."""

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Why a stream can not be written, but for having no reader any more."""

_ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
"""The signals that tell a command to end; not every platform has all."""


def print_lines(lines: Iterable[str], *, nothing: str) -> None:
    """Print results, one a line; that there are none is no result."""
    text = "\n".join(lines)
    click.echo(text or nothing, err=not text)


def form_of(output: Path | None, on_stdout: str) -> str:
    """Return what to write to a file, as its name says, or on stdout.

    :raises click.UsageError: when the name does not say it
    """
    if output is None:
        return on_stdout
    form = format_of(output)
    if form is None:
        known = ", ".join(SUFFIXES)
        raise click.UsageError(f"{output} ends in none of {known}; say what it is with --format")
    return form


def write_to(output: Path | None, pieces: Iterable[bytes]) -> None:
    """Write a file as a whole, or to stdout if there is none.

    :raises click.ClickException: when the file can not be written
    """
    if output is None:
        if sys.stdout is None:  # a shell closed it
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
        return
    try:
        with whole_file(output) as file:
            file.writelines(pieces)
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever read it has had enough
            raise
        raise _unwritable(str(output), error) from None


@contextmanager
def told_of_stdout() -> Iterator[None]:
    """Tell in one line that stdout can not be written.

    :raises click.ClickException: when it can not
    """
    try:
        yield
    except OSError as error:
        # Files say their name, and nothing else that a command does can fail for these reasons.
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        sys.stdout = None  # or Python would try once more when it ends
        raise _unwritable("stdout", error) from None


def _unwritable(name: str, error: OSError) -> click.ClickException:
    return click.ClickException(f"{name} can not be written: {error.strerror or error}")


@contextmanager
def ended_quietly() -> Iterator[None]:
    """End the command without a word when it is told to, after what is left to tidy up.

    That is on Ctrl-C, on SIGTERM, and when its terminal is closed.
    """
    if threading.current_thread() is not threading.main_thread():  # which gets no signals
        yield
        return
    before = {one: signal.getsignal(one) for one in _ENDING}
    # What is ignored stays so: nohup, or a shell for what it runs behind, wants it.
    track = [one for one, handler in before.items() if handler not in (signal.SIG_IGN, None)]
    try:
        for one in track:
            signal.signal(one, _interrupt)
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_INTERRUPTED) from None
    finally:
        for one in track:
            signal.signal(one, before[one])


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Not Python's own handler: asyncio puts one in its place that waits for the loop to turn.
    raise KeyboardInterrupt


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written that is there as a whole, when the block ends, or not at all.

    What was there before stays until then.

    :raises OSError: when it can not be written
    """
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe
        with target.open("wb") as file:
            yield file
        return
    # One of tempfile would be for nobody else to read, whatever the umask says.
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
