"""``mock-server faults``: inject errors, delays and broken connections.

The commands below ``faults add`` follow from the classes of the kinds. Those classes, and pydantic,
are imported only when one of these commands is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, get_args

import click

from mock_server.cli.output import print_lines
from mock_server.cli.parameters import (
    Decorator,
    GroupWithDefault,
    duration,
    gathered,
    json_value,
    pairs,
)
from mock_server.cli.remote import on_server

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from mock_server.client import LosantMock
    from mock_server.client.faults import Fault
    from mock_server.faults import kinds

_NOTATIONS: Mapping[str, Mapping[str, Any]] = {
    "DURATION": {"type": duration},
    "JSON": {"type": json_value},
    "NAME=VALUE": {"multiple": True, "callback": pairs},
}
"""What click must know about values that are written in a particular way."""

_TYPES: Mapping[Any, Mapping[str, Any]] = {
    bool: {"is_flag": True},
    int: {"type": int, "metavar": "N"},
    float: {"type": float, "metavar": "NUMBER"},
}


@click.group(cls=GroupWithDefault, default="list")
def faults() -> None:
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
    """


@faults.command(name="list")
@on_server
def show(losant: LosantMock) -> None:
    """List the faults. This is the default command."""
    print_lines(map(_line, losant.faults), nothing="no faults")


def _line(fault: Fault) -> str:
    properties = dict(fault.definition)
    kind = properties.pop("kind")
    shown = [f"{_spelled(name)}={_text(value)}" for name, value in properties.items()]
    counts = f"matched {fault.matched}, applied {fault.struck}"
    return "  ".join([fault.id, " ".join([_spelled(kind), *shown]), counts])


def _text(value: Any) -> str:
    is_plain = isinstance(value, str) and value.isprintable()
    return str(value) if is_plain else json.dumps(value)


@faults.command()
@click.argument("fault_id", metavar="ID")
@on_server
def remove(losant: LosantMock, *, fault_id: str) -> None:
    """Remove a fault by the id that was printed when it was added."""
    losant.faults.remove(fault_id)


@faults.command()
@on_server
def clear(losant: LosantMock) -> None:
    """Remove all faults."""
    losant.faults.clear()


class _Kinds(click.Group):
    """The commands that add faults, in the order of the kinds."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _commands().get(cmd_name)


@faults.group(cls=_Kinds)
def add() -> None:
    """Add a fault, and print its id.

    Every kind of fault has options that say which requests it applies to, and when. All of them
    must hold:

    \b
        mock-server faults add status 503 --action 'experienceUser*.get' --first 2
        mock-server faults add too-many-requests --retry-after 5 --every 10
        mock-server faults add delay 100ms 2s --path '*/experience/*'
        mock-server faults add close --carry-out --body '{"email": "ann@example.com"}'
    """


@cache
def _commands() -> Mapping[str, click.Command]:
    from mock_server.faults.kinds import KINDS, Fault

    conditions = {name: field for name, field in Fault.model_fields.items() if name != "kind"}
    return {_spelled(kind): _command(kind, fault, conditions) for kind, fault in KINDS.items()}


def _command(
    kind: str, fault: type[kinds.Fault], conditions: Mapping[str, FieldInfo]
) -> click.Command:
    """Return the command that adds one kind of fault.

    Its first required property is an argument; all others are options. Only delays are different:
    one duration is a fixed delay, two are the shortest and the longest.
    """
    fields = fault.model_fields
    own = [name for name in fields if name not in (*conditions, "kind")]
    texts = [cleandoc(fault.__doc__ or "")]
    arguments: dict[str, str | None] = {}
    if kind == "delay":
        own.remove("min")
        arguments = {"seconds": "[DURATION]", "max": "[LONGEST]"}
        texts.append(
            "DURATION, such as 200ms or 2s, is a fixed delay; with LONGEST, delays are between the"
            " two. For log-normal delays, use --median and --sigma."
        )
    for name in [name for name in own if fields[name].is_required()][:1]:
        arguments = {name: None}
        texts.append(f"{name.upper()}: {fields[name].description}")
    parameters = {
        name: _argument(name, fields[name], arguments[name])
        if name in arguments
        else _option(name, fields[name])
        for name in (*own, *conditions)
    }

    @gathered("given", parameters)
    @on_server
    def run(losant: LosantMock, *, given: Mapping[str, Any]) -> None:
        definition = {fields[name].alias or name: _json(value) for name, value in given.items()}
        if kind == "delay" and "max" in definition:
            definition["min"] = definition.pop("seconds")
        click.echo(losant.faults.add({"kind": kind, **definition}).id)

    return click.command(name=_spelled(kind), help="\n\n".join(texts))(run)


def _json(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _argument(name: str, field: FieldInfo, metavar: str | None) -> Decorator:
    """Return an argument that stands for a field of a model."""
    settings = {**_settings(field), "metavar": metavar}
    return click.argument(name, **settings, required=field.is_required())


def _option(name: str, field: FieldInfo) -> Decorator:
    """Return an option that stands for a field of a model."""
    from pydantic.fields import FieldInfo

    settings = _settings(field)
    texts = [field, *(one for one in _parts(field) if isinstance(one, FieldInfo))]
    text = next((one.description for one in texts if one.description), "")
    if settings.get("multiple"):
        text += "  Repeatable."
    flag = f"--{name.replace('_', '-')}"
    return click.option(flag, name, **settings, required=field.is_required(), help=text)


def _settings(field: FieldInfo) -> dict[str, Any]:
    """Return what click must know about the values of a field."""
    from mock_server.schemas.request_model import Notation

    parts = _parts(field)
    for one in parts:
        if isinstance(one, Notation):
            return {"metavar": one.name, **_NOTATIONS.get(one.name, {})}
    types = [one for one in parts if isinstance(one, type) and one is not type(None)]
    return dict(_TYPES.get(types[0], {})) if len(types) == 1 else {}


def _parts(field: FieldInfo) -> list[Any]:
    """Return the annotations of a field, and the types that its type consists of."""
    return [*field.metadata, *_flat(field.annotation)]


def _flat(kind: Any) -> Iterator[Any]:
    inner = get_args(kind)
    for one in inner:
        yield from _flat(one)
    if not inner:
        yield kind


def _spelled(name: str) -> str:
    """Return a name as the command line spells it: ``rate-limit`` for ``rateLimit``."""
    return re.sub("([A-Z])", r"-\1", name).lower()
