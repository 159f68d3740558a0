"""Many connections at once."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx2 as httpx
import pytest

CONNECTIONS = 50
WORKERS = 20
ROUNDS = 12

Json = Mapping[str, Any]


@pytest.fixture
def at_once(
    connect: Callable[[], socket.socket], receive: Callable[..., httpx.Response]
) -> Callable[[Sequence[bytes]], list[httpx.Response]]:
    """Send each request over its own connection.

    None is complete before all are sent but for their last byte.
    """

    def send(requests: Sequence[bytes]) -> list[httpx.Response]:
        with ExitStack() as stack:
            connections = [stack.enter_context(connect()) for _ in requests]
            for connection, request in zip(connections, requests, strict=True):
                connection.sendall(request[:-1])
            for connection, request in zip(connections, requests, strict=True):
                connection.sendall(request[-1:])
            return [receive(connection) for connection in connections]

    return send


@pytest.fixture
def everything(
    client: httpx.Client, paths: Mapping[str, str], parsed: Callable[[httpx.Response], Any]
) -> Callable[[str], list[Json]]:
    """Return all records of a kind."""

    def read(kind: str) -> list[Json]:
        page = parsed(client.get(paths[kind], params={"perPage": 1000, "_actions": "false"}))
        assert page["count"] == page["totalCount"] == len(page["items"])
        items: list[Json] = page["items"]
        return items

    return read


@pytest.mark.parametrize(
    "emails",
    [
        ["one@example.com"] * CONNECTIONS,
        [
            "".join(c.upper() if n >> i & 1 else c for i, c in enumerate("casing@example.com"))
            for n in range(CONNECTIONS)
        ],
    ],
    ids=["the same", "differing by case"],
)
def test_creates_of_one_email(
    at_once: Callable[[Sequence[bytes]], list[httpx.Response]],
    request_of: Callable[..., bytes],
    everything: Callable[[str], list[Json]],
    paths: Mapping[str, str],
    emails: Sequence[str],
) -> None:
    """Of many who want one email address at once, one gets it."""
    answers = at_once(
        [
            request_of(
                "POST", paths["users"], b'{"email":"%b","password":"12345678"}' % email.encode()
            )
            for email in emails
        ]
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: CONNECTIONS - 1}
    for email, answer in zip(emails, answers, strict=True):
        if answer.status_code == 400:
            message = f'Email address "{email}" already exists'
            assert answer.json() == {"type": "AlreadyExists", "message": message}
    (created,) = (answer.json() for answer in answers if answer.status_code == 201)
    same = [user for user in everything("users") if user["email"].lower() == emails[0].lower()]
    assert [(user["id"], user["email"]) for user in same] == [(created["id"], created["email"])]


def test_changes_to_one_email(
    at_once: Callable[[Sequence[bytes]], list[httpx.Response]],
    request_of: Callable[..., bytes],
    everything: Callable[[str], list[Json]],
    paths: Mapping[str, str],
) -> None:
    """Of two who move to one email address at once, one does, and the other stays where it was."""
    before = everything("users")
    assert len(before) == 2
    answers = at_once(
        [
            request_of("PATCH", f"{paths['users']}/{user['id']}", b'{"email":"New@example.com"}')
            for user in before
            for _ in range(5)
        ]
    )
    assert Counter(answer.status_code for answer in answers) == {200: 5, 400: 5}
    (winner,) = {answer.json()["id"] for answer in answers if answer.status_code == 200}
    emails = {user["id"]: user["email"] for user in everything("users")}
    assert emails == {
        user["id"]: "New@example.com" if user["id"] == winner else user["email"] for user in before
    }


def test_swaps_of_emails(
    at_once: Callable[[Sequence[bytes]], list[httpx.Response]],
    request_of: Callable[..., bytes],
    everything: Callable[[str], list[Json]],
    paths: Mapping[str, str],
) -> None:
    """Two who want each other's email address at once both keep their own."""
    before = everything("users")
    wanted = [user["email"].upper() for user in reversed(before)]
    answers = at_once(
        [
            request_of(
                "PATCH", f"{paths['users']}/{user['id']}", json.dumps({"email": email}).encode()
            )
            for user, email in zip(before, wanted, strict=True)
        ]
    )
    assert [answer.json()["type"] for answer in answers] == ["AlreadyExists"] * 2
    assert everything("users") == before


def test_deletes_of_one_user(
    at_once: Callable[[Sequence[bytes]], list[httpx.Response]],
    request_of: Callable[..., bytes],
    everything: Callable[[str], list[Json]],
    paths: Mapping[str, str],
) -> None:
    """Of many who delete one user at once, one does."""
    answers = at_once([request_of("DELETE", paths["user"])] * CONNECTIONS)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 404: CONNECTIONS - 1}
    assert len(everything("users")) == 1
    assert [group["experienceUserIds"] for group in everything("groups")] == [[], []]


