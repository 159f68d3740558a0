"""The commands that add faults. Their parameters and help follow from the classes of the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from mock_server.cli.patterns import Decorator, gathered
from mock_server.cli.remote import on_server
from mock_server.cli.values import duration, json_value, pairs, spelled
from mock_server.faults.kinds import KINDS, Fault
from mock_server.schemas.request_model import Notation

if TYPE_CHECKING:
    from mock_server.client import LosantMock

_NOTATIONS: Mapping[str, Mapping[str, Any]] = {
    "DURATION": {"type": duration},
    "JSON": {"type": json_value},
    "NAME=VALUE": {"multiple": True, "callback": pairs},
}
"""What click has to know about values that are written in a particular way."""

_TYPES: Mapping[Any, Mapping[str, Any]] = {
    bool: {"is_flag": True},
    int: {"type": int, "metavar": "N"},
    float: {"type": float, "metavar": "NUMBER"},
}


def _option(name: str, field: FieldInfo) -> Decorator:
    """Return an option that stands for a field of a model."""
    settings = {**_settings(field), "required": field.is_required(), "help": _help(field)}
    return click.option(f"--{name.replace('_', '-')}", name, **settings)


def _argument(
    name: str, field: FieldInfo, *, metavar: str | None = None, required: bool = True
) -> Decorator:
    """Return an argument that stands for a field of a model."""
    settings = {**_settings(field), "metavar": metavar, "required": required}
    return click.argument(name, **settings)


def _settings(field: FieldInfo) -> dict[str, Any]:
    """Return what click has to know about the values of a field."""
    kind, metadata = _unwrapped(field)
    notation = next((one.name for one in metadata if isinstance(one, Notation)), None)
    if notation is not None:
        return {"metavar": notation, **_NOTATIONS.get(notation, {})}
    return dict(_TYPES.get(kind, {}))


def _help(field: FieldInfo) -> str:
    _, metadata = _unwrapped(field)
    nested = (one.description for one in metadata if isinstance(one, FieldInfo))
    text = field.description or next(filter(None, nested), "")
    return f"{text}  Repeatable." if _settings(field).get("multiple") else text


def _unwrapped(field: FieldInfo) -> tuple[Any, list[Any]]:
    """Return the type of a field's values other than None, and all its annotations."""
    kind, metadata = field.annotation, list(field.metadata)
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            metadata += more
        elif type(None) in get_args(kind) and len(get_args(kind)) == 2:
            kind = next(one for one in get_args(kind) if one is not type(None))
        else:
            return kind, metadata


_CONDITIONS = {
    name: _option(name, field) for name, field in Fault.model_fields.items() if name != "kind"
}


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

    return click.command(name=spelled(kind), help=_description(kind, fault))(run)


def _parameters(kind: str, fault: type[Fault]) -> Mapping[str, Decorator]:
    """Return the parameters that a kind has of its own.

    The first required property is an argument; all others are options. Only delays are different:
    one duration is a fixed delay, two are the shortest and the longest.
    """
    fields = fault.model_fields
    own = {name: field for name, field in fields.items() if name not in Fault.model_fields}
    if kind == "delay":
        return {
            "seconds": _argument("seconds", own["seconds"], metavar="[DURATION]", required=False),
            "max": _argument("max", own["max"], metavar="[LONGEST]", required=False),
            "median": _option("median", own["median"]),
            "sigma": _option("sigma", own["sigma"]),
        }
    argument = _argument_name(fault)
    return {
        name: (_argument if name == argument else _option)(name, field)
        for name, field in own.items()
    }


def _argument_name(fault: type[Fault]) -> str | None:
    """Return the name of the property that is an argument."""
    fields = fault.model_fields.items()
    return next((name for name, one in fields if name != "kind" and one.is_required()), None)


def _description(kind: str, fault: type[Fault]) -> str:
    paragraphs = [cleandoc(fault.__doc__ or "")]
    name = _argument_name(fault)
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


COMMANDS = {spelled(kind): _command(kind, fault) for kind, fault in KINDS.items()}
"""The commands by name, in the order in which the help lists them."""
