"""How long the store takes for the users whose email address has a prefix."""

from __future__ import annotations

import asyncio
import time

from mock_server import Settings, create_app
from mock_server.query.glob import Glob
from mock_server.query.listing import FieldFilter, ListQuery
from mock_server.worlds.registry import Worlds
from mock_server.worlds.world import World
from tests.benchmarks.programs.filling import fill
from tests.benchmarks.programs.talk import answer, job

_TIMES = 500


def query(pattern: str) -> ListQuery:
    """Return the default listing with a filter."""
    email = FieldFilter("email", Glob.parse(pattern))
    return ListQuery(sort_field="email", descending=False, page=0, per_page=100, filter=email)


async def microseconds(world: World, pattern: str) -> float:
    """Return the mean time of one listing."""
    wanted = query(pattern)
    started = time.perf_counter()
    for _ in range(_TIMES):
        await world.store.users(world.application_id, wanted)
    return (time.perf_counter() - started) / _TIMES * 1e6


async def measured(pattern: str, sizes: list[int], rounds: int) -> list[list[float]]:
    """Return the times for worlds of these sizes, taken in turns."""
    servers: list[Worlds] = [create_app(Settings()).state.worlds for _ in sizes]
    worlds = [server.main for server in servers]
    for server, world, size in zip(servers, worlds, sizes, strict=True):
        await server.ready()
        await fill(world, size)
        await microseconds(world, pattern)  # makes the indexes
    return [[await microseconds(world, pattern) for world in worlds] for _ in range(rounds)]


if __name__ == "__main__":
    wanted = job()
    answer(asyncio.run(measured(wanted["pattern"], wanted["sizes"], wanted["rounds"])))
