"""Thousands of requests: what is counted is what was sent, and no more is held than is kept."""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
from collections import Counter
from collections.abc import MutableMapping
from typing import Any

from mock_server import Settings, create_app
from mock_server.journal.journal import Exchange, Kind
from mock_server.worlds.world import World

ROUNDS = 150
"""Of seven requests each."""


class Client:
    """Sends requests to an app without a server between them, and counts the answers."""

    def __init__(self) -> None:
        settings = Settings(seed=1, journal_requests=100)
        self._app = create_app(settings)
        self.world: World = self._app.state.worlds.main
        self._token = self.world.token(("all.Application",))
        self._users = f"/applications/{self.world.application_id}/experience/users"
        self._numbers = itertools.count()
        self.counts: Counter[Kind] = Counter()

    async def send(self, action: str, method: str, target: str = "", body: Any = None) -> Any:
        """Send a request and return the document that answers it."""
        path, _, query = f"{self._users}{target}".partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def keep(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await self._app(scope, receive, keep)
        self.counts[Kind(action, method, sent[0]["status"])] += 1
        return json.loads(sent[1]["body"])

    async def work(self, rounds: int) -> None:
        """Create, change, look for and delete users, and be refused now and then."""
        for _ in range(rounds):
            email = f"user{next(self._numbers)}@example.com"
            user = {"email": email, "password": "password1234", "userTags": {"a": email * 5}}
            made = await self.send("experienceUsers.post", "POST", body=user)
            await self.send("experienceUsers.post", "POST", body=user)
            await self.send("experienceUsers.get", "GET", f"?filter={email}&filterField=email")
            change = {"firstName": email}
            await self.send("experienceUser.patch", "PATCH", f"/{made['id']}", change)
            await self.send("experienceUsers.get", "GET")
            await self.send("experienceUser.delete", "DELETE", f"/{made['id']}")
            await self.send("experienceUser.get", "GET", f"/{made['id']}")


def exchanges() -> int:
    """Return how many exchanges there are in this process."""
    gc.collect()
    return sum(isinstance(one, Exchange) for one in gc.get_objects())


def test_counts() -> None:
    """Every answer is counted, by action, method and status."""
    client = Client()
    asyncio.run(client.work(ROUNDS))
    assert client.world.journal.counts == client.counts
    assert client.world.journal.total == client.counts.total()
    assert len(client.world.journal.kept) == 100


def test_memory() -> None:
    """A journal that is full holds no more however many requests come."""
    client = Client()
    asyncio.run(client.work(ROUNDS))
    before = exchanges()
    asyncio.run(client.work(ROUNDS))
    assert exchanges() == before
