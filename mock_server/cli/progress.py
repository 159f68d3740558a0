"""How far something is, for people: a bar on a terminal, as soon as a step takes a second.

Nothing is written where stderr is no terminal, so that logs and pipes stay clean.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any, TextIO

import click

_PATIENCE = 1.0
"""Seconds that a step may take before anything is shown of it."""

_EMPTY_LINE = "\r\033[K"
_SHOWN_CURSOR = "\033[?25h"
"""Control sequences; a bar hides the cursor."""


class TerminalProgress:
    """Shows one step after the other, each with a bar of its own."""

    def __init__(
        self, stream: TextIO | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with nothing.

        :param stream: where to show it; stderr by default
        :param now: the time in seconds, from whenever
        """
        self._stream = sys.stderr if stream is None else stream
        self._now = now
        self._is_shown = self._stream.isatty()
        self._doing: str | None = None
        self._began = 0.0
        self._done = 0
        self._bar: Any = None

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Hear how far a step is; the first call for it begins it."""
        if not self._is_shown:
            return
        if doing != self._doing:
            self.end()
            self._doing, self._began, self._done = doing, self._now(), 0
        if self._bar is None and self._now() - self._began >= _PATIENCE:
            self._bar = self._new_bar(doing, total)
            self._bar.__enter__()
        if self._bar is not None and done > self._done:
            self._bar.update(done - self._done)
            self._done = done

    def end(self) -> None:
        """End the step that goes on; its bar is not needed any more."""
        if self._bar is not None:
            self._stream.write(_EMPTY_LINE + _SHOWN_CURSOR)
            self._stream.flush()
        self._doing, self._bar = None, None

    def _new_bar(self, doing: str, total: int | None) -> Any:
        # Of something endless, the bar shows how much is done.
        length: dict[str, Any] = {"iterable": repeat(None)} if total is None else {"length": total}
        bar: Any = click.progressbar(
            **length,
            label=doing,
            file=self._stream,
            show_pos=total is None,
            update_min_steps=max(1, (total or 0) // 500),
        )
        bar.start -= self._now() - self._began  # the time that is left follows from all of it
        return bar


@contextmanager
def shown_progress() -> Iterator[TerminalProgress]:
    """Show on stderr how far the steps are that go on in the block."""
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.end()


@contextmanager
def shown_waiting(doing: str) -> Iterator[None]:
    """Show on stderr for how long something takes that does not tell how far it is."""
    if not sys.stderr.isatty():
        yield
        return
    is_over = threading.Event()
    thread = threading.Thread(target=_tick, args=(doing, is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _tick(doing: str, is_over: threading.Event) -> None:
    seconds = 0
    while not is_over.wait(_PATIENCE):
        seconds += 1
        sys.stderr.write(f"{_EMPTY_LINE}{doing}  {seconds} s")
        sys.stderr.flush()
    if seconds:
        sys.stderr.write(_EMPTY_LINE)
        sys.stderr.flush()
