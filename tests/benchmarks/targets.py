"""Requests, and the servers that they go to."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.benchmarks.children import Child, Core, program

COMMAND = str(Path(sysconfig.get_path("scripts")) / "mock-server")
DIGITS = 8


@dataclass(frozen=True)
class Target:
    """A request and the server that it goes to.

    Under load, ``{number}`` in path or body is eight digits, others each time until ``numbers`` of
    them are used up.
    """

    pid: int
    port: int
    path: str
    token: str = ""
    method: str = "GET"
    body: str = ""
    status: int = 200
    numbers: int = 10**DIGITS

    @property
    def headers(self) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return {**sent, "Content-Type": "application/json"} if self.body else sent

    def template(self) -> str:
        """Return the request as it goes over the wire."""
        length = len(self.body.replace("{number}", "0" * DIGITS).encode())
        headers = {"Host": f"127.0.0.1:{self.port}", **self.headers, "Content-Length": str(length)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n{self.body}"


def fetch(target: Target) -> dict[str, Any]:
    """Return the answer to one request: status, body, and the headers that the application set."""
    connection = HTTPConnection("127.0.0.1", target.port, timeout=60)
    connection.request(target.method, target.path, target.body.encode() or None, target.headers)
    response = connection.getresponse()
    answer = {
        "status": response.status,
        "headers": [
            (name.lower(), value) for name, value in response.getheaders() if name.lower() != "date"
        ],
        "body": response.read().decode(),
    }
    connection.close()
    return answer


@contextmanager
def mock_with(**job: Any) -> Iterator[Target]:
    """Yield a running mock and the default listing of its users, as the official client asks."""
    with program("serve_mock") as child:
        facts = child.ask(job)
        yield Target(child.pid, facts["port"], users_path(facts["application_id"]), facts["token"])


@contextmanager
def command_with(users: int) -> Iterator[Target]:
    """Yield ``mock-server serve`` with its log and journal on, and the listing of its users."""
    command = [COMMAND, "serve", "--port", "0", "--seed", "1"]
    with Child([*command, "--generate", str(users)], Core.MEASURED, logging=True) as child:
        greeting = ""
        while "Bearer" not in greeting or "/applications/" not in greeting:
            greeting += child.line()
        token = greeting.partition("Bearer ")[2].partition('"')[0]
        port, application_id = re.findall(r":(\d+)/applications/(\w+)", greeting)[0]
        yield Target(child.pid, int(port), users_path(application_id), token)


@contextmanager
def bytes_like(target: Target, answer: Mapping[str, Any]) -> Iterator[Target]:
    """Yield the same request, but to a server that always gives the same answer."""
    with program("serve_bytes") as child:
        yield replace(target, pid=child.pid, port=child.ask(answer)["port"])


def users_path(application_id: str) -> str:
    """Return the path of a listing with the switches that the official clients send."""
    switches = "_actions=false&_links=true&_embedded=true"
    return f"/applications/{application_id}/experience/users?{switches}"


def with_query(target: Target, query: str) -> Target:
    """Return the listing with more in its query string."""
    return replace(target, path=target.path.replace("?", f"?{query}&", 1))


def filtered(target: Target, pattern: str) -> Target:
    """Return the listing with a filter on email addresses."""
    return with_query(target, f"filterField=email&filter={pattern}")
