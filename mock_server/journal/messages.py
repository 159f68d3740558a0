"""The messages of failed assertions: what was expected, what was recorded, how they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mock_server.domain import redaction
from mock_server.journal.journal import Exchange, Journal, NearMiss
from mock_server.schemas.request_pattern import MISSING, Difference, ExpectedRequest
from mock_server.text import counted

_LISTED = 100
"""Number of requests; only the newest are listed."""

_LINE = 100
"""Characters; in a longer line, the expected value and the value found get a line each."""

_REMEDY = (
    "increase journal-requests and journal-bytes, or clear the journal at the start of the test"
)


def hidden(pattern: ExpectedRequest, secrets: Sequence[str]) -> str:
    """Say that a pattern looks for a value that the journal hides, and where."""
    update: dict[str, Any] = {
        "path": pattern.path and redaction.text(pattern.path),
        "query": None if pattern.query is None else redaction.parameters(pattern.query),
    }
    if pattern.has_body:
        update["body"] = redaction.document(pattern.body)
    shown = pattern.model_copy(update=update)
    lines = _titled(shown, "cannot be verified, because the journal hides passwords and tokens:")
    hint = f'Leave these out, or expect "{redaction.HIDDEN}" to check that a value was sent.'
    return "\n".join([*lines, *(f"  {_printable(where)}" for where in secrets), hint])


def uncertain(pattern: ExpectedRequest, count: int, unknown: int) -> str:
    """Say that the requests that are kept are not enough to know the number."""
    matching = f"{_number(count)} matching {'request is' if count <= 1 else 'requests are'} kept"
    older = f"{counted(unknown, 'older request')} that might match {_are(unknown)} no longer kept"
    predicate = f"cannot be verified: {matching}, but {older}; {_REMEDY}"
    return "\n".join(_titled(pattern, predicate))


def wrong_number(
    journal: Journal,
    pattern: ExpectedRequest,
    times: tuple[int, int | None],
    count: int,
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
    unknown: int,
) -> str:
    """Say that the wrong number of requests match; ``unknown`` more might, but are not kept.

    :param times: the least and the most that may match; None for any number
    """
    predicate = f"expected {_times(*times)}; {_recorded(count, journal.total)}"
    lines = list(_titled(pattern, predicate))
    if found:
        lines += ["", *_listed("matching requests", found, count)]
    lines += _nearest(near)
    lines += _no_longer_kept(journal, unknown)
    return "\n".join(lines)


def out_of_order(
    journal: Journal,
    patterns: Sequence[ExpectedRequest],
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
) -> str:
    """Say which request was missing in an order, and which requests were recorded."""
    missing = patterns[len(found)]
    before = next(journal.find(missing), None)
    if found:
        only = "" if before is None else f", only before it (#{before.number})"
        was = f"no request after #{found[-1].number} matched{only}"
    else:
        was = _recorded(0, journal.total)
    predicate = f"expected as number {len(found) + 1} of the order; {was}"
    lines = [*_titled(missing, predicate), "", "expected order:"]
    places = [*(f" -> #{exchange.number}" for exchange in found), " -> missing"]
    for index, pattern in enumerate(patterns):
        place = places[index] if index < len(places) else ""
        lines.append(f"  {index + 1}. {_name(pattern)}{place}")
    if journal.kept:
        lines += ["", *_listed("recorded requests", journal.kept, journal.total)]
    lines += _nearest([miss for miss in near if not miss.distance])
    return "\n".join([*lines, *_no_longer_kept(journal, 0)])


def _times(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {_matching(least)}"
    if least == most:
        return f"exactly {_matching(most)}" if most else _matching(0)
    if least == 0:
        return f"at most {_matching(most)}"
    return f"{least:,} to {_matching(most)}"


def _matching(number: int) -> str:
    return f"{_number(number)} matching {'request' if number <= 1 else 'requests'}"


def _recorded(count: int, total: int) -> str:
    """Return how many of all requests match."""
    if not total:
        return "no requests were recorded"
    if total == 1:
        return f"the only recorded request {'matched' if count else 'did not match'}"
    if count == total:
        return f"all {total:,} recorded requests matched"
    return f"{f'{count:,}' if count else 'none'} of the {total:,} recorded requests matched"


def _titled(pattern: ExpectedRequest, predicate: str) -> Iterator[str]:
    """Yield the expected request and the predicate; a long body gets a line of its own."""
    name = _name(pattern)
    if len(name) <= _LINE or not pattern.has_body:
        yield f"{name}: {predicate}"
    else:
        yield f"{_name(pattern, with_body=False)} with this body: {predicate}"
        yield f"  {_json(pattern.body)}"


def _listed(heading: str, exchanges: Sequence[Exchange], count: int) -> Iterator[str]:
    shown = exchanges[-_LISTED:]
    yield f"{heading}:" if len(shown) == count else f"{heading} (the newest {len(shown)}):"
    yield from map(_summary, shown)


def _nearest(near: Sequence[NearMiss]) -> Iterator[str]:
    if near:
        yield from ("", "near misses:")
    for miss in near:
        yield _summary(miss.exchange)
        for difference in miss.differences:
            yield from _difference(difference)


def _difference(difference: Difference) -> Iterator[str]:
    where, expected = _printable(difference.where), _json(difference.expected)
    found = _found(difference)
    line = f"      {where}: expected {expected}, {found}"
    if len(line) <= _LINE:
        yield line
    else:
        verb, _, value = found.partition(" ")
        yield f"      {where}:"
        yield f"        expected {expected}"
        yield f"        {verb:8} {value}"


def _found(difference: Difference) -> str:
    if difference.found is not MISSING and (difference.where, difference.found) != ("body", None):
        return f"was {_json(difference.found)}"
    match difference.where:
        case "action":
            return "but the path names no action"
        case "status":
            return "but the request was not answered"
        case "body":
            return "but there was no body"
    return "but it was missing"


def _no_longer_kept(journal: Journal, unknown: int) -> Iterator[str]:
    dropped = journal.total - len(journal.kept)
    if dropped:
        might = f" ({unknown:,} of them might match)" if unknown else ""
        older = f"{counted(dropped, 'older request')} {_are(dropped)} no longer kept"
        yield from ("", f"{older}{might}; {_REMEDY}")


def _summary(exchange: Exchange) -> str:
    """Return an exchange in one line."""
    query = "&".join(f"{name}={_plain(value)}" for name, value in exchange.query.items())
    target = f"{exchange.path}?{query}" if query else exchange.path
    status = "no answer" if exchange.status is None else str(exchange.status)
    error = f" {exchange.error}: {exchange.reason}" if exchange.error else ""
    faults = f" (faults: {', '.join(exchange.faults)})" if exchange.faults else ""
    line = f"#{exchange.number} {exchange.action or '-'} {exchange.method} {target} -> {status}"
    return f"  {_printable(line + error + faults)}"


def _name(pattern: ExpectedRequest, *, with_body: bool = True) -> str:
    """Return a pattern in one line."""
    method = pattern.method and pattern.method.upper()
    name = " ".join(filter(None, (pattern.action, method, pattern.path))) or "any request"
    contents = []
    if pattern.query:
        parameters = "&".join(f"{name}={value}" for name, value in pattern.query.items())
        contents.append(f"query {parameters}")
    if pattern.has_body and with_body:
        contents.append(f"body {_json(pattern.body)}")
    if contents:
        name += f" with {' and '.join(contents)}"
    if pattern.status is not None:
        name += f" answered {pattern.status}"
    return _printable(name)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json(value: Any) -> str:
    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    """Return text in one line, with escapes for characters that cannot be seen."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _number(number: int) -> str:
    return {0: "no", 1: "one"}.get(number, f"{number:,}")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
