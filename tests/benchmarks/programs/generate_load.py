"""A load generator: keep-alive connections, each with one request under way at any time.

It does as little as can be done for a response, so that the server is what is measured; it tells
how busy it was, so that it shows when that is not so.
"""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.programs.talk import answer, jobs

_NUMBER = b"{number}"
_LENGTH = b"content-length: "
_BUFFER = memoryview(bytearray(1 << 20))
_HEAD = 4096


class UnexpectedAnswer(Exception):
    """The server did not answer what it should."""


class Connection:
    """One connection, and what is still to come of the response that it waits for."""

    def __init__(self, port: int, status: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expected = b"HTTP/1.1 %d " % status
        self._missing = 0

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take in what has come; tell whether the response is complete."""
        size = self.socket.recv_into(_BUFFER)
        if not size:
            raise UnexpectedAnswer("the connection was closed")
        if not self._missing:
            self._missing = self._length(bytes(_BUFFER[: min(size, _HEAD)]))
        self._missing -= size
        return not self._missing

    def _length(self, data: bytes) -> int:
        """Return the length of a response, whose head always comes in one piece."""
        end = data.find(b"\r\n\r\n")
        start = data.find(_LENGTH, 0, end)
        if not data.startswith(self._expected) or start < 0:
            raise UnexpectedAnswer(repr(data[:1000]))
        return end + 4 + int(data[start + len(_LENGTH) : data.find(b"\r\n", start)])


def requests(template: str, first: int, numbers: int) -> Iterator[bytes]:
    """Yield requests: all the same, or with a number in the place of ``{number}``."""
    before, found, after = template.encode().partition(_NUMBER)
    if not found:
        yield from itertools.repeat(before)
    for number in itertools.count(first):
        yield b"%s%08d%s" % (before, number % numbers, after)


def run(wanted: Any) -> dict[str, float]:
    """Send as many requests as the server answers in ``seconds``."""
    connections = [
        Connection(wanted["port"], wanted["status"]) for _ in range(wanted["connections"])
    ]
    stream = requests(wanted["request"], wanted["first"], wanted["numbers"])
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(stream))
        started, busy = time.perf_counter(), time.process_time()
        answered = _answered_until(started + wanted["seconds"], selector, stream)
        elapsed, busy = time.perf_counter() - started, time.process_time() - busy
    for connection in connections:
        connection.socket.close()
    return {"answered": answered, "rate": answered / elapsed, "busy": busy / elapsed}


def _answered_until(end: float, selector: selectors.BaseSelector, stream: Iterator[bytes]) -> int:
    answered = 0
    while time.perf_counter() < end:
        for key, _ in selector.select(timeout=1):
            if key.data.receive():
                answered += 1
                key.data.send(next(stream))
    return answered


if __name__ == "__main__":
    for load in jobs():
        answer(run(load))
