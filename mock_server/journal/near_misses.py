"""Requests that are nearly what was looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from mock_server.journal.journal import Exchange
from mock_server.query.request_pattern import Difference, RequestPattern

_NEAREST = 3


@dataclass(frozen=True)
class NearMiss:
    """A request that is nearly what was looked for, and in what it differs."""

    exchange: Exchange
    differences: Sequence[Difference]


def nearest(exchanges: Sequence[Exchange], pattern: RequestPattern) -> list[NearMiss]:
    """Return the requests that differ least, nearest first; of equals the newest first.

    Requests for something else are only told where there are no others, and of those that are for
    the same thing one.
    """
    misses = [
        NearMiss(exchange, differences)
        for exchange in reversed(exchanges)
        if (differences := pattern.differences(exchange))
    ]
    least = min((elsewhere(miss) for miss in misses), default=0)
    misses = [miss for miss in misses if elsewhere(miss) == least]
    if least:
        misses = list({str(miss.differences): miss for miss in reversed(misses)}.values())[::-1]
    return sorted(misses, key=_distance)[:_NEAREST]


def elsewhere(miss: NearMiss) -> int:
    """Tell how much says that a request is for something else."""
    return sum(one.where in ("action", "method", "path") for one in miss.differences)


def _distance(miss: NearMiss) -> tuple[int, float]:
    action = next((one for one in miss.differences if one.where == "action"), None)
    unlikeness = 0.0 if action is None else 1 - _likeness(action.wanted, action.found)
    return sum(map(_weight, miss.differences)), unlikeness


def _weight(difference: Difference) -> int:
    """Return how many values are different; a body that was not sent lacks all of them."""
    return 1 if isinstance(difference.found, Mapping) else _values(difference.wanted)


def _values(wanted: Any) -> int:
    if isinstance(wanted, Mapping):
        return max(1, sum(map(_values, wanted.values())))
    return 1


def _likeness(wanted: str, found: Any) -> float:
    return SequenceMatcher(None, wanted, found).ratio() if isinstance(found, str) else 0.0
