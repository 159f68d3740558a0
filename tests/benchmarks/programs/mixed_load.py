"""Clients that do what people do: create, list, look at, change and delete users, and err."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import count
from threading import Thread
from typing import Any

from tests.benchmarks.people import person
from tests.benchmarks.programs.talk import answer, jobs

_KEPT = 20
"""How many users a client has at any time."""

_NUMBERS = count(1_000_000)


class Client:
    """One connection, and the users that were created over it."""

    def __init__(self, wanted: Any) -> None:
        self._connection = HTTPConnection("127.0.0.1", wanted["port"], timeout=60)
        self._path, self._token = wanted["path"], wanted["token"]
        self._ids: list[str] = []
        self.answers: Counter[str] = Counter()

    def work(self, requests: int) -> None:
        """Send so many requests, and in the end delete what is left."""
        steps = self._steps()
        while self.answers.total() < requests - len(self._ids):
            next(steps)
        while self._ids:
            self._delete()
        self._connection.close()

    def _steps(self) -> Iterator[None]:
        while True:
            user = {**person(next(_NUMBERS)), "password": "password1234"}
            self._ids.append(self._send("experienceUsers.post", "POST", "", user)["id"])
            yield
            self._send("experienceUsers.post", "POST", "", user)  # exists already
            yield
            self._send("experienceUsers.get", "GET", "?perPage=20&sortField=lastName")
            yield
            change = {"firstName": "Changed", "userTags": {"badge": None}}
            self._send("experienceUser.patch", "PATCH", f"/{self._ids[0]}", change)
            yield
            self._send("experienceUser.get", "GET", f"/{'f' * 24}")  # does not exist
            yield
            self._send("experienceUsers.get", "GET", "?filterField=email&filter=*user10*")
            yield
            if len(self._ids) > _KEPT:
                self._delete()
                yield

    def _delete(self) -> None:
        self._send("experienceUser.delete", "DELETE", f"/{self._ids.pop(0)}")

    def _send(self, action: str, method: str, target: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        self._connection.request(method, self._path + target, content, headers)
        response = self._connection.getresponse()
        received = response.read()
        self.answers[f"{action} {response.status}"] += 1
        return json.loads(received)


def run(wanted: Any) -> dict[str, int]:
    """Return how many answers there were of each kind."""
    clients = [Client(wanted) for _ in range(wanted["connections"])]
    share = wanted["requests"] // len(clients)
    threads = [Thread(target=client.work, args=(share,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(sum((client.answers for client in clients), Counter[str]()))


if __name__ == "__main__":
    for load in jobs():
        answer(run(load))
