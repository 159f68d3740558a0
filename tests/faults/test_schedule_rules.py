"""Schedules and faults one after the other, against a description that anybody can follow."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.clock import format_instant
from mock_server.faults import Corruption, Ending, InjectedAnswer, Injection, Moment
from mock_server.faults.faults import Faults
from mock_server.faults.kinds import KINDS, Fault
from tests.faults.conftest import Incoming

Definition = Mapping[str, Any]

COUNTS = st.integers(1, 6)
SCHEDULES: st.SearchStrategy[Definition] = st.fixed_dictionaries(
    {},
    optional={
        "first": COUNTS,
        "every": COUNTS,
        "nth": COUNTS,
        "until": st.integers(0, 20).map(format_instant),
        "probability": st.sampled_from([0.0, 1.0]),
    },
)
ENDINGS = st.sampled_from(Ending).map(str)
EFFECTS: st.SearchStrategy[Definition] = st.one_of(
    st.sampled_from([0.25, 1.0, 2.0]).map(lambda seconds: {"kind": "delay", "seconds": seconds}),
    st.sampled_from([1.0, 5.0]).map(lambda rate: {"kind": "slow", "bytesPerSecond": rate}),
    st.sampled_from(Corruption).map(lambda corruption: {"kind": str(corruption)}),
    st.builds(lambda kind, carry: {"kind": kind, "carryOut": carry}, ENDINGS, st.booleans()),
    st.sampled_from([500, 503]).map(
        lambda status: {"kind": "status", "status": status, "type": "A", "message": "a"}
    ),
    st.builds(
        lambda limit, window: {"kind": "rateLimit", "limit": limit, "window": window / 1000},
        st.integers(0, 3),
        st.integers(1, 8),
    ),
)
METHODS = st.sampled_from(["GET", "POST"])
TIMES = st.lists(st.integers(0, 25), max_size=30)


def chance(seed: int = 0) -> random.Random:
    """Return chance that repeats itself."""
    return random.Random(seed)  # noqa: S311 - test data


def made(kind: str, **properties: Any) -> Fault:
    """Return a fault."""
    return KINDS[kind].model_validate({"kind": kind, **properties})


def incoming(method: str) -> Incoming:
    """Return a request that has nothing but a method."""
    return Incoming(method=method)


def instant(text: str) -> int:
    """Return the milliseconds of an instant in the first second of 1970."""
    return int(text.removeprefix("1970-01-01T00:00:00.").removesuffix("Z"))


def is_due(schedule: Definition, number: int, now: int) -> bool:
    """Say it as the documentation does: all that is given must hold."""
    chosen = set(range(1, 1000))
    if "first" in schedule:
        chosen &= set(range(1, schedule["first"] + 1))
    if "every" in schedule:
        chosen &= set(range(schedule["every"], 1000, schedule["every"]))
    if "nth" in schedule:
        chosen &= {schedule["nth"]}
    if schedule.get("probability") == 0:
        chosen = set()
    return number in chosen and ("until" not in schedule or now < instant(schedule["until"]))


@given(SCHEDULES, TIMES)
def test_schedule(schedule: Definition, times: Sequence[int]) -> None:
    """A fault applies to a request when all rules of its schedule say so."""
    faults = Faults()
    fault = faults.add(made("status", status=500, **schedule), chance())
    for number, now in enumerate(times, 1):
        applied = faults.apply(incoming("GET"), now) is not None
        assert applied is is_due(schedule, number, now)
    assert fault.matched == len(times)


@given(SCHEDULES, st.floats(0, 1), st.integers(), TIMES)
def test_chance(schedule: Definition, probability: float, seed: int, times: Sequence[int]) -> None:
    """Of those that are due, some are chosen by chance, and always the same."""
    others = {name: value for name, value in schedule.items() if name != "probability"}
    by_chance = made("expiredToken", **others, probability=probability)
    certain = made("expiredToken", **others)
    runs = []
    for _ in range(2):
        source = chance(seed)
        runs.append([by_chance.is_due(n, Moment(now, source)) for n, now in enumerate(times, 1)])
    due = [certain.is_due(n, Moment(now, chance())) for n, now in enumerate(times, 1)]
    assert runs[0] == runs[1]
    assert all(allowed or not applied for applied, allowed in zip(runs[0], due, strict=True))


@given(st.integers(0, 4), st.integers(1, 8), TIMES)
def test_rate_limit(limit: int, window: int, times: Sequence[int]) -> None:
    """In each window, which begins with a request that is in no other, so many pass."""
    faults = Faults()
    faults.add(made("rateLimit", limit=limit, window=window), chance())
    begin, passed = None, 0
    for now in times:
        if begin is None or now < begin or now >= begin + window:
            begin, passed = now, 0
        injection = faults.apply(incoming("GET"), now * 1000)
        if passed < limit:
            assert injection is None
            passed += 1
        else:
            assert injection is not None
            assert injection.answer is not None
            assert injection.answer.status == 429
            assert injection.headers == {"retry-after": str(begin + window - now)}


def test_rate_limits_count_for_themselves() -> None:
    """Two faults of the same limit count their own requests only."""
    faults = Faults()
    for method in ("GET", "POST"):
        faults.add(made("rateLimit", limit=1, window=60, method=method), chance())
    sent = ["GET", "POST", "GET", "POST"]
    assert [faults.apply(incoming(method), 0) is not None for method in sent] == [
        False,
        False,
        True,
        True,
    ]


@given(st.integers(), st.floats(0, 2), st.floats(0, 2))
def test_drawn_delays(seed: int, one: float, other: float) -> None:
    """A delay of a range is in it, a log-normal one is above 0; chance repeats itself."""
    least, most = sorted((one, other))
    drawn = []
    for _ in range(2):
        faults, source = Faults(), chance(seed)
        faults.add(made("delay", min=least, max=most, nth=1), source)
        faults.add(made("delay", median=3000.0, sigma=5.0, nth=2), source)
        injections = [faults.apply(incoming("GET"), 0) for _ in range(2)]
        drawn.append([one.delay for one in injections if one is not None])
    assert drawn[0] == drawn[1]
    assert least <= drawn[0][0] <= most
    assert 0 < drawn[0][1] <= 3600.0


def test_log_normal_delays() -> None:
    """Half of all log-normal delays are longer than the median, and some much longer."""
    faults = Faults()
    faults.add(made("delay", median=0.1, sigma=0.5), chance(1))
    injections = [faults.apply(incoming("GET"), 0) for _ in range(2000)]
    delays = [one.delay for one in injections if one is not None]
    assert 900 < sum(delay > 0.1 for delay in delays) < 1100
    assert max(delays) > 0.25


def test_log_normal_delays_have_a_limit() -> None:
    """No delay is longer than an hour, however far they spread."""
    faults = Faults()
    faults.add(made("delay", median=3600, sigma=5), chance(1))
    injections = [faults.apply(incoming("GET"), 0) for _ in range(200)]
    delays = [one.delay for one in injections if one is not None]
    assert max(delays) == 3600.0


@dataclass
class Naive:
    """A fault as one would keep book of it by hand."""

    method: str | None
    schedule: Definition
    effect: Definition
    matched: int = 0
    applied: int = 0
    window: list[int] = field(default_factory=list)

    def apply(self, method: str, now: int, so_far: Injection) -> bool:
        """Do to a request what it does; tell whether that is the end of it."""
        if self.method not in (None, method):
            return False
        self.matched += 1
        if not is_due(self.schedule, self.matched, now) or not self._act(now, so_far):
            return False
        self.applied += 1
        return self.effect["kind"] in ("status", "reset", "close", "rateLimit")

    def _act(self, now: int, so_far: Injection) -> bool:
        match self.effect:
            case {"kind": "delay", "seconds": seconds}:
                so_far.delay += seconds
            case {"kind": "slow", "bytesPerSecond": rate}:
                known = [one for one in (so_far.bytes_per_second, rate) if one is not None]
                so_far.bytes_per_second = min(known)
            case {"kind": "malformed" | "truncated" as corruption}:
                so_far.corruption = so_far.corruption or Corruption(corruption)
            case _:
                return self._decide(now, so_far)
        return True

    def _decide(self, now: int, so_far: Injection) -> bool:
        match self.effect:
            case {"kind": "status", "status": status}:
                so_far.answer, so_far.carry_out = InjectedAnswer(status, "A", "a"), False
            case {"kind": kind, "carryOut": carry_out}:
                so_far.ending, so_far.carry_out = Ending(kind), carry_out
            case {"kind": "rateLimit", "limit": limit, "window": seconds}:
                if not self.window or not self.window[0] <= now < self.window[0] + seconds * 1000:
                    self.window = [now]
                if len(self.window) <= limit:
                    self.window.append(now)
                    return False
                so_far.answer = InjectedAnswer(429, "TooManyRequests", "Too many requests")
                so_far.headers["retry-after"] = "1"
                so_far.carry_out = False
        return True


@given(
    st.lists(st.tuples(st.none() | METHODS, SCHEDULES, EFFECTS), max_size=5),
    st.lists(st.tuples(METHODS, st.integers(0, 25)), max_size=25),
)
def test_faults_one_after_the_other(
    described: Sequence[tuple[str | None, Definition, Definition]],
    requests: Sequence[tuple[str, int]],
) -> None:
    """Faults apply in order until one decides; those after it do not even count the request."""
    faults, naive = Faults(), [Naive(*one) for one in described]
    for method, schedule, effect in described:
        faults.add(made(**effect, **schedule, **({"method": method} if method else {})), chance())
    for method, now in requests:
        expected = Injection()
        before = [one.applied for one in naive]
        for one in naive:
            if one.apply(method, now, expected):
                break
        ids = [
            f"fault-{index}"
            for index, one in enumerate(naive, 1)
            if one.applied > before[index - 1]
        ]
        injection = faults.apply(incoming(method), now)
        assert (injection is None) is (not ids)
        if injection is not None:
            expected.faults = ids
            assert injection == expected
    assert [(one.matched, one.applied) for one in faults.all()] == [
        (one.matched, one.applied) for one in naive
    ]


def test_every_kind_is_in_the_union() -> None:
    """No kind is forgotten where they are listed."""
    assert set(KINDS.values()) == set(Fault.__subclasses__())
