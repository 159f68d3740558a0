"""A request that came to a world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_server.client.values import read


@dataclass(frozen=True)
class RecordedRequest:
    """A request and what was answered. Passwords and tokens are hidden.

    ``action`` is None for a path that names none, ``status`` where nothing was answered; ``error``
    is the type of an error and ``reason`` what was wrong, which may be more than was answered.
    """

    number: int
    time: datetime
    action: str | None
    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    json: Any
    status: int | None
    response: Any
    milliseconds: float
    error: str | None
    reason: str | None
    faults: tuple[str, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> RecordedRequest:
        """Return the request that the control plane describes."""
        values = dict(document)
        return cls(
            json=values.pop("body"),
            time=read(values.pop("time")),
            faults=tuple(values.pop("faults")),
            **values,
        )
