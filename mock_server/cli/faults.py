"""``mock-server faults``: inject errors, delays and broken connections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.groups import GroupWithDefault
from mock_server.cli.output import print_lines
from mock_server.cli.remote import on_server
from mock_server.cli.values import spelled

if TYPE_CHECKING:
    from mock_server.client import LosantMock
    from mock_server.client.faults import Fault


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


class _Kinds(click.Group):
    """The commands that add faults, which are loaded when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _commands().get(cmd_name)


def _commands() -> Mapping[str, click.Command]:
    from mock_server.cli.fault_kinds import COMMANDS

    return COMMANDS


@command.group(cls=_Kinds)
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


def _line(fault: Fault) -> str:
    properties = dict(fault.definition)
    kind = properties.pop("kind")
    shown = [f"{spelled(name)}={_text(value)}" for name, value in properties.items()]
    counts = f"matched {fault.matched}, struck {fault.struck}"
    return "  ".join([fault.id, " ".join([spelled(kind), *shown]), counts])


def _text(value: Any) -> str:
    is_plain = isinstance(value, str) and value.isprintable()
    return str(value) if is_plain else json.dumps(value)
