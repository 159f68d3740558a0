"""Which world a request is for."""

from __future__ import annotations

from starlette.types import Scope

from mock_server.worlds.registry import InvalidName, SandboxDeleted, Worlds
from mock_server.worlds.world import World

CONTROL_PREFIX = "/_mock"
SANDBOX_PREFIX = "/_sandbox"
WORLD = "losant_mock_server.world"
"""The key of an ASGI scope that holds the request's world."""
SANDBOX = "losant_mock_server.sandbox"
"""The key of an ASGI scope that holds the name of the request's sandbox, or None."""

_SHOWN = 100
"""How many characters of a name are repeated to who sent it."""


class NoWorld(Exception):
    """There is no world of this name, and none can be made."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message

    @classmethod
    def deleted(cls, name: str) -> NoWorld:
        """Return the error for a sandbox that was deleted."""
        return cls(
            410,
            "Gone",
            f'Sandbox "{name}" was deleted; something still uses it.'
            " Make it again with POST /_mock/sandboxes, or take another name",
        )

    @classmethod
    def misnamed(cls, name: str) -> NoWorld:
        """Return the error for a name that a sandbox can not have."""
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        return cls(
            400,
            "Validation",
            f'"{shown}" can not be the name of a sandbox: up to 128 letters, digits, dots, hyphens'
            " and underscores, the first of them a letter or a digit",
        )


async def world_of(worlds: Worlds, name: str | None) -> World:
    """Return the world that a path names: a sandbox, which is made if it is new, or the main one.

    :raises NoWorld: when there is none, and none can be made
    """
    if name is None:
        return worlds.main
    try:
        return await worlds.get_or_create(name)
    except SandboxDeleted:
        raise NoWorld.deleted(name) from None
    except InvalidName:
        raise NoWorld.misnamed(name) from None


def world_of_scope(scope: Scope) -> World:
    """Return the world of a request that has passed the sandbox middleware."""
    world: World = scope[WORLD]
    return world
