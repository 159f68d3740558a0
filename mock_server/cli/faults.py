"""``mock-server faults``: inject errors, delays and broken connections."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.groups import GroupWithDefault, OrderedGroup
from mock_server.cli.output import print_lines
from mock_server.cli.patterns import Decorator, argument, gathered, option, options
from mock_server.cli.remote import on_server
from mock_server.faults.kinds import KINDS, Fault

if TYPE_CHECKING:
    from mock_server.client import LosantMock
    from mock_server.client.faults import Fault as AddedFault


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

    Faults apply in the order in which they were added, up to the first that answers or ends the
    connection.
    """  # noqa: D301 - click wants the control character


@command.command(name="list")
@on_server
def show(losant: LosantMock) -> None:
    """List the faults. This is the default command."""
    print_lines(map(_line, losant.faults), nothing="no faults")


@command.command()
@click.argument("fault_id", metavar="ID")
@on_server
def remove(losant: LosantMock, *, fault_id: str) -> None:
    """Remove a fault by the id that was printed when it was added."""
    losant.faults.remove(fault_id)


@command.command()
@on_server
def clear(losant: LosantMock) -> None:
    """Remove all faults."""
    losant.faults.clear()


@command.group(cls=OrderedGroup)
def add() -> None:
    """Add a fault, and print its id.

    Every kind of fault has options that say which requests it applies to, and when. All of them
    must hold:

    \b
        mock-server faults add status 503 --action 'experienceUser*.get' --first 2
        mock-server faults add too-many-requests --retry-after 5 --every 10
        mock-server faults add delay 100ms 2s --path '*/experience/*'
        mock-server faults add close --carry-out --body '{"email": "ann@example.com"}'
    """  # noqa: D301 - click wants the control character


_CONDITIONS = options(Fault, (name for name in Fault.model_fields if name != "kind"))


def _command(kind: str, fault: type[Fault]) -> click.Command:
    """Return the command that adds one kind of fault."""
    fields = fault.model_fields

    @gathered("given", {**_parameters(kind, fault), **_CONDITIONS})
    @on_server
    def run(losant: LosantMock, *, given: Mapping[str, Any]) -> None:
        definition = {fields[name].alias or name: _json(value) for name, value in given.items()}
        if kind == "delay" and "max" in definition:
            definition["min"] = definition.pop("seconds")
        click.echo(losant.faults.add({"kind": kind, **definition}).id)

    return click.command(name=_spelled(kind), help=_help(kind, fault))(run)


def _parameters(kind: str, fault: type[Fault]) -> Mapping[str, Decorator]:
    """Return the parameters that a kind has of its own.

    The first required property is an argument; all others are options. Only delays are different:
    one duration is a fixed delay, two are the shortest and the longest.
    """
    fields = fault.model_fields
    if kind == "delay":
        return {
            "seconds": argument("seconds", fields["seconds"], metavar="[DURATION]", required=False),
            "max": argument("max", fields["max"], metavar="[LONGEST]", required=False),
            **options(fault, ("median", "sigma")),
        }
    own = [name for name in fields if name not in Fault.model_fields]
    required = _argument(fault)
    return {name: (argument if name == required else option)(name, fields[name]) for name in own}


def _argument(fault: type[Fault]) -> str | None:
    """Return the name of the property that is an argument."""
    fields = fault.model_fields.items()
    return next((name for name, one in fields if name != "kind" and one.is_required()), None)


def _help(kind: str, fault: type[Fault]) -> str:
    paragraphs = [cleandoc(fault.__doc__ or "")]
    name = _argument(fault)
    if kind == "delay":
        paragraphs.append(
            "DURATION, such as 200ms or 2s, is a fixed delay; with LONGEST, delays are between the"
            " two. For log-normal delays, use --median and --sigma."
        )
    elif name is not None:
        paragraphs.append(f"{name.upper()}: {fault.model_fields[name].description}")
    return "\n\n".join(paragraphs)


def _json(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _line(fault: AddedFault) -> str:
    properties = dict(fault.definition)
    kind = properties.pop("kind")
    shown = [f"{_spelled(name)}={_text(value)}" for name, value in properties.items()]
    counts = f"matched {fault.matched}, struck {fault.struck}"
    return "  ".join([fault.id, " ".join([_spelled(kind), *shown]), counts])


def _spelled(name: str) -> str:
    """Return a name as the command line spells it: ``rate-limit`` for ``rateLimit``."""
    return re.sub("([A-Z])", r"-\1", name).lower()


def _text(value: Any) -> str:
    is_plain = isinstance(value, str) and value.isprintable()
    return str(value) if is_plain else json.dumps(value)


for _kind, _fault in KINDS.items():
    add.add_command(_command(_kind, _fault))
