"""What worlds of their own cost: made, used for the first time, reset, saved and restored."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from http.client import HTTPConnection
from typing import Any

from mock_server import MockServer, Settings, create_app
from mock_server.worlds.registry import Worlds
from tests.benchmarks.people import person
from tests.benchmarks.programs.talk import answer, job
from tests.benchmarks.targets import users_path


async def made(fixtures: str, rounds: int) -> list[float]:
    """Return the milliseconds that it takes to make a world, without the HTTP around it."""
    worlds: Worlds = create_app(Settings(fixtures=(fixtures,))).state.worlds
    seeded = await worlds.seeded()
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        await worlds.create(f"sandbox-{number}", seeded)
        times.append((time.perf_counter() - started) * 1000)
        worlds.delete(f"sandbox-{number}")
    return times


class Sandbox:
    """A sandbox of a server, over one connection; everything that it is asked is timed."""

    def __init__(self, server: MockServer, times: dict[str, list[float]]) -> None:
        self._connection = HTTPConnection(server.url.removeprefix("http://"))
        self._token = server.token()
        self._users = users_path(server.application_id)
        self._times = times
        made = self.timed("made", "POST", "/_mock/sandboxes", {})
        self._path = made["path"]

    def timed(self, what: str, method: str, path: str, body: Any = None) -> Any:
        """Return what a request is answered with."""
        content = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        started = time.perf_counter()
        self._connection.request(method, path, content, headers)
        response = self._connection.getresponse()
        received = response.read()
        self._times[what].append((time.perf_counter() - started) * 1000)
        if response.status >= 400:
            raise RuntimeError(f"{method} {path} was answered {response.status}: {received!r}")
        return json.loads(received) if received else None

    def use(self) -> None:
        """List and write twice, save, reset, restore, and delete the sandbox."""
        users, control = f"{self._path}{self._users}", f"{self._path}/_mock"
        for which in ("first", "second"):
            self.timed(f"{which} listing", "GET", users)
        for number, which in enumerate(("first", "second")):
            user = {**person(number), "email": f"{which}@example.org", "password": "password1234"}
            self.timed(f"{which} write", "POST", users, user)
        self.timed("snapshot", "POST", f"{control}/snapshots/saved")
        self.timed("reset", "POST", f"{control}/reset")
        self.timed("restore", "POST", f"{control}/snapshots/saved/restore")
        self.timed("deleted", "DELETE", self._path.replace("/_sandbox/", "/_mock/sandboxes/"))
        self._connection.close()


def used(fixtures: str, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each step, as a client sees them."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    with MockServer(fixtures=[fixtures]) as server:
        server.sandbox().delete()  # makes the control plane, which only the first request waits for
        for _ in range(rounds):
            Sandbox(server, times).use()
    return times


def main() -> None:
    """Answer the times for a fixture file."""
    wanted = job()
    world = asyncio.run(made(wanted["fixtures"], wanted["rounds"]))
    answer({"world": world, **used(wanted["fixtures"], wanted["rounds"])})


if __name__ == "__main__":
    main()
