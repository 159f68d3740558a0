"""Requests that are still on their way: sent by halves, over sockets of their own."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from mock_server.client import LosantMock

TIMEOUT = 10.0
"""Seconds. Whatever takes so long hangs."""


@dataclass(frozen=True)
class Sending:
    """A request to be sent; ``…`` in the path is the first application."""

    method: str
    path: str
    body: Any = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path.replace('…', '')} {self.content_type[-5:]}"

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def content_type(self) -> str:
        return "application/jsonl" if isinstance(self.body, bytes) else "application/json"


def token_of(losant: LosantMock) -> str:
    """Return a token that may do everything."""
    return losant.token("all.Application", "all.User")


class Upload:
    """A request whose head was sent and is being answered; of its body there is half."""

    def __init__(
        self, losant: LosantMock, sending: Sending, token: str = "", *, expect: bool = True
    ) -> None:
        """Send the first half.

        :param token: by default one for everything
        :param expect: whether to wait until the server says that it wants the body, which is when
            the request has found its way to what it is for
        """
        url = urlsplit(losant.url)
        assert url.port is not None
        target = url.path + sending.path.replace("…", f"/applications/{losant.application_id}")
        self._content = sending.content
        self._half = len(self._content) // 2 if expect else len(self._content)
        self._connection = socket.create_connection((url.hostname, url.port), timeout=TIMEOUT)
        lines = [
            f"{sending.method} {target} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token or token_of(losant)}",
            f"Content-Type: {sending.content_type}",
            f"Content-Length: {len(self._content)}",
            *(["Expect: 100-continue"] if expect else []),
        ]
        self._connection.sendall("\r\n".join([*lines, "", ""]).encode())
        if expect:
            told = b""
            while not told.endswith(b"\r\n\r\n"):
                piece = self._connection.recv(1)
                assert piece, told
                told += piece
            assert told.startswith(b"HTTP/1.1 100 "), told
        self._connection.sendall(self._content[: self._half])

    def status(self) -> int | None:
        """Send the rest, and return the status of the answer; None if the connection ends."""
        try:
            self._connection.sendall(self._content[self._half :])
            response = HTTPResponse(self._connection)
            response.begin()
            response.read()
        except (HTTPException, ConnectionError):
            return None
        finally:
            self._connection.close()
        return response.status
