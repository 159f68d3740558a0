"""JSON, in which no name is given twice."""

from __future__ import annotations

import json
from typing import Any

from mock_server.seeding.mistakes import unreadable


def load(name: str, text: str, line: int | None = None) -> Any:
    """Return what the JSON in ``text`` says.

    :param line: the line that all of it stands on, if it is one of several
    :raises FixtureError: when it is not JSON; ``name`` is what the error calls it
    """
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise unreadable(name, line or error.lineno, f"is not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise unreadable(name, line, f"can not be read: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        given = [name for name, _ in pairs]
        twice = next(name for name in names if given.count(name) > 1)
        raise ValueError(f'an object has "{twice}" twice')
    return names
