"""Results for programs and for people: on stdout, or in a file."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import click

_INTERRUPTED = 130
"""The exit code of what somebody stopped, as shells have it."""


def as_json(value: Any, *, indent: int | None = None) -> bytes:
    """Return JSON in UTF-8, with characters escaped only where they can not be written."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent).encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(value, indent=indent).encode()


def print_lines(lines: Iterable[str], *, nothing: str) -> None:
    """Print results, one a line; that there are none is no result."""
    text = "\n".join(lines)
    click.echo(text or nothing, err=not text)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all, whatever happens on the way.

    :raises OSError: when it can not be written
    """
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def ended_quietly() -> Iterator[None]:
    """End the command without a word on Ctrl-C, and on SIGTERM, after what is left to tidy up."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


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
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            yield file
        if target.exists():
            shutil.copymode(target, unfinished)
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
