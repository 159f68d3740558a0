"""HTTP as uvicorn speaks it, but for what a test server must not do."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_server.asgi.connection import CONNECTION
from mock_server.server.connection import TransportConnection

_UPGRADE = re.compile(rb"(\r\n)upgrade:", re.IGNORECASE)
_MAX_HEAD = 256 * 1024
"""Bytes of a request line and headers that have not ended yet."""


class HttpProtocol(HttpToolsProtocol):
    """HTTP without access log, that takes no notice of an offer to speak another protocol.

    Heads of requests that never end are refused; those that end are the API's to refuse.

    Java's client offers HTTP/2 with every request, in a header for which the parser drops the
    body. The header gets another name before the parser sees it. Nothing in a body is hurt: no
    JSON has a line that begins so.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Uvicorn logs as soon as anybody listens, and query strings may hold tokens.
        self.access_log = False
        self._in_head = False
        self._head_size = 0
        self._cycles: list[RequestResponseCycle] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        # Asyncio's own loop does so only for sockets that name their protocol.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = TransportConnection(transport)

    def on_message_begin(self) -> None:
        self._in_head, self._head_size = True, 0
        super().on_message_begin()
        self.scope["extensions"] = {CONNECTION: {"connection": self._connection}}

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        unfinished = [cycle for cycle in self._cycles if not cycle.response_complete]
        self._cycles = [*unfinished, self.cycle]

    def connection_lost(self, exc: Exception | None) -> None:
        # Uvicorn tells only the newest request, while an older one may be the one that waits.
        for cycle in self._cycles:
            cycle.disconnected = cycle.disconnected or not cycle.response_complete
            cycle.message_event.set()
        self._cycles = []
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if b"pgrade:" in data or b"PGRADE:" in data:
            data = _UPGRADE.sub(rb"\1x-grade:", data)
        in_head = self._in_head
        super().data_received(data)
        # The parser keeps whatever it is sent, and copies it with every piece that is added.
        # What came before the head began, in the same piece, is not counted.
        if in_head:
            self._head_size += len(data)
        if self._in_head and self._head_size > _MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")
