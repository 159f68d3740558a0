"""The one way in which both the mock and what it is compared with are served."""

from __future__ import annotations

from typing import Any

from mock_server.server import UvicornServer, listen
from tests.benchmarks.programs.talk import answer


def serve(app: Any, **facts: str) -> None:
    """Serve an ASGI application until SIGTERM; answer its port, and ``facts``, once it runs."""
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    UvicornServer(app, lambda: answer({"port": port, **facts})).run([listener])
