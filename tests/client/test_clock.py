"""``losant.clock``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mock_server import ControlPlaneError, LosantMock
from tests.client.conftest import Ask

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)


def test_it_runs(losant: LosantMock) -> None:
    """A clock that nobody touched shows the time, and runs."""
    now = losant.clock.now
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=5)
    assert not losant.clock.frozen


@pytest.mark.parametrize(
    "moment",
    [
        NEW_YEAR,
        datetime(2030, 1, 1),
        datetime(2030, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        "2030-01-01T00:00:00Z",
    ],
)
def test_freezing(losant: LosantMock, moment: datetime | str) -> None:
    """It stands still at a time, however that is written."""
    assert losant.clock.freeze(moment) == NEW_YEAR
    assert losant.clock.frozen
    assert losant.clock.now == losant.clock.now == NEW_YEAR
    assert losant.users.add("ann@example.com").creation_date == NEW_YEAR


def test_freezing_now(losant: LosantMock) -> None:
    """Without a time it stands still at what it shows."""
    shown = losant.clock.freeze()
    assert losant.clock.now == shown


def test_setting_and_resuming(losant: LosantMock) -> None:
    """It runs on from what it was set to, and when it is resumed."""
    assert losant.clock.set(NEW_YEAR) >= NEW_YEAR
    assert not losant.clock.frozen
    losant.clock.freeze(NEW_YEAR)
    assert losant.clock.resume() >= NEW_YEAR
    assert not losant.clock.frozen
    assert losant.clock.now - NEW_YEAR < timedelta(minutes=5)


def test_advancing(losant: LosantMock) -> None:
    """It moves by a timedelta, by seconds, or by keywords, backwards too; all are added up."""
    clock = losant.clock
    clock.freeze(NEW_YEAR)
    assert clock.advance(timedelta(days=1)) == datetime(2030, 1, 2, tzinfo=UTC)
    assert clock.advance(-3600.5) == datetime(2030, 1, 1, 22, 59, 59, 500_000, tzinfo=UTC)
    assert clock.advance(0.5, days=1, hours=1, minutes=-1, seconds=60) == datetime(
        2030, 1, 3, tzinfo=UTC
    )
    assert clock.frozen


def test_tokens_expire(losant: LosantMock, ask: Ask) -> None:
    """What expires, expires when the clock says so."""
    token = losant.token(expires_in=timedelta(hours=1))
    losant.token = lambda *_, **__: token  # type: ignore[method-assign]
    try:
        assert ask(losant)[0] == 200
        losant.clock.advance(hours=2)
        assert ask(losant)[0] == 401
    finally:
        del losant.token


@pytest.mark.parametrize(
    "change",
    [
        lambda clock: clock.freeze("yesterday"),
        lambda clock: clock.set(datetime(1900, 1, 1)),
        lambda clock: clock.advance(days=10**6),
        lambda clock: clock.advance(timedelta(days=-30_000)),
    ],
)
def test_impossible_times(losant: LosantMock, change: Any) -> None:
    """A time that no clock shows is refused, and the clock stays as it is."""
    losant.clock.freeze(NEW_YEAR)
    with pytest.raises(ControlPlaneError):
        change(losant.clock)
    assert losant.clock.now == NEW_YEAR


def test_worlds_have_clocks_of_their_own(losant: LosantMock) -> None:
    """Time in one world says nothing about another's."""
    with losant.sandbox() as other:
        losant.clock.freeze(NEW_YEAR)
        assert not other.clock.frozen