def test_parents_that_would_be_children(
    at_once: Callable[[Sequence[bytes]], list[httpx.Response]],
    request_of: Callable[..., bytes],
    everything: Callable[[str], list[Json]],
    paths: Mapping[str, str],
) -> None:
    """Of two groups that move below each other at once, one does."""
    one, other = (group["id"] for group in everything("groups"))
    answers = at_once(
        [
            request_of(
                "PATCH", f"{paths['groups']}/{child}", b'{"parentId":"%b"}' % parent.encode()
            )
            for child, parent in ((one, other), (other, one))
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    ancestors = sorted(len(group["ancestorIds"]) for group in everything("groups"))
    assert ancestors == [0, 1]


class Worker:
    """Somebody who creates, moves, lists and deletes, in an order of its own."""

    def __init__(self, client: httpx.Client, paths: Mapping[str, str], number: int) -> None:
        self._client, self._paths, self._number = client, paths, number
        self.statuses: Counter[int] = Counter()

    def work(self) -> None:
        """Do everything, so that no two workers do the same at the same time."""
        steps = (self._create_user, self._create_group, self._fill, self._move, self._delete)
        for turn in range(ROUNDS):
            steps[(turn + self._number) % len(steps)](turn)
            self._look()

    def _send(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer = self._client.request(method, path, json=body)
        self.statuses[answer.status_code] += 1
        return answer

    def _ids(self, kind: str) -> list[str]:
        answer = self._send("GET", f"{self._paths[kind]}?sortField=id&sortDirection=desc")
        return [item["id"] for item in answer.json()["items"]]

    def _picked(self, kind: str, turn: int) -> list[str]:
        ids = self._ids(kind)
        start = (turn * 7 + self._number * 3) % max(len(ids), 1)
        return ids[start : start + 3]

    def _create_user(self, turn: int) -> None:
        groups = self._picked("groups", turn)
        # Several workers want the same address.
        email = f"{turn}.{self._number % 4}@example.com"
        body = {"email": email, "password": "12345678", "experienceGroupIds": groups}
        self._send("POST", self._paths["users"], body)

    def _create_group(self, turn: int) -> None:
        users = self._picked("users", turn)
        parent = self._picked("groups", turn)[:1]
        body = {"name": f"{self._number}.{turn}", "experienceUserIds": users}
        if parent:
            body["parentId"] = parent[0]
        self._send("POST", self._paths["groups"], body)

    def _fill(self, turn: int) -> None:
        for group in self._picked("groups", turn)[:1]:
            body = {"experienceUserIds": self._picked("users", turn), "name": f"filled {turn}"}
            self._send("PATCH", f"{self._paths['groups']}/{group}", body)

    def _move(self, turn: int) -> None:
        for user in self._picked("users", turn)[:1]:
            email = f"moved{turn % 3}.{self._number % 4}@example.com"
            body = {"experienceGroupIds": self._picked("groups", turn), "email": email}
            self._send("PATCH", f"{self._paths['users']}/{user}", body)

    def _delete(self, turn: int) -> None:
        kind = ("users", "groups")[turn % 2]
        for found in self._picked(kind, turn)[:1]:
            self._send("DELETE", f"{self._paths[kind]}/{found}")

    def _look(self) -> None:
        query = {"sortField": "email", "filterField": "email", "filter": "*@*"}
        page = self._client.get(self._paths["users"], params=query).json()
        ids = [user["id"] for user in page["items"]]
        assert len(ids) == len(set(ids)) == page["count"]


def test_everything_at_once(
    client: httpx.Client,
    paths: Mapping[str, str],
    everything: Callable[[str], list[Json]],
    parsed: Callable[[httpx.Response], Any],
) -> None:
    """After much coming and going, what is told in one place agrees with all others."""
    workers = [Worker(client, paths, number) for number in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(worker.work) for worker in workers]:
            done.result()
    statuses = sum((worker.statuses for worker in workers), Counter[int]())
    assert statuses.keys() <= {200, 201, 400, 404}
    assert statuses[201] > 10

    def listed(**parameters: str) -> list[Json]:
        items: list[Json] = parsed(client.get(paths["users"], params=parameters))["items"]
        return items

    users, groups = everything("users"), everything("groups")
    assert len({user["email"].lower() for user in users}) == len(users)
    assert_memberships(users, groups)
    for group in groups:
        found = listed(experienceGroupId=group["id"])
        assert {user["id"] for user in found} == set(group["experienceUserIds"])
    for user in users:
        alone = client.get(f"{paths['users']}/{user['id']}", params={"_actions": "false"})
        assert parsed(alone) == user
    for field in ("id", "email", "firstName", "creationDate", "lastUpdated"):
        for selection in ({}, {"filterField": "email", "filter": "*"}, {"query": "{}"}):
            assert_order(listed(sortField=field, **selection), field, users)


def assert_memberships(users: Sequence[Json], groups: Sequence[Json]) -> None:
    """Check that users and groups name each other, and that ancestors exist."""
    by_user = {(group["id"], user["id"]) for user in users for group in user["experienceGroups"]}
    by_group = {(group["id"], member) for group in groups for member in group["experienceUserIds"]}
    assert by_user == by_group
    assert {one for group in groups for one in group["ancestorIds"]} <= {g["id"] for g in groups}


def assert_order(listed: Sequence[Json], field: str, users: Sequence[Json]) -> None:
    """Check that a list has all users, in its order."""
    assert sorted(user["id"] for user in listed) == sorted(user["id"] for user in users)
    values = [(user.get(field, ""), user["id"]) for user in listed]
    assert values == sorted(values)
