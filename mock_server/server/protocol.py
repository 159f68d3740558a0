"""Uvicorn's HTTP protocol, changed for a test server, and the connections that faults break."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_server.asgi.connection import CONNECTION

_UPGRADE = re.compile(rb"(\r\n)upgrade:", re.IGNORECASE)
_MAX_HEAD = 256 * 1024
"""Bytes of an unfinished request line with headers."""
_NO_LINGERING = struct.pack("ii", 1, 0)
"""With this value of SO_LINGER, closing a connection resets it."""


class TransportConnection:
    """The connection of a transport, for faults to break."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def reset(self) -> None:
        if self._transport.is_closing():
            return
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self._transport.abort()

    def close(self) -> None:
        self._transport.close()


class HttpProtocol(HttpToolsProtocol):
    """HTTP without an access log, which ignores Upgrade headers and limits the size of headers.

    Java's client offers HTTP/2 in an Upgrade header of every request, and the parser drops the body
    of such a request. So the header is renamed before the parser sees it. This cannot change a
    body: no JSON has a line that begins with ``upgrade:``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Uvicorn writes one whenever its logger has a handler, and query strings may hold tokens.
        self.access_log = False
        self._in_head = False
        self._head_size = 0
        self._cycles: list[RequestResponseCycle] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        # Asyncio's own loop does this only for sockets created with IPPROTO_TCP.
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
        # Uvicorn notifies only the newest request, while an older one may still be waiting.
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
        # The parser keeps unfinished headers, and copies them with every piece that arrives.
        # Data before the request in the same piece is not counted.
        if in_head:
            self._head_size += len(data)
        if self._in_head and self._head_size > _MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")
