"""Options that say which requests are meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce, wraps
from typing import Any

import click
from click.core import ParameterSource

from mock_server.cli.values import json_value, pairs

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

# Not generated from the model, as the options of faults are: help must not wait for pydantic.
ACTION: Mapping[str, Decorator] = {
    "action": click.option(
        "--action", metavar="GLOB", help="Action: experienceUsers.post, 'experienceUser.*'."
    )
}
PATTERN: Mapping[str, Decorator] = {
    "method": click.option("--method", help="GET, POST, PATCH or DELETE."),
    "path": click.option("--path", metavar="GLOB", help="Path, in which * matches slashes too."),
    "query": click.option(
        "--query",
        metavar="NAME=VALUE",
        multiple=True,
        callback=pairs,
        help="Parameter that the query string must have. Repeatable.",
    ),
    "json": click.option(
        "--body",
        "json",
        type=json_value,
        metavar="JSON",
        help="JSON that the body must contain; objects may have more properties.",
    ),
    "status": click.option("--status", help="Status of the answer: 201, or 4xx for a class."),
}


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
