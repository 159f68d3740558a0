"""Globs that would take an exponential algorithm forever."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest

LONG_NAME = "a" * 1_000
USERS = 20


@pytest.fixture
def seconds_to_filter(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
) -> Callable[[str, int], float]:
    """Measure the work of a listing with a filter, in seconds, and check how many it finds.

    The server is in this process, and other processes do not count.
    """
    bodies = [
        {"email": f"{n}@example.com", "password": "12345678", "firstName": LONG_NAME}
        for n in range(USERS)
    ]
    talk(*(request_of("POST", paths["users"], json.dumps(body).encode()) for body in bodies))

    def measure(glob: str, found: int) -> float:
        target = f"{paths['users']}?filterField=firstName&filter={quote(glob, safe='*')}&perPage=1"
        started = time.process_time()
        (answer,) = talk(request_of("GET", target))
        elapsed = time.process_time() - started
        assert parsed(answer)["totalCount"] == found
        return elapsed

    return measure


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*a*a*a*a*a*a*b", 0),
        ("*a*a*a*a*a*a*", USERS),
        ("*a" * 50 + "*b", 0),
        ("*a" * 50 + "*", USERS),
        ("*a?" * 30 + "*b", 0),
        ("*?" * 100 + "b", 0),
        ("*" * 200 + "b", 0),
        ("*aaaaaaaaaaaaaaaaaaaa" * 10 + "*b", 0),
        ("*" + "a" * 400 + "b" + "*" + "a" * 400 + "b*", 0),
        ("*" + "?" * 400 + "b" + "*" + "?" * 400 + "b*", 0),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else str(value),
)
def test_many_stars(seconds_to_filter: Callable[[str, int], float], glob: str, found: int) -> None:
    """A glob of many stars takes about as long as a plain one of its length."""
    plain = min(seconds_to_filter("b" * len(glob), 0) for _ in range(3))
    limit = max(1.0, 100 * plain)
    assert seconds_to_filter(glob, found) < limit


def test_the_most_stars_that_fit(seconds_to_filter: Callable[[str, int], float]) -> None:
    """Even a glob of 30 KB is answered soon."""
    for glob in ("*a" * 15_000, "*?" * 7_000, "*" * 30_000, "?" * 10_000):
        found = USERS + 1 if set(glob) == {"*"} else 0  # Ann has a first name too
        assert seconds_to_filter(glob, found) < 5
