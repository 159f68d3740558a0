"""What came to a world, as text for a person who looks at a failed test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from mock_server.client.recorded import RecordedRequest

_SHOWN = 1000
"""Characters of a body."""

_LAST = 50
"""Requests."""

_HINT = "pytest -vv shows them all"


def report(requests: Iterable[RecordedRequest], *, whole: bool = False) -> str:
    """Return the requests with what was sent and answered.

    :param whole: show all requests, however many there are, and bodies to their end
    """
    kept = list(requests)
    shown = kept if whole else kept[-_LAST:]
    return "\n".join([*_left_out(kept, shown), *(_entry(one, whole=whole) for one in shown)])


def _left_out(kept: list[RecordedRequest], shown: list[RecordedRequest]) -> Iterator[str]:
    """Tell that there is nothing, or that there was more."""
    if not kept:
        yield "no requests"
        return
    forgotten, hidden = kept[0].number - 1, len(kept) - len(shown)
    if forgotten:
        yield f"(the journal does not keep the first {_counted(forgotten)} any more)"
    if hidden:
        yield f"({hidden} more before these; {_HINT})"


def _counted(count: int) -> str:
    return "request" if count == 1 else f"{count} requests"


def _entry(request: RecordedRequest, *, whole: bool) -> str:
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
        lines.append(f"    because  {request.reason}")
    if request.faults:
        lines.append(f"    struck   by {', '.join(request.faults)}")
    return "\n".join(map(_printable, lines))


def _message(response: Any) -> Any:
    """Return what an error said, where there was one."""
    return response.get("message") if isinstance(response, dict) else None


def _body(value: Any, *, whole: bool) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if whole or len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}… ({len(text)} characters; {_HINT})"


def _printable(line: str) -> str:
    """Return a line that no terminal takes for commands, and that every encoding can write."""
    if line.isprintable():
        return line
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)
