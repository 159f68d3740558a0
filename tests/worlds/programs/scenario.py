"""Call a repeatable server in all ways, and print all that it answers: scenario.py SEED."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from mock_server import MockServer

APPLICATION = "/applications/575ec8687ae143cd83dc4a97"
USERS, GROUPS = f"{APPLICATION}/experience/users", f"{APPLICATION}/experience/groups"
WORLDS = ("", "/_sandbox/asked", "/_sandbox/made", "/_sandbox/generated")
LOGIN = {"email": "admin@example.com", "password": "password1234"}
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 503, "probability": 0.3, "action": "experienceUsers.get"},
    {"kind": "delay", "min": 0, "max": 0.002, "action": "experienceUsers.*"},
    {"kind": "delay", "median": 0.0001, "sigma": 2, "probability": 0.5},
    {"kind": "malformed", "probability": 0.5, "action": "experienceGroups.get"},
    {"kind": "rateLimit", "limit": 3, "window": 60, "action": "applications.get"},
)


class Scenario:
    """Requests one after the other, and what was answered."""

    def __init__(self, connection: http.client.HTTPConnection, world: str) -> None:
        self._connection = connection
        self._world = world
        self._token = ""
        self.told: list[Any] = []

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request, take down the answer, and return it."""
        headers = {"Host": "localhost", "Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body)
        self._connection.request(method, self._world + path, content, headers)
        response = self._connection.getresponse()
        answer = response.read().decode()
        kept = [header for header in response.getheaders() if header[0].lower() != "date"]
        self.told.append([method, self._world + path, response.status, kept, answer])
        try:
            return json.loads(answer)
        except ValueError:
            return None

    def begin(self) -> None:
        """Get a token."""
        scope = ["all.Application", "all.User"]
        self._token = self.ask("POST", "/_mock/tokens", {"scope": scope, "expiresIn": 9999999})[
            "token"
        ]
        self.ask("POST", "/auth/user", {**LOGIN, "tokenTTL": 3600})

    def write(self, number: int) -> None:
        """Create something of every kind, and change some of it."""
        group = self.ask("POST", GROUPS, {"name": f"g{number}"})
        user = {"email": f"u{number}@example.com", "password": "password1"}
        made = self.ask("POST", USERS, {**user, "experienceGroupIds": [group["id"]]})
        self.ask("PATCH", f"{USERS}/{made['id']}", {"userTags": {"b": "1", "a": "2"}})
        self.ask("POST", USERS, user)
        token = self.ask("POST", f"{APPLICATION}/tokens", {"name": f"t{number}"})
        self.ask("PATCH", f"{APPLICATION}/tokens/{token['id']}", {"status": "inactive"})
        made = self.ask("POST", "/applications", {"name": f"a{number}"})
        self.ask("DELETE", f"/applications/{made['id']}")
        self.ask("POST", "/auth/user", LOGIN)

    def go_back(self) -> None:
        """Save, go on, and go back."""
        self.ask("POST", "/_mock/snapshots/one")
        self.write(7)
        self.ask("POST", "/_mock/snapshots/one/restore")
        self.write(8)
        self.ask("POST", "/_mock/generate", {"count": 5})
        self.ask("PUT", "/_mock/clock", {"advance": 3600})
        self.ask("PUT", "/_mock/state", self.ask("GET", "/_mock/state"))
        self.ask("POST", "/_mock/users", {"email": "arranged@example.com", "groups": ["g8"]})

    def suffer(self) -> None:
        """Ask for the same again and again, under faults."""
        for fault in FAULTS:
            self.ask("POST", "/_mock/faults", fault)
        for _ in range(20):
            self.ask("GET", f"{USERS}?perPage=3")
            self.ask("GET", f"{GROUPS}?perPage=2")
        for _ in range(5):
            self.ask("GET", "/applications")

    def end(self) -> None:
        """Ask for everything that is known, but for how long things took."""
        for path in ("/_mock/state", "/_mock/faults", "/_mock/info", "/_mock/clock"):
            self.ask("GET", path)
        journal = self.ask("GET", "/_mock/requests?limit=100000")
        self.told.pop()
        for item in journal["items"]:
            del item["milliseconds"]
        self.told.append(journal)


def told(url: str) -> Iterator[str]:
    """Yield what a server answers, as lines, with the calls to its worlds mixed."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
        scenarios = [Scenario(connection, world) for world in WORLDS]
        scenarios[0].ask("POST", "/_mock/sandboxes", {"name": "made", "fixtures": ["demo"]})
        scenarios[0].ask("POST", "/_mock/sandboxes", {"name": "generated", "generate": 20})
        for scenario in scenarios:
            scenario.begin()
        for number in range(3):
            for scenario in scenarios:
                scenario.write(number)
        for scenario in reversed(scenarios):
            scenario.go_back()
            scenario.suffer()
        for scenario in scenarios:
            scenario.end()
            yield from (json.dumps(one) for one in scenario.told)
        for world in WORLDS[1:]:
            scenarios[0].ask("DELETE", f"/_mock/sandboxes/{world.rpartition('/')[2]}")


def told_once(seed: int) -> list[str]:
    """Return what a new server answers."""
    with MockServer(seed=seed, fixtures=["demo"]) as server:
        return list(told(server.url))


if __name__ == "__main__":
    sys.stdout.write("\n".join(told_once(int(sys.argv[1]))))
