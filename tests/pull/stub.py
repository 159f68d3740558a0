"""A server whose answers a test sets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request; the names of its headers are in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """An answer; JSON if it is not bytes."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """Return the bytes of the body."""
        is_bytes = isinstance(self.content, bytes)
        return self.content if is_bytes else json.dumps(self.content).encode()


@dataclass
class Stub:
    """A running server and the requests that it got."""

    url: str
    asked: list[Asked]
    answer: Callable[[Asked], Reply]


@contextmanager
def stub(answer: Callable[[Asked], Reply]) -> Iterator[Stub]:
    """Answer requests until the end of the block."""
    running: Stub

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            target = urlsplit(self.path)
            asked = Asked(
                target.path, dict(parse_qsl(target.query)), _lowered(self.headers.items())
            )
            running.asked.append(asked)
            reply = running.answer(asked)
            body = reply.body()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Stub(f"http://127.0.0.1:{server.server_address[1]}", [], answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _lowered(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


class Application:
    """Groups and users as the real API lists them, in the order of their ids."""

    def __init__(
        self, users: list[dict[str, Any]] | None = None, groups: list[dict[str, Any]] | None = None
    ) -> None:
        self.users = users or []
        self.groups = groups or []
        self.per_page = 1000

    def __call__(self, asked: Asked) -> Reply:
        """Answer a listing."""
        items = self.users if asked.path.endswith("users") else self.groups
        after = json.loads(asked.query.get("query", "{}")).get("id", {}).get("$gt", "")
        matching = sorted((one for one in items if one["id"] > after), key=lambda one: one["id"])
        size = min(int(asked.query["perPage"]), self.per_page)
        start = size * int(asked.query.get("page", "0"))
        return Reply({"items": matching[start : start + size], "totalCount": len(matching)})
