"""What a test session waits for: a mock server in its own process that starts, resets and stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import HTTPConnection

from mock_server.server import MockServer
from tests.benchmarks.programs.talk import answer, job
from tests.benchmarks.targets import users_path

_RESETS = 50


def milliseconds(action: Callable[[], object]) -> float:
    """Return how long ``action`` takes."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def listed(server: MockServer) -> HTTPConnection:
    """List the users, and return the connection, which stays open as those of tests do."""
    connection = HTTPConnection(server.url.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {server.token()}"}
    connection.request("GET", users_path(server.application_id), headers=headers)
    connection.getresponse().read()
    return connection


def start_and_stop() -> tuple[float, float]:
    """Return the milliseconds that one server takes for each."""
    started = time.perf_counter()
    server = MockServer()
    server.start()
    to_start = (time.perf_counter() - started) * 1000
    connection = listed(server)
    to_stop = milliseconds(server.stop)
    connection.close()
    return to_start, to_stop


def resets(fixtures: str) -> list[float]:
    """Return the milliseconds of resets of a server that was used in between."""
    with MockServer(fixtures=[fixtures]) as server:
        times = []
        for _ in range(_RESETS):
            listed(server).close()
            times.append(milliseconds(server.reset))
        return times


def main() -> None:
    """Answer the times of the first server in this process, of later ones, and of resets."""
    wanted = job()
    first, *later = [start_and_stop() for _ in range(wanted["servers"])]
    answer({"first": first, "later": later, "resets": resets(wanted["fixtures"])})


if __name__ == "__main__":
    main()
