"""Options that say which requests are meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce, wraps
from typing import Any

import click
from click.core import ParameterSource

from mock_server.cli.values import json_value, pairs

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

ACTION: Mapping[str, Decorator] = {
    "action": click.option(
        "--action", metavar="GLOB", help="Action: experienceUsers.post, 'experienceUser.*'."
    )
}
PATTERN: Mapping[str, Decorator] = {
    "method": click.option("--method", help="GET, POST, PATCH or DELETE."),
    "path": click.option(
        "--path", metavar="GLOB", help="Path, in which * is any run of characters, slashes too."
    ),
    "query": click.option(
        "--query",
        metavar="NAME=VALUE",
        multiple=True,
        callback=pairs,
        help="Parameter of the query string. Repeatable.",
    ),
    "json": click.option(
        "--body",
        "json",
        type=json_value,
        metavar="JSON",
        help="What must be in the body; objects may have more properties, at any depth.",
    ),
}
STATUS: Mapping[str, Decorator] = {
    "status": click.option("--status", help="What was answered: 201, or 4xx for a class.")
}


def declared(function: Callable[..., Any], *options: Decorator) -> Callable[..., Any]:
    """Return a function with options declared, which the help lists in this order."""
    return reduce(lambda decorated, option: option(decorated), reversed(options), function)


def gathered(into: str, options: Mapping[str, Decorator]) -> Decorator:
    """Return a decorator that hands those of the options that are given over as one mapping.

    :param into: what the function calls the mapping
    :param options: what declares them, by the name of the value
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **arguments: Any) -> Any:
            values = {name: arguments.pop(name) for name in options}
            given = {name: value for name, value in values.items() if _is_given(name)}
            return function(*args, **{into: given}, **arguments)

        return declared(run, *options.values())

    return decorate


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE
