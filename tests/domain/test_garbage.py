"""Looking for garbage while very many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from mock_server.domain.progress import gc_paused

MANY, FEW = 200_000, 10
OLDEST = 2


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """Begin with nothing frozen, as in a new process."""
    was_enabled, were_some_frozen = gc.isenabled(), gc.get_freeze_count() > 0
    gc.unfreeze()
    gc.enable()
    yield
    (gc.freeze if were_some_frozen else gc.unfreeze)()
    (gc.enable if was_enabled else gc.disable)()


def is_old(thing: object) -> bool:
    """Return whether only a full look for garbage goes through a thing."""
    return any(one is thing for one in gc.get_objects(OLDEST))


def made(count: int) -> list[list[int]]:
    """Return that many objects that were made without looking for garbage."""
    with gc_paused():
        assert not gc.isenabled()
        return [[] for _ in range(count)]


def test_many_objects_are_old_at_once() -> None:
    """After many objects were made, no short look for garbage goes through them."""
    assert is_old(made(MANY))
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0  # what is frozen would be kept for ever


def test_few_objects_stay_young() -> None:
    """A program that loads little and often is not kept from finding its garbage."""
    assert not is_old(made(FEW))


def test_a_program_that_freezes_objects() -> None:
    """What a program has frozen itself, as the command does, stays so."""
    gc.freeze()
    frozen = gc.get_freeze_count()
    many = made(MANY)
    assert gc.get_freeze_count() >= frozen + len(many)


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_is_left_as_it_was(is_enabled: bool) -> None:
    """Whether something went wrong or not, the collector does what it did before."""
    (gc.enable if is_enabled else gc.disable)()
    with pytest.raises(LookupError), gc_paused():
        raise LookupError
    assert gc.isenabled() is is_enabled
    made(FEW)
    assert gc.isenabled() is is_enabled
