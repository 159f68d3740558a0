"""``mock-server faults``: trouble for requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.groups import GroupWithDefault, OrderedGroup
from mock_server.cli.output import print_lines
from mock_server.cli.patterns import ACTION, PATTERN, Decorator, declared, gathered
from mock_server.cli.remote import on_server
from mock_server.cli.values import duration

if TYPE_CHECKING:
    from mock_server.client import LosantMock
    from mock_server.client.faults import Fault, Faults


@click.group(name="faults", cls=GroupWithDefault, default="list")
def command() -> None:
    """Inject faults: errors, delays, broken connections.

    \b
        mock-server faults add status 503 --action experienceUsers.get --first 2
        mock-server faults add delay 2s --probability 0.1
        mock-server faults add reset --method POST --nth 3
        mock-server faults
        mock-server faults remove fault-1
        mock-server faults clear

    They act in the order in which they were added. The first that answers or ends the connection
    decides; those after it do not see the request, and take over when it has run out.
    """  # noqa: D301 - click wants the control character


@command.command(name="list")
@on_server
def show(losant: LosantMock) -> None:
    """Print the faults; this is meant without a command."""
    print_lines(map(_line, losant.faults), nothing="no faults")


@command.command()
@click.argument("fault_id", metavar="ID")
@on_server
def remove(losant: LosantMock, *, fault_id: str) -> None:
    """Remove a fault, by the id that was printed when it was added."""
    losant.faults.remove(fault_id)


@command.command()
@on_server
def clear(losant: LosantMock) -> None:
    """Remove all faults."""
    losant.faults.clear()


@command.group(cls=OrderedGroup)
def add() -> None:
    """Add a fault, and print its id.

    Each kind takes options that say which requests it strikes, and when; all of them must hold:

    \b
        mock-server faults add status 503 --action 'experienceUser*.get' --first 2
        mock-server faults add too-many-requests --retry-after 5 --every 10
        mock-server faults add delay 100ms 2s --path '*/experience/*'
        mock-server faults add close --carry-out --body '{"email": "ann@example.com"}'
    """  # noqa: D301 - click wants the control character


_STRIKES: Mapping[str, Decorator] = {
    **ACTION,
    **PATTERN,
    "token": click.option("--token", help="Exactly this token."),
    "first": click.option("--first", type=int, metavar="N", help="The first N that match."),
    "every": click.option("--every", type=int, metavar="N", help="Every Nth that matches."),
    "nth": click.option("--nth", type=int, metavar="N", help="The Nth that matches, and no other."),
    "probability": click.option(
        "--probability", type=float, metavar="P", help="By chance, from 0 to 1."
    ),
    "until": click.option(
        "--until", metavar="DATE", help="Before this time on the server's clock."
    ),
}
_CARRY_OUT = click.option(
    "--carry-out", is_flag=True, help="Do what the request asks for, and only then let it fail."
)
_RETRY_AFTER = click.option(
    "--retry-after", type=int, metavar="SECONDS", help="For the Retry-After header."
)


def _kind(name: str, *parameters: Decorator) -> Callable[[Callable[..., Fault]], click.Command]:
    """Return a decorator that makes a function the command that adds one kind of faults."""

    def decorate(function: Callable[..., Fault]) -> click.Command:
        @gathered("strikes", _STRIKES)
        @on_server
        def run(losant: LosantMock, *, strikes: Mapping[str, Any], **effect: Any) -> None:
            click.echo(function(losant.faults, **effect, **strikes).id)

        return add.command(name=name, help=function.__doc__)(declared(run, *parameters))

    return decorate


@_kind(
    "status",
    click.argument("status", type=int),
    click.option("--type", help="Type in the body; follows from the status."),
    click.option("--message", help="Message in the body."),
    _RETRY_AFTER,
    _CARRY_OUT,
)
def _status(faults: Faults, **given: Any) -> Fault:
    """Answer an error, with a body like the API's.

    STATUS is from 400 to 599.
    """
    return faults.status(**given)


@_kind("too-many-requests", _RETRY_AFTER)
def _too_many_requests(faults: Faults, **given: Any) -> Fault:
    """Answer 429, with Retry-After: 1 by default."""
    return faults.too_many_requests(**given)


@_kind("expired-token")
def _expired_token(faults: Faults, **strikes: Any) -> Fault:
    """Answer as to a token that has expired."""
    return faults.expired_token(**strikes)


@_kind(
    "rate-limit",
    click.argument("limit", type=int),
    click.option(
        "--window", type=duration, required=True, help="Of the server's clock: 60s, 15m, 1h."
    ),
)
def _rate_limit(faults: Faults, *, limit: int, window: timedelta, **strikes: Any) -> Fault:
    """Answer 429 to more than LIMIT requests in a window."""
    return faults.rate_limit(limit, window=window.total_seconds(), **strikes)


@_kind(
    "delay",
    click.argument("shortest", metavar="[DURATION]", type=duration, required=False),
    click.argument("longest", metavar="[LONGEST]", type=duration, required=False),
    click.option("--median", type=duration, help="Take log-normal times around this one."),
    click.option("--sigma", type=float, help="How far they spread, such as 0.5."),
)
def _delay(
    faults: Faults,
    *,
    shortest: timedelta | None,
    longest: timedelta | None,
    median: timedelta | None,
    sigma: float | None,
    **strikes: Any,
) -> Fault:
    """Wait before the request is looked at.

    For a DURATION such as 200ms or 2s, for one from DURATION to LONGEST, or log-normally.
    """
    seconds = _seconds(shortest)
    between = None if seconds is None or longest is None else (seconds, longest.total_seconds())
    return faults.delay(between or seconds, median=_seconds(median), sigma=sigma, **strikes)


@_kind("slow", click.argument("bytes_per_second", type=float))
def _slow(faults: Faults, **given: Any) -> Fault:
    """Send the answer's body slowly."""
    return faults.slow(**given)


@_kind("reset", _CARRY_OUT)
def _reset(faults: Faults, **given: Any) -> Fault:
    """Reset the connection, without an answer."""
    return faults.reset(**given)


@_kind("close", _CARRY_OUT)
def _close(faults: Faults, **given: Any) -> Fault:
    """Close the connection, without an answer."""
    return faults.close(**given)


@_kind("malformed")
def _malformed(faults: Faults, **strikes: Any) -> Fault:
    """Break the JSON of the answer."""
    return faults.malformed(**strikes)


@_kind("truncated")
def _truncated(faults: Faults, **strikes: Any) -> Fault:
    """Close the connection half-way through the answer."""
    return faults.truncated(**strikes)


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _line(fault: Fault) -> str:
    given = dict(fault.definition)
    kind = given.pop("kind")
    told = [f"{_spelt(name)}={_written(value)}" for name, value in given.items()]
    counts = f"matched {fault.matched}, struck {fault.struck}"
    return "  ".join([fault.id, " ".join([_spelt(kind), *told]), counts])


def _spelt(name: str) -> str:
    """Return a name as it is spelt here: ``rate-limit`` for ``rateLimit``."""
    return re.sub("([A-Z])", r"-\1", name).lower()


def _written(value: Any) -> str:
    is_plain = isinstance(value, str) and value.isprintable()
    return str(value) if is_plain else json.dumps(value)
