"""Settings as options and environment variables, both derived from their declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import EnumType
from typing import Any, Literal, TypeVar, get_args, get_origin

import click
from pydantic import ValidationError

from mock_server.settings import (
    ENVIRONMENT_PREFIX,
    EnvironmentSettings,
    Settings,
    messages_of_settings,
)
from mock_server.text import did_you_mean

F = TypeVar("F", bound=Callable[..., Any])

_OTHER_VARIABLES = (
    "MOCK_SERVER_URL",
    "MOCK_SERVER_PULL_TOKEN",
    "MOCK_SERVER_PULL_APPLICATION_ID",
    "MOCK_SERVER_PULL_KEY",
)
"""Environment variables of commands that are not settings."""


def flag_of(name: str) -> str:
    """Return the flag of a setting: ``--log-format`` for ``log_format`` unless it declares one."""
    extra = Settings.model_fields[name].json_schema_extra
    usual = "--" + name.replace("_", "-")
    return str(extra.get("flag", usual)) if isinstance(extra, dict) else usual


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return ENVIRONMENT_PREFIX + name.upper()


def metavar_of(name: str) -> str:
    """Return the placeholder of a setting's value: its choices, ``INT`` or ``TEXT``."""
    kind = Settings.model_fields[name].annotation
    if isinstance(kind, EnumType):
        return "|".join(member.value for member in kind)
    if get_origin(kind) is Literal:
        return "|".join(map(str, get_args(kind)))
    return "INT" if int in (kind, *get_args(kind)) else "TEXT"


def unknown_variables(variables: Iterable[str]) -> Iterator[str]:
    """Yield a warning for each variable that has the prefix of settings and is not one."""
    known = [*map(variable_of, Settings.model_fields), *_OTHER_VARIABLES]
    for name in sorted(variables):
        if name.upper().startswith(ENVIRONMENT_PREFIX) and name.upper() not in known:
            yield f"{name} is not a setting and is ignored{did_you_mean(name.upper(), known)}"


def settings_options(*names: str, **meanings: str) -> Callable[[F], F]:
    """Return a decorator that gives a command the options of settings.

    :param names: the settings; all by default
    :param meanings: help texts that replace those of the declarations
    """

    def decorate(function: F) -> F:
        for name in reversed(names or tuple(Settings.model_fields)):
            setting = Settings.model_fields[name]
            is_list = get_origin(setting.annotation) is tuple
            default = "" if setting.default in (None, ()) else f"; default: {setting.default}"
            function = click.option(
                flag_of(name),
                name,
                multiple=is_list,
                metavar=metavar_of(name),
                help=f"{meanings.get(name, setting.description)}"
                f"  [env: {variable_of(name)}{default}]",
            )(function)
        return function

    return decorate


def read_settings(flags: Mapping[str, Any]) -> Settings:
    """Return the settings from flags, and from environment variables where a flag is missing.

    :raises click.UsageError: with every wrong value, and where it came from
    """
    given = {name: value for name, value in flags.items() if value not in (None, ())}

    def origin(name: str) -> str:
        return flag_of(name) if name in given else variable_of(name)

    try:
        settings = EnvironmentSettings(**given)
    except ValidationError as error:
        raise click.UsageError("\n".join(messages_of_settings(error, origin))) from None
    if "locales" in flags and settings.locales:
        from mock_server.generate import check_locales  # here, because importing Faker takes long

        try:
            check_locales(settings.locales)
        except ValueError as error:
            raise click.UsageError(f"{origin('locales')}: {error}") from None
    return settings
