"""What a journal keeps: the newest, as many as fit; and it counts all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from mock_server.journal.journal import Exchange, Journal, Kind
from mock_server.journal.verification import Times, verify
from mock_server.schemas.request_pattern import ExpectedRequest

ACTIONS = st.sampled_from(["experienceUsers.get", "experienceUsers.post", None])
METHODS = st.sampled_from(["GET", "POST"])
STATUSES = st.sampled_from([200, 201, 400, 404, None])


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Return an exchange, of which only kind and size matter."""
    return Exchange(
        number=0,
        time=0,
        action=draw(ACTIONS),
        method=draw(METHODS),
        raw_target=draw(st.sampled_from(["/a?page=1", "/a?page=2"])),
        raw_headers=b"",
        raw_body=b"x" * draw(st.integers(0, 3000)),
        status=draw(STATUSES),
        raw_response=b"x" * draw(st.integers(0, 3000)),
        milliseconds=0.0,
    )


SEVERAL = st.lists(exchanges(), max_size=12)
REQUESTS, BYTES = st.integers(0, 12), st.integers(0, 20_000)


def filled(journal: Journal, sent: Iterable[Exchange]) -> Journal:
    """Return a journal with exchanges in it."""
    for exchange in sent:
        journal.record(exchange)
    return journal


def newest(sent: Sequence[Exchange], max_requests: int, max_bytes: int) -> Sequence[Exchange]:
    """Return the longest end that fits."""
    for begin in range(len(sent) + 1):
        rest = sent[begin:]
        if len(rest) <= max_requests and sum(one.size for one in rest) <= max_bytes:
            return rest
    raise AssertionError("nothing fits always")


@given(sent=SEVERAL, max_requests=REQUESTS, max_bytes=BYTES)
def test_newest(sent: Sequence[Exchange], max_requests: int, max_bytes: int) -> None:
    """The newest are kept, no more than so many and no more bytes than so many."""
    journal = filled(Journal(max_requests, max_bytes), sent)
    assert journal.kept == tuple(newest(sent, max_requests, max_bytes))


@given(sent=SEVERAL, max_requests=REQUESTS, max_bytes=BYTES)
def test_counts(sent: Sequence[Exchange], max_requests: int, max_bytes: int) -> None:
    """All are counted, whatever is kept."""
    journal = filled(Journal(max_requests, max_bytes), sent)
    assert journal.total == len(sent)
    assert journal.counts == Counter(Kind(one.action, one.method, one.status) for one in sent)


@given(sent=SEVERAL, again=SEVERAL, max_requests=REQUESTS, max_bytes=BYTES)
def test_clear(
    sent: Sequence[Exchange], again: Sequence[Exchange], max_requests: int, max_bytes: int
) -> None:
    """A journal that was cleared is like a new one."""
    journal = filled(Journal(max_requests, max_bytes), sent)
    journal.clear()
    assert (journal.total, journal.kept, journal.counts) == (0, (), {})
    new = Journal(max_requests, max_bytes)
    assert filled(journal, again).kept == filled(new, again).kept


patterns = st.builds(
    ExpectedRequest,
    action=st.sampled_from([None, "experienceUsers.*", "*.post", "experienceUsers.get"]),
    method=st.sampled_from([None, "GET", "post"]),
    status=st.sampled_from([None, 200, "4xx", "2xx"]),
    query=st.sampled_from([None, {"page": "1"}]),
)
TIMES = st.builds(Times, st.integers(0, 3), st.none()) | st.integers(0, 12).map(
    lambda number: Times(number, number)
)


@given(sent=SEVERAL, pattern=patterns)
def test_count_of_a_pattern(sent: Sequence[Exchange], pattern: ExpectedRequest) -> None:
    """The requests of matching kinds are counted, whatever is kept."""
    coarse = ExpectedRequest(action=pattern.action, method=pattern.method, status=pattern.status)
    journal = filled(Journal(3, 10_000), sent)
    assert journal.count(pattern) == sum(map(coarse.matches, sent))


@given(sent=SEVERAL, pattern=patterns, times=TIMES, max_requests=REQUESTS)
def test_verdicts(
    sent: Sequence[Exchange], pattern: ExpectedRequest, times: Times, max_requests: int
) -> None:
    """An assertion never passes that would fail if everything were kept."""
    verdict = verify(filled(Journal(max_requests, 10**9), sent), pattern, times)
    full = verify(filled(Journal(100, 10**9), sent), pattern, times)
    assert full.passed == times.allows(sum(map(pattern.matches, sent)))
    assert full.passed or not verdict.passed
    if not pattern.needs_contents:
        assert (verdict.passed, verdict.count) == (full.passed, full.count)
    if verdict.passed != full.passed:
        assert "no longer kept" in verdict.message
