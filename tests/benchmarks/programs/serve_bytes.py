"""A bare ASGI application that answers every request with the same bytes: the reference."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tests.benchmarks.programs.serving import serve
from tests.benchmarks.programs.talk import job

Message = MutableMapping[str, Any]


def answering(wanted: Any) -> Callable[..., Awaitable[None]]:
    """Return the application: reads the body that was sent, if any, and answers ``wanted``."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in wanted["headers"]]
    status, body = wanted["status"], wanted["body"].encode()

    async def app(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            while (await receive()).get("more_body", False):
                pass
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    serve(answering(job()))
