"""Assertions about the journal, told so that one sees at once what was different."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from mock_server.control import redaction
from mock_server.control.journal import Exchange, Journal
from mock_server.control.matching import UNSET, Difference, RequestPattern

_NEAREST = 3
_LISTED = 100
"""Requests, of which the newest are listed."""

_LINE = 100
"""Characters, after which what was wanted and what was found get a line each."""

_ABSENT = {"action": "the path names none", "status": "it was not answered"}
_REMEDY = "let the journal keep more (journal-requests, journal-bytes), or clear it at the start"


@dataclass(frozen=True)
class Times:
    """How often something must have been; ``most`` is None for any number."""

    least: int = 1
    most: int | None = None

    def allows(self, count: int) -> bool:
        return count >= self.least and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {_often(self.least)}"
        if self.least == self.most:
            return f"exactly {_often(self.most)}" if self.most else "never"
        if self.least == 0:
            return f"at most {_often(self.most)}"
        return f"{self.least} to {self.most} times"


@dataclass(frozen=True)
class NearMiss:
    """A request that is nearly what was looked for, and in what it differs."""

    exchange: Exchange
    differences: Sequence[Difference]


@dataclass(frozen=True)
class Verdict:
    """Whether an assertion holds; ``message`` says why not, and is empty if it does."""

    count: int
    message: str = ""
    near_misses: Sequence[NearMiss] = ()

    @property
    def passed(self) -> bool:
        return not self.message


def verify(journal: Journal, pattern: RequestPattern, times: Times) -> Verdict:
    """Tell whether as many requests match as should.

    Where that can not be known, it does not hold: because the journal no longer keeps all requests,
    or because it hides what is looked for.
    """
    secrets = _secrets(pattern)
    if secrets:
        return Verdict(0, _hidden(pattern, secrets))
    found = list(journal.find(pattern))
    count = len(found) if pattern.looks_inside else journal.count(pattern)
    unknown = _unknown(journal, pattern)
    if times.allows(count):
        doubtful = unknown and times.most is not None
        return Verdict(count, _doubt(pattern, count, unknown) if doubtful else "")
    near = nearest(journal.kept, pattern) if count < times.least else []
    if found:
        near = [miss for miss in near if not _elsewhere(miss)]
    return Verdict(count, _failure(journal, pattern, times, count, found, near, unknown), near)


def verify_order(journal: Journal, patterns: Sequence[RequestPattern]) -> Verdict:
    """Tell whether there were requests that match the patterns, one after the other.

    Other requests may have come in between.
    """
    for pattern in patterns:
        secrets = _secrets(pattern)
        if secrets:
            return Verdict(0, _hidden(pattern, secrets))
    rest = journal.kept
    found: list[Exchange] = []
    for pattern in patterns:
        place = next((i for i, exchange in enumerate(rest) if pattern.matches(exchange)), None)
        if place is None:
            near = nearest(rest, pattern)
            return Verdict(len(found), _out_of_order(journal, patterns, found, near), near)
        found.append(rest[place])
        rest = rest[place + 1 :]
    return Verdict(len(found))


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
    least = min((_elsewhere(miss) for miss in misses), default=0)
    misses = [miss for miss in misses if _elsewhere(miss) == least]
    if least:
        misses = list({str(miss.differences): miss for miss in reversed(misses)}.values())[::-1]
    return sorted(misses, key=_distance)[:_NEAREST]


def _elsewhere(miss: NearMiss) -> int:
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


def _secrets(pattern: RequestPattern) -> list[str]:
    """Return where a pattern looks for what the journal hides."""
    has_body, query = pattern.body is not UNSET, pattern.query or {}
    shown = _Shown(redaction.document(pattern.body) if has_body else None, query)
    inside = RequestPattern(query=query, body=pattern.body)
    secrets = [redaction.text(one.where) for one in inside.differences(shown)]
    if pattern.path is not None and redaction.text(pattern.path) != pattern.path:
        secrets.insert(0, "path")
    return secrets


class _Shown:
    """A request with nothing secret in it."""

    action = status = None
    method = path = ""

    def __init__(self, body: Any, query: Mapping[str, str]) -> None:
        self.body = body
        self.query = redaction.parameters(query)


def _unknown(journal: Journal, pattern: RequestPattern) -> int:
    """Return how many requests might match, but can not be looked into any more."""
    if not pattern.looks_inside or journal.total == len(journal.kept):
        return 0
    return journal.count(pattern) - sum(1 for _ in journal.find(pattern.outside))


def _hidden(pattern: RequestPattern, secrets: Sequence[str]) -> str:
    shown = replace(
        pattern,
        path=pattern.path and redaction.text(pattern.path),
        query=None if pattern.query is None else redaction.parameters(pattern.query),
        body=UNSET if pattern.body is UNSET else redaction.document(pattern.body),
    )
    lines = _titled(shown, "can not be told, because the journal hides passwords and tokens:")
    hint = f'Leave that out, or look for "{redaction.HIDDEN}" to see that something was sent.'
    return "\n".join([*lines, *(f"  {_printable(where)}" for where in secrets), hint])


def _doubt(pattern: RequestPattern, count: int, unknown: int) -> str:
    came = f"came {_often(count)}" if count else "did not come"
    older = f"{_counted(unknown, 'older request')} that might match {_are(unknown)} no longer kept"
    doubt = f"{came} as far as the journal goes, but {older}; {_REMEDY}"
    return "\n".join(_titled(pattern, doubt))


def _failure(
    journal: Journal,
    pattern: RequestPattern,
    times: Times,
    count: int,
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
    unknown: int,
) -> str:
    was = _was(pattern, count, journal.total)
    lines = list(_titled(pattern, f"wanted {times}, but {was}"))
    if found:
        lines += ["", *_listed("matching", found, count)]
    lines += _nearest(near)
    lines += _no_longer_kept(journal, unknown if count < times.least else 0)
    return "\n".join(lines)


def _out_of_order(
    journal: Journal,
    patterns: Sequence[RequestPattern],
    found: Sequence[Exchange],
    near: Sequence[NearMiss],
) -> str:
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
    lines += _nearest([miss for miss in near if not _elsewhere(miss)])
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
    yield from map(summary, shown)


def _nearest(near: Sequence[NearMiss]) -> Iterator[str]:
    if near:
        yield from ("", "nearest:")
    for miss in near:
        yield summary(miss.exchange)
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
        older = f"{_counted(dropped, 'older request')} {_are(dropped)} no longer kept"
        yield from ("", f"{older}{might}; {_REMEDY}")


def summary(exchange: Exchange) -> str:
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
    requests = _counted(total, "request")
    if pattern == RequestPattern():
        return f"there {'was' if total == 1 else 'were'} {requests}"
    if total == 1:
        return "came once" if count else "the one request was another"
    return f"{f'came {_often(count)}' if count else 'was not'} among {requests}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _written(value: Any) -> str:
    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    """Return text in one line, of which every character shows."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _often(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
