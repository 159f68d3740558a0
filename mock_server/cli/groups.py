"""Kinds of commands that click does not have."""

from __future__ import annotations

import re
from typing import Any

import click


class OrderedGroup(click.Group):
    """A group whose help lists its commands in the order in which they are declared."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class GroupWithDefault(OrderedGroup):
    """A group with a default command, whose options the group takes as well."""

    def __init__(self, *args: Any, default: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._default = default
        self.options_metavar, self.subcommand_metavar = "", "[COMMAND] [OPTIONS]..."

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_named = args and (args[0] in ctx.help_option_names or not args[0].startswith("-"))
        return super().parse_args(ctx, args if is_named else [self._default, *args])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.commands[self._default].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


class WithNegativeNumbers(click.Command):
    """A command whose arguments may be negative numbers."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" not in args:
            negative = [one for one in args if re.match(r"-[0-9.]", one)]
            args = [*(one for one in args if one not in negative), "--", *negative]
        return super().parse_args(ctx, args)
