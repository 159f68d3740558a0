"""Listening sockets and their URLs."""

from __future__ import annotations

import errno
import os
import socket

_BACKLOG = 2048


class AddressInUse(Exception):
    """The server cannot listen on its address."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one.

    :raises AddressInUse: with advice
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        hint = "; give another port, or 0 for any" if error.errno == errno.EADDRINUSE else ""
        raise AddressInUse(f"cannot listen on {host} port {port}: {reason}{hint}") from None


def url_of(listener: socket.socket) -> str:
    """Return the URL at which a client on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
