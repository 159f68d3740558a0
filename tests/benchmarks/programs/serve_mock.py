"""The mock in a process of its own, with the users that the job asks for."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from mock_server import Settings, create_app
from mock_server.control.world import World
from tests.benchmarks.programs.filling import fill
from tests.benchmarks.programs.serving import serve
from tests.benchmarks.programs.talk import job


async def filled(app: FastAPI, users: int) -> None:
    """Put the seed into the world, and so many users."""
    await app.state.worlds.ready()
    await fill(app.state.worlds.main, users)


def forget() -> None:
    """Let no request be written down: neither put into the journal, nor made ready for it."""
    losant.__dict__["_exchange"] = lambda *arguments: None
    Journal.__dict__  # noqa: B018

    """Serve with ``users`` in the store, or with those of ``fixtures``; without a ``journal`` too.
    """
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
