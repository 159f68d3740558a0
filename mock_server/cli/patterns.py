"""Options from the fields of models: request patterns, and the properties of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce, wraps
from typing import Annotated, Any, get_args, get_origin

import click
from click.core import ParameterSource
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mock_server.cli.values import duration, json_value, pairs
from mock_server.schemas.request_model import Notation
from mock_server.schemas.request_pattern import ExpectedRequest

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

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


def options(model: type[BaseModel], names: Iterable[str]) -> Mapping[str, Decorator]:
    """Return options that stand for fields of a model, by the names of the fields."""
    return {name: option(name, model.model_fields[name]) for name in names}


def option(name: str, field: FieldInfo) -> Decorator:
    """Return an option that stands for a field of a model."""
    settings = {**_settings(field), "required": field.is_required(), "help": _help(field)}
    return click.option(f"--{name.replace('_', '-')}", name, **settings)


def argument(
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


_PATTERN = ("action", "method", "path", "query", "body", "status")

PATTERN = options(ExpectedRequest, _PATTERN)
"""Options that say which requests are meant, by the names of the fields."""


def declared(function: Callable[..., Any], *parameters: Decorator) -> Callable[..., Any]:
    """Return a function with parameters declared, which the help lists in this order."""
    return reduce(lambda decorated, one: one(decorated), reversed(parameters), function)


def gathered(into: str, parameters: Mapping[str, Decorator]) -> Decorator:
    """Return a decorator that passes the parameters that were given as one mapping.

    :param into: what the function calls the mapping
    :param parameters: options and arguments by the names of their values
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **arguments: Any) -> Any:
            values = {name: arguments.pop(name) for name in parameters}
            given = {name: value for name, value in values.items() if _is_given(name)}
            return function(*args, **{into: given}, **arguments)

        return declared(run, *parameters.values())

    return decorate


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


def request_filter(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options of :data:`PATTERN` as the keywords of the Python client."""
    return {"json" if name == "body" else name: value for name, value in given.items()}
