"""The connection below a request, for faults that no HTTP server offers.

An ASGI extension: a server that has it puts a :class:`Connection` into the scope, in
``extensions``, below the name of the extension and there below ``connection``.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

CONNECTION = "losant_mock_server.connection"


class Connection(Protocol):
    """A connection that can be ended."""

    def reset(self) -> None:
        """End it at once, so that the client's system says that it was reset."""
        ...

    def close(self) -> None:
        """End it in the regular way, after what was sent has left."""
        ...


def connection_of(scope: MutableMapping[str, Any]) -> Connection | None:
    """Return the connection of a request, or None if the server does not give it."""
    extension = (scope.get("extensions") or {}).get(CONNECTION, {})
    connection: Connection | None = extension.get("connection")
    return connection
