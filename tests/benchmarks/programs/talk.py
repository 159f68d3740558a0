"""How the programs speak with the one that started them: a line of JSON in, one out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any


def jobs() -> Iterator[Any]:
    """Yield what is asked, until there is nobody left to ask."""
    for line in sys.stdin:
        yield json.loads(line)


def job() -> Any:
    """Return the one job of a program that is asked only once."""
    return json.loads(sys.stdin.readline())


def answer(value: object) -> None:
    """Say what came of a job."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
