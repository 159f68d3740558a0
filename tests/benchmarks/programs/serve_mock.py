"""The mock in a process of its own, with the users that the job asks for."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from fastapi import FastAPI

from mock_server import Settings, create_app
from mock_server.journal.journal import Journal
from mock_server.losant.middleware import recording as losant
from mock_server.worlds.world import World
from tests.benchmarks.programs.filling import fill
from tests.benchmarks.programs.serving import serve
from tests.benchmarks.programs.talk import job


async def filled(app: FastAPI, users: int) -> None:
    """Put the seed into the world, and so many users."""
    await app.state.worlds.ready()
    await fill(app.state.worlds.main, users)


def forget() -> None:
    """Write no request down, nor make it ready for that."""
    patch.object(losant, "_exchange", new=lambda *arguments: None).start()
    patch.object(Journal, "record", new=lambda self, exchange: None).start()


def main() -> None:
    """Serve with ``users`` in the store, or those of ``fixtures``, and a ``journal`` or none."""
    wanted = job()
    if not wanted.get("journal", True):
        forget()
    app = create_app(Settings(port=0, fixtures=wanted.get("fixtures", ())))
    world: World = app.state.worlds.main
    asyncio.run(filled(app, wanted.get("users", 0)))
    token = world.tokens.sign(("all.Application",), world.clock.now())
    serve(app, application_id=world.application_id, token=token)


if __name__ == "__main__":
    main()
