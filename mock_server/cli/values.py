"""Types of options and arguments that click does not have."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import click

from mock_server.domain.clock import parse_instant

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_FIRST, _LAST = 0, 32_503_680_000_000
"""Milliseconds: the beginnings of 1970 and 3000."""


def duration(text: str) -> timedelta:
    """Parse a duration: a number with a unit, or of seconds."""
    match = re.fullmatch(r"(-?[0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|[smhd]?)", text)
    if match is None:
        raise click.BadParameter(f"{text!r} is not a duration; write 200ms, 90s, 15m, 1h or 7d")
    seconds = float(match[1]) * _SECONDS[match[2] or "s"]
    return timedelta(seconds=max(seconds, timedelta.min.total_seconds()))


def instant(text: str) -> int:
    """Parse a date that the clock of a server can show."""
    found = parse_instant(text)
    if found is None or not _FIRST <= found <= _LAST:
        raise click.BadParameter(
            f"{text!r} is not an ISO 8601 date between 1970 and 3000; write 2024-05-17T09:30:00Z"
        )
    return found


def json_value(text: str) -> Any:
    """Parse JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise click.BadParameter(f"{text!r} is not JSON") from None


def pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Parse options such as NAME=VALUE."""
    found = {}
    for one in values:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE", ctx, param)
        found[name] = value
    return found


def given_name(text: str) -> str:
    """Check the name of a sandbox or a snapshot."""
    from mock_server.worlds.registry import is_name

    if not is_name(text):
        raise click.BadParameter(
            f"{text!r} is not a valid name: up to 128 letters, digits, dots, hyphens and"
            " underscores, the first of them a letter or a digit"
        )
    return text


def spelled(name: str) -> str:
    """Return a name as the command line spells it: ``rate-limit`` for ``rateLimit``."""
    return re.sub("([A-Z])", r"-\1", name).lower()
