"""Assertions that do not hold, told so that one sees at once what was different."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mock_server.domain import redaction
from mock_server.journal.journal import Exchange, Journal
from mock_server.journal.near_misses import NearMiss, elsewhere
from mock_server.query.request_pattern import UNSET, Difference, RequestPattern
from mock_server.text import counted

_LISTED = 100
"""Requests, of which the newest are listed."""

_LINE = 100
"""Characters, after which what was wanted and what was found get a line each."""

_ABSENT = {"action": "the path names none", "status": "it was not answered"}
_REMEDY = "let the journal keep more (journal-requests, journal-bytes), or clear it at the start"


def hidden(pattern: RequestPattern, secrets: Sequence[str]) -> str:
    """Tell that a pattern looks for what the journal hides, and where."""
    shown = replace(
        pattern,
        path=pattern.path and redaction.text(pattern.path),
        query=None if pattern.query is None else redaction.parameters(pattern.query),
        body=UNSET if pattern.body is UNSET else redaction.document(pattern.body),
    )
    lines = _titled(shown, "can not be told, because the journal hides passwords and tokens:")
    hint = f'Leave that out, or look for "{redaction.HIDDEN}" to see that something was sent.'
    return "\n".join([*lines, *(f"  {_printable(where)}" for where in secrets), hint])


def doubt(pattern: RequestPattern, count: int, unknown: int) -> str:
    """Tell that what is kept is not enough to know."""
    came = f"came {often(count)}" if count else "did not come"
    older = f"{counted(unknown, 'older request')} that might match {_are(unknown)} no longer kept"
    predicate = f"{came} as far as the journal goes, but {older}; {_REMEDY}"
    return "\n".join(_titled(pattern, predicate))


def failure(
    journal: Journal,
    pattern: RequestPattern,
    wanted: str,
    count: int,
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
    unknown: int,
) -> str:
    """Tell that the wrong number of requests match; ``unknown`` more might, but are not kept."""
    was = _was(pattern, count, journal.total)
    lines = list(_titled(pattern, f"wanted {wanted}, but {was}"))
    if found:
        lines += ["", *_listed("matching", found, count)]
    lines += _nearest(near)
    lines += _no_longer_kept(journal, unknown)
    return "\n".join(lines)


def out_of_order(
    journal: Journal,
    patterns: Sequence[RequestPattern],
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
) -> str:
    """Tell which request was missing in an order, and what came."""
    missing = patterns[len(found)]
    before = next(journal.find(missing), None)
    was = f"was not after #{found[-1].number}" if found else _was(missing, 0, journal.total)
    if before is not None:
        was += f", only before that (#{before.number})"
    lines = list(_titled(missing, f"wanted as number {len(found) + 1} in order, but {was}"))
    lines += ["", "wanted in order:"]
    places = [*(f" -> #{exchange.number}" for exchange in found), " -> missing"]
    for index, pattern in enumerate(patterns):
        place = places[index] if index < len(places) else ""
        lines.append(f"  {index + 1}. {_name(pattern)}{place}")
    if journal.kept:
        lines += ["", *_listed("requests", journal.kept, journal.total)]
    lines += _nearest([miss for miss in near if not elsewhere(miss)])
    return "\n".join([*lines, *_no_longer_kept(journal, 0)])


def _titled(pattern: RequestPattern, predicate: str) -> Iterator[str]:
    """Yield what was looked for and what is said about it; a long body comes below."""
    name = _name(pattern)
    if len(name) <= _LINE or pattern.body is UNSET:
        yield f"{name}: {predicate}"
    else:
        yield f"{_name(replace(pattern, body=UNSET))} with this body: {predicate}"
        yield f"  {_written(pattern.body)}"


def _listed(heading: str, exchanges: Sequence[Exchange], count: int) -> Iterator[str]:
    shown = exchanges[-_LISTED:]
    yield f"{heading}:" if len(shown) == count else f"{heading}, the newest {len(shown)}:"
    yield from map(_summary, shown)


def _nearest(near: Sequence[NearMiss]) -> Iterator[str]:
    if near:
        yield from ("", "nearest:")
    for miss in near:
        yield _summary(miss.exchange)
        for difference in miss.differences:
            yield from _told(difference)


def _told(difference: Difference) -> Iterator[str]:
    where, wanted = _printable(difference.where), _written(difference.wanted)
    found = _found(difference)
    line = f"      {where}: wanted {wanted}, {found}"
    if len(line) <= _LINE:
        yield line
    else:
        was, _, value = found.partition(" ")
        yield f"      {where}:"
        yield f"        wanted {wanted}"
        yield f"        {was:6} {value}"


def _found(difference: Difference) -> str:
    if difference.where == "body" and difference.found is None:
        return "but there was no body"
    if difference.found is UNSET:
        return f"but {_ABSENT.get(difference.where, 'it was not there')}"
    return f"was {_written(difference.found)}"


def _no_longer_kept(journal: Journal, unknown: int) -> Iterator[str]:
    dropped = journal.total - len(journal.kept)
    if dropped:
        might = f", of which {unknown:,} might match" if unknown else ""
        older = f"{counted(dropped, 'older request')} {_are(dropped)} no longer kept"
        yield from ("", f"{older}{might}; {_REMEDY}")


def _summary(exchange: Exchange) -> str:
    """Return an exchange in one line."""
    query = "&".join(f"{name}={_plain(value)}" for name, value in exchange.query.items())
    target = f"{exchange.path}?{query}" if query else exchange.path
    status = "no answer" if exchange.status is None else str(exchange.status)
    error = f" {exchange.error}: {exchange.reason}" if exchange.error else ""
    faults = f", struck by {', '.join(exchange.faults)}" if exchange.faults else ""
    line = f"#{exchange.number} {exchange.action or '-'} {exchange.method} {target} -> {status}"
    return f"  {_printable(line + error + faults)}"


def _name(pattern: RequestPattern) -> str:
    method = pattern.method and pattern.method.upper()
    parts = [" ".join(filter(None, (pattern.action, method, pattern.path))) or "any request"]
    contents = []
    if pattern.query:
        parameters = "&".join(f"{name}={value}" for name, value in pattern.query.items())
        contents.append(f"query {parameters}")
    if pattern.body is not UNSET:
        contents.append(f"body {_written(pattern.body)}")
    if contents:
        parts.append(f"with {' and '.join(contents)}")
    if pattern.status is not None:
        parts.append(f"answered {pattern.status}")
    return _printable(" ".join(parts))


def _was(pattern: RequestPattern, count: int, total: int) -> str:
    if not total:
        return "there were no requests"
    requests = counted(total, "request")
    if pattern == RequestPattern():
        return f"there {'was' if total == 1 else 'were'} {requests}"
    if total == 1:
        return "came once" if count else "the one request was another"
    return f"{f'came {often(count)}' if count else 'was not'} among {requests}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _written(value: Any) -> str:
    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    """Return text in one line, of which every character shows."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def often(number: int) -> str:
    """Return how often, in words."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
