"""The requests that a mock received, as text for a person who looks at a failed test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from mock_server.schemas.recorded_request import RecordedRequest
from mock_server.text import counted

_SHOWN = 1000
"""Characters of a body."""

_LAST = 50
"""Requests."""

_HINT = "use pytest -vv to show all"


def report(requests: Iterable[RecordedRequest], *, whole: bool = False) -> str:
    """Return requests with what was sent and answered.

    :param whole: show all requests, and long bodies to their end
    """
    kept = list(requests)
    shown = kept if whole else kept[-_LAST:]
    entries = [entry(one, whole=whole) for one in shown]
    return "\n".join([*_left_out(kept, shown), *entries])


def _left_out(kept: list[RecordedRequest], shown: list[RecordedRequest]) -> Iterator[str]:
    """Say that there are no requests, or that some are not shown."""
    if not kept:
        yield "no requests"
        return
    forgotten, hidden = kept[0].number - 1, len(kept) - len(shown)
    if forgotten:
        verb = "is" if forgotten == 1 else "are"
        yield f"({counted(forgotten, 'earlier request')} {verb} no longer in the journal)"
    if hidden:
        yield f"({counted(hidden, 'earlier request')} not shown; {_HINT})"


def entry(request: RecordedRequest, *, whole: bool) -> str:
    """Return one request, in several lines."""
    status = "no answer" if request.status is None else request.status
    query = " ".join(f"{name}={value}" for name, value in request.query.items())
    lines = [
        f"#{request.number} {request.action or '(no action)'} {request.method} {request.path}"
        f" -> {status}"
    ]
    if query:
        lines.append(f"    query    {query}")
    if request.json is not None:
        lines.append(f"    sent     {_body(request.json, whole=whole)}")
    if request.response is not None:
        lines.append(f"    answered {_body(request.response, whole=whole)}")
    if request.reason is not None and request.reason != _message(request.response):
        lines.append(f"    reason   {request.reason}")
    if request.faults:
        lines.append(f"    faults   {', '.join(request.faults)}")
    return "\n".join(map(_printable, lines))


def _message(response: Any) -> Any:
    """Return the message of an answer that is an error."""
    return response.get("message") if isinstance(response, dict) else None


def _body(value: Any, *, whole: bool) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if whole or len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}… ({len(text)} characters; {_HINT})"


def _printable(line: str) -> str:
    """Return a line without control characters, and with nothing that an encoding cannot write."""
    if line.isprintable():
        return line
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)
