"""Groups, and types of options and arguments, that click does not have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any

import click
from click.core import ParameterSource

from mock_server.domain.ids import is_object_id

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


class GroupWithDefault(click.Group):
    """A group with a default command, whose options the group takes as well.

    Its help lists the commands in the order in which they are declared.
    """

    def __init__(self, *args: Any, default: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._default = default
        self.options_metavar, self.subcommand_metavar = "", "[COMMAND] [OPTIONS]..."

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_named = args and (args[0] in ctx.help_option_names or not args[0].startswith("-"))
        return super().parse_args(ctx, args if is_named else [self._default, *args])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.commands[self._default].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def is_given(name: str) -> bool:
    """Return whether a parameter of the current command is on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


def gathered(into: str, parameters: Mapping[str, Decorator]) -> Decorator:
    """Return a decorator that declares parameters, and passes those given as one mapping.

    :param into: the name of the mapping in the decorated function
    :param parameters: options and arguments by the names of their values, in the order of the help
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **arguments: Any) -> Any:
            values = {name: arguments.pop(name) for name in parameters}
            given = {name: value for name, value in values.items() if is_given(name)}
            return function(*args, **{into: given}, **arguments)

        decorated: Callable[..., Any] = run
        for parameter in reversed(list(parameters.values())):
            decorated = parameter(decorated)
        return decorated

    return decorate


def duration(text: str) -> timedelta:
    """Parse a duration: a number with a unit, or of seconds."""
    match = re.fullmatch(r"(-?[0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|[smhd]?)", text)
    if match is None:
        raise click.BadParameter(f"{text!r} is not a duration; write 200ms, 90s, 15m, 1h or 7d")
    seconds = float(match[1]) * _SECONDS[match[2] or "s"]
    return timedelta(seconds=max(seconds, timedelta.min.total_seconds()))


def json_value(text: str) -> Any:
    """Parse JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise click.BadParameter(f"{text!r} is not JSON") from None


def pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Parse options such as NAME=VALUE."""
    for one in values:
        if "=" not in one:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE", ctx, param)
    return dict(one.split("=", 1) for one in values)


def application_id(text: str) -> str:
    """Check the id of an application."""
    if not is_object_id(text):
        raise click.BadParameter("must be 24 hexadecimal digits")
    return text.lower()


def given_name(text: str) -> str:
    """Check the name of a sandbox or a snapshot."""
    from mock_server.worlds.registry import is_name

    if not is_name(text):
        raise click.BadParameter(
            f"{text!r} is not a valid name: up to 128 letters, digits, dots, hyphens and"
            " underscores, the first of them a letter or a digit"
        )
    return text
