"""Pausing the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 100_000
"""Objects that take long to traverse."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """Disable garbage collection while the block creates very many objects that all stay alive.

    Python would traverse all of them again and again, which takes a third of the time. If they are
    many, they are moved to the oldest generation, so that no request waits for a traversal.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        if gc.get_count()[0] > _MANY:
            _make_old()
    finally:
        if was_enabled:
            gc.enable()


def _make_old() -> None:
    """Move all objects to the oldest generation, or to the frozen objects if there are any."""
    are_some_frozen = gc.get_freeze_count() > 0
    gc.freeze()
    if not are_some_frozen:
        gc.unfreeze()
