"""Looking for garbage where there is none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 100_000
"""Objects that it takes long to look through."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """Look for no garbage while the block makes very many objects that all stay.

    Python would look through all of them again and again, which takes a third of the time. If they
    are many, they count as old after the block, so that no request waits for a look through them.
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
    """Put all objects among the oldest; where some are frozen already, among those."""
    are_some_frozen = gc.get_freeze_count() > 0
    gc.freeze()
    if not are_some_frozen:
        gc.unfreeze()
