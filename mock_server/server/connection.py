"""Connections that faults can end."""

from __future__ import annotations

import asyncio
import socket
import struct

_NO_LINGERING = struct.pack("ii", 1, 0)
"""Closed with this, a connection is reset instead of ended in the regular way."""


class TransportConnection:
    """The connection of a transport."""

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
