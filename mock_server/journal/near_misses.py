"""Near misses: the recorded requests that come closest to a pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from mock_server.journal.journal import Exchange
from mock_server.schemas.request_pattern import Difference, ExpectedRequest

_MOST = 3


@dataclass(frozen=True)
class NearMiss:
    """A request that nearly matches a pattern, and where it differs."""

    exchange: Exchange
    differences: Sequence[Difference]

    @property
    def distance(self) -> int:
        """How many of action, method and path differ: 0 for a request for the same thing."""
        return sum(one.where in ("action", "method", "path") for one in self.differences)


def near_misses(exchanges: Sequence[Exchange], pattern: ExpectedRequest) -> list[NearMiss]:
    """Return the requests that differ least, closest first; among equals the newest first.

    Requests for something else are returned only if there are no others, and only one of each
    sort: those with the same differences tell nothing more.
    """
    misses = [
        NearMiss(exchange, differences)
        for exchange in reversed(exchanges)
        if (differences := pattern.differences(exchange))
    ]
    least = min((miss.distance for miss in misses), default=0)
    misses = [miss for miss in misses if miss.distance == least]
    if least:
        misses = list({str(miss.differences): miss for miss in reversed(misses)}.values())[::-1]
    return sorted(misses, key=_rank)[:_MOST]


def _rank(miss: NearMiss) -> tuple[int, float]:
    action = next((one for one in miss.differences if one.where == "action"), None)
    dissimilarity = 0.0 if action is None else 1 - _similarity(action.expected, action.found)
    return sum(map(_weight, miss.differences)), dissimilarity


def _weight(difference: Difference) -> int:
    """Return how many values differ; a body that was not sent lacks all of them."""
    return 1 if isinstance(difference.found, Mapping) else _values(difference.expected)


def _values(expected: Any) -> int:
    if isinstance(expected, Mapping):
        return max(1, sum(map(_values, expected.values())))
    return 1


def _similarity(expected: str, found: Any) -> float:
    return SequenceMatcher(None, expected, found).ratio() if isinstance(found, str) else 0.0
