"""Progress bars on a terminal; where stderr is not a terminal, nothing is written.

A bar is shown once a step has taken a second. It then counts the seconds by itself, also while the
step reports nothing, so that waiting for a slow server is visible too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_PATIENCE = 1.0
"""Seconds that a step may take before a bar is shown."""


class TerminalProgress:
    """Shows one step after the other, each with a bar of its own. A ``Progress``."""

    def __init__(self, stream: TextIO | None = None, patience: float = _PATIENCE) -> None:
        """Show nothing yet.

        :param stream: where to show bars; stderr by default
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
    """Return what a bar shows: a percentage, or how much is done if nobody knows the total."""
    return {"completed": done, "total": total, "count": f"{done:,}" if done else ""}


def _new_bar(stream: TextIO) -> RichProgress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column

    return Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=2, no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        TaskProgressColumn(text_format_no_percentage="{task.fields[count]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
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
