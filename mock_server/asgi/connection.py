"""An ASGI extension with which a fault can end a connection.

A server that supports it sets ``scope["extensions"][CONNECTION]["connection"]`` to a
:class:`Connection`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

CONNECTION = "losant_mock_server.connection"


class Connection(Protocol):
    """A connection that can be ended."""

    def reset(self) -> None:
        """Reset it: the client gets a "connection reset" error."""
        ...

    def close(self) -> None:
        """Close it in the regular way, after the bytes that were written have been sent."""
        ...


def connection_of(scope: MutableMapping[str, Any]) -> Connection | None:
    """Return the connection of a request, or None if the server does not support this."""
    extension = (scope.get("extensions") or {}).get(CONNECTION, {})
    connection: Connection | None = extension.get("connection")
    return connection
