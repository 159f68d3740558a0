"""Schedules and faults one after the other, against a description that anybody can follow."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from mock_server.faults.faults import (
    Answer,
    Corrupt,
    Corruption,
    Delay,
    Disconnect,
    Effect,
    Ending,
    Faults,
    Incoming,
    LogNormalDelay,
    Moment,
    RateLimit,
    RespondWith,
    Schedule,
    Slow,
    Strike,
    Target,
)
from mock_server.query.request_pattern import RequestPattern

COUNTS = st.none() | st.integers(1, 6)
SCHEDULES = st.builds(
    Schedule,
    first=COUNTS,
    every=COUNTS,
    nth=COUNTS,
    until=st.none() | st.integers(0, 20),
    probability=st.sampled_from([None, 0.0, 1.0]),
)
EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.sampled_from([0.25, 1.0, 2.0]).map(lambda seconds: Delay(seconds, seconds)),
    st.sampled_from([1.0, 5.0]).map(Slow),
    st.sampled_from(Corruption).map(Corrupt),
    st.builds(Disconnect, st.sampled_from(Ending), st.booleans()),
    st.builds(RespondWith, st.sampled_from([Answer(500, "A", "a"), Answer(503, "B", "b")])),
    st.builds(RateLimit, st.integers(0, 3), st.integers(1, 8)),
)
METHODS = st.sampled_from(["GET", "POST"])
TIMES = st.lists(st.integers(0, 25), max_size=30)


def chance(seed: int = 0) -> random.Random:
    """Return chance that repeats itself."""
    return random.Random(seed)  # noqa: S311 - test data


def incoming(method: str) -> Incoming:
    """Return a request that has nothing but a method."""
    return Incoming(action=None, method=method, path="/", query={}, content=b"", token=None)


def is_due(schedule: Schedule, number: int, now: int) -> bool:
    """Say it as the documentation does: all that is given must hold."""
    struck = set(range(1, 1000))
    if schedule.first is not None:
        struck &= set(range(1, schedule.first + 1))
    if schedule.every is not None:
        struck &= set(range(schedule.every, 1000, schedule.every))
    if schedule.nth is not None:
        struck &= {schedule.nth}
    if schedule.probability == 0:
        struck = set()
    return number in struck and (schedule.until is None or now < schedule.until)


@given(SCHEDULES, TIMES)
def test_schedule(schedule: Schedule, times: Sequence[int]) -> None:
    """A request is struck when all rules of a schedule say so."""
    faults = Faults()
    fault = faults.add(Target(), schedule, RespondWith(Answer(500, "A", "a")), chance(), {})
    for number, now in enumerate(times, 1):
        struck = faults.strike(incoming("GET"), now) is not None
        assert struck is is_due(schedule, number, now)
    assert fault.matched == len(times)


@given(SCHEDULES, st.floats(0, 1), st.integers(), TIMES)
def test_chance(schedule: Schedule, probability: float, seed: int, times: Sequence[int]) -> None:
    """By chance some are struck of those that are due, and always the same."""
    by_chance = Schedule(
        first=schedule.first,
        every=schedule.every,
        nth=schedule.nth,
        until=schedule.until,
        probability=probability,
    )
    certain = Schedule(
        first=schedule.first, every=schedule.every, nth=schedule.nth, until=schedule.until
    )
    runs = []
    for _ in range(2):
        generator = chance(seed)
        runs.append([by_chance.is_due(n, Moment(now, generator)) for n, now in enumerate(times, 1)])
    due = [certain.is_due(n, Moment(now, chance())) for n, now in enumerate(times, 1)]
    assert runs[0] == runs[1]
    assert all(allowed or not struck for struck, allowed in zip(runs[0], due, strict=True))


@given(st.integers(0, 4), st.integers(1, 8), TIMES)
def test_rate_limit(limit: int, window: int, times: Sequence[int]) -> None:
    """In each window, which begins with a request that is in no other, so many pass."""
    faults = Faults()
    faults.add(Target(), Schedule(), RateLimit(limit, window * 1000), chance(), {})
    begin, passed = None, 0
    for now in times:
        if begin is None or now < begin or now >= begin + window:
            begin, passed = now, 0
        strike = faults.strike(incoming("GET"), now * 1000)
        if passed < limit:
            assert strike is None
            passed += 1
        else:
            assert strike is not None
            assert strike.answer is not None
            assert (strike.answer.status, strike.answer.retry_after) == (429, begin + window - now)


@given(st.integers(), st.floats(0, 2), st.floats(0, 2))
def test_drawn_delays(seed: int, one: float, other: float) -> None:
    """A delay of a range is in it, a log-normal one has a limit; chance repeats itself."""
    least, most = sorted((one, other))
    drawn = []
    for _ in range(2):
        faults, generator = Faults(), chance(seed)
        faults.add(Target(), Schedule(nth=1), Delay(least, most), generator, {})
        faults.add(Target(), Schedule(nth=2), LogNormalDelay(1.0, 5.0, 3.0), generator, {})
        strikes = [faults.strike(incoming("GET"), 0) for _ in range(2)]
        drawn.append([strike.delay for strike in strikes if strike is not None])
    assert drawn[0] == drawn[1]
    assert least <= drawn[0][0] <= most
    assert 0 < drawn[0][1] <= 3.0


def test_log_normal_delays() -> None:
    """Half of all log-normal delays are longer than the median, and some much longer."""
    faults = Faults()
    effect = LogNormalDelay(0.1, 0.5, 60.0)
    faults.add(Target(), Schedule(), effect, chance(1), {})
    strikes = [faults.strike(incoming("GET"), 0) for _ in range(2000)]
    delays = [strike.delay for strike in strikes if strike is not None]
    assert 900 < sum(delay > 0.1 for delay in delays) < 1100
    assert max(delays) > 0.25


@dataclass
class Naive:
    """A fault as one would keep book of it by hand."""

    method: str | None
    schedule: Schedule
    effect: Effect
    matched: int = 0
    struck: int = 0
    window: list[int] = field(default_factory=list)

    def strike(self, method: str, now: int, so_far: Strike) -> bool:
        """Do to a request what it does; tell whether that is the end of it."""
        if self.method not in (None, method):
            return False
        self.matched += 1
        if not is_due(self.schedule, self.matched, now) or not self._act(now, so_far):
            return False
        self.struck += 1
        return isinstance(self.effect, RespondWith | Disconnect | RateLimit)

    def _act(self, now: int, so_far: Strike) -> bool:
        match self.effect:
            case Delay(least=seconds):
                so_far.delay += seconds
            case Slow(bytes_per_second=rate):
                known = [one for one in (so_far.bytes_per_second, rate) if one is not None]
                so_far.bytes_per_second = min(known)
            case Corrupt(corruption=corruption):
                so_far.corruption = so_far.corruption or corruption
            case _:
                return self._decide(now, so_far)
        return True

    def _decide(self, now: int, so_far: Strike) -> bool:
        match self.effect:
            case RespondWith(answer=answer):
                so_far.answer, so_far.carry_out = answer, False
            case Disconnect(ending=ending, carry_out=carry_out):
                so_far.ending, so_far.carry_out = ending, carry_out
            case RateLimit(limit=limit, window=length):
                if not self.window or not self.window[0] <= now < self.window[0] + length:
                    self.window = [now]
                if len(self.window) <= limit:
                    self.window.append(now)
                    return False
                so_far.answer = Answer(429, "TooManyRequests", "Too many requests", 1)
                so_far.carry_out = False
        return True


@given(
    st.lists(st.tuples(st.none() | METHODS, SCHEDULES, EFFECTS), max_size=5),
    st.lists(st.tuples(METHODS, st.integers(0, 25)), max_size=25),
)
def test_faults_one_after_the_other(
    described: Sequence[tuple[str | None, Schedule, Effect]],
    requests: Sequence[tuple[str, int]],
) -> None:
    """Faults act in order until one decides; those after it do not even count the request."""
    faults, naive = Faults(), [Naive(*one) for one in described]
    for method, schedule, effect in described:
        target = Target(pattern=RequestPattern(method=method))
        faults.add(target, schedule, effect, chance(), {})
    for method, now in requests:
        wanted = Strike()
        before = [one.struck for one in naive]
        for one in naive:
            if one.strike(method, now, wanted):
                break
        ids = [
            f"fault-{index}" for index, one in enumerate(naive, 1) if one.struck > before[index - 1]
        ]
        strike = faults.strike(incoming(method), now)
        assert (strike is None) is (not ids)
        if strike is not None:
            wanted.faults = ids
            assert strike == wanted
    assert [(one.matched, one.struck) for one in faults.all()] == [
        (one.matched, one.struck) for one in naive
    ]
