"""Progress that is told again while nothing happens, so that whoever waits for it sees that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mock_server.domain.progress import Progress

_BEAT = 1.0
"""Seconds."""


class Heartbeat:
    """Passes progress on, and tells the last of it again."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last: tuple[str, int, int | None] | None = None
        self._lock = threading.Lock()

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Hear how far something is."""
        with self._lock:
            self._last = doing, done, total
            self._progress(doing, done, total)

    def beat(self) -> None:
        """Tell again what was told last."""
        with self._lock:
            if self._last is not None:
                self._progress(*self._last)


@contextmanager
def heartbeat(progress: Progress) -> Iterator[Heartbeat]:
    """Tell progress again every second until the end of the block."""
    beating = Heartbeat(progress)
    is_over = threading.Event()
    thread = threading.Thread(target=_beat, args=(beating, is_over), daemon=True)
    thread.start()
    try:
        yield beating
    finally:
        is_over.set()
        thread.join()


def _beat(beating: Heartbeat, is_over: threading.Event) -> None:
    while not is_over.wait(_BEAT):
        beating.beat()
