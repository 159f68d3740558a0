"""Random and adversarial requests, and what the framework of the real API answers to them.

Each row is sent over a socket byte by byte, because the client libraries would mend most of it.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from mock_server import MockServer
from tests.contract.test_conformance import assert_matches

SECRET = "the secret that the rows are signed with"
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "differential.jsonl").read_text().splitlines()
]
_NAMES = re.compile(r"\{(\w+)\}")
_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS", "DELETE")
_OWNER = "575ed70c7ae143cd83dc4aa9"


class Place:
    """A server with two of everything that the rows name; what a row deletes is made again."""

    def __init__(self, server: MockServer) -> None:
        parts = urlsplit(server.url)
        self._address = str(parts.hostname), int(parts.port or 80)
        self._numbers = iter(range(1_000_000))
        self._ids = {"missing": "0" * 24}
        self._create("app", "app2")
        self._furnish()

    def _furnish(self) -> None:
        self._create("user", "user2", "group", "group2", "token", "token2")

    def _create(self, *names: str) -> None:
        application = f"/applications/{self._ids.get('app')}"
        for name in names:
            number = next(self._numbers)
            path, body = {
                "app": ("/applications", {"name": f"app {number}"}),
                "user": (
                    f"{application}/experience/users",
                    {"email": f"row{number}@example.com", "password": "password1"},
                ),
                "group": (f"{application}/experience/groups", {"name": f"group {number}"}),
                "token": (f"{application}/tokens", {"name": f"token {number}"}),
            }[name.rstrip("2")]
            headers = [["Content-Type", "application/json"]]
            row = {"method": "POST", "target": path, "headers": headers, "body": json.dumps(body)}
            status, answer = self.send(row)
            assert status == 201, answer
            self._ids[name] = json.loads(answer)["id"]

    def answer(self, row: Mapping[str, Any]) -> tuple[int, bytes]:
        """Send a row and put back what it has deleted."""
        status, answer = self.send(row)
        if row["method"] == "DELETE" and status == 200:
            path = row["target"].partition("?")[0]
            deleted = [name for name in _NAMES.findall(path) if name in self._ids][-1]
            if deleted != "missing":
                self._create(deleted)
            if deleted == "app":
                self._furnish()
        return status, answer

    def send(self, row: Mapping[str, Any]) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a row."""
        token = _token(row.get("token", {"claims": {"scope": ["all.User"]}}))
        values = {**self._ids, "unique": f"u{next(self._numbers)}", "jwt": token or ""}

        def filled(text: str) -> bytes:
            return _NAMES.sub(lambda found: values.get(found[1], found[0]), text).encode("latin-1")

        headers = [(name, filled(value)) for name, value in row["headers"]]
        has_token = any(name.lower() == "authorization" for name, _ in headers)
        is_elsewhere = "{jwt}" in row["target"] + "".join(value for _, value in row["headers"])
        if token is not None and not has_token and not is_elsewhere:
            headers.append(("Authorization", f"Bearer {token}".encode()))
        body = b"" if row["body"] is None else filled(row["body"])
        is_announced = row["body"] is not None or row["method"] not in _WITHOUT_BODY
        if row.get("contentLength", True) and is_announced:
            headers.append(("Content-Length", str(len(body)).encode()))
        lines = [b"%s: %s\r\n" % (name.encode(), value) for name, value in headers]
        start = b"%s %s HTTP/1.1\r\nHost: localhost\r\n" % (
            row["method"].encode(),
            filled(row["target"]),
        )
        with socket.create_connection(self._address, timeout=20) as connection:
            connection.sendall(start + b"".join(lines) + b"Connection: close\r\n\r\n" + body)
            response = HTTPResponse(connection, method=row["method"])
            response.begin()
            return response.status, response.read()


def _token(token: Mapping[str, Any] | None) -> str | None:
    if token is None or "literal" in token:
        return None if token is None else str(token["literal"])
    now = int(time.time())
    claims = {"sub": _OWNER, "subtype": "user", "iat": now}
    for name, value in token.get("claims", {}).items():
        is_time = name in ("exp", "nbf") and isinstance(value, int | float)
        claims[name] = now + value if is_time else value
    header = token.get("header", {})
    algorithm = header.get("alg", "HS256")
    key = None if algorithm == "none" else token.get("key", SECRET)
    return jwt.encode(claims, key, algorithm, header)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A furnished server."""
    with MockServer(jwt_secret=SECRET) as server:
        yield Place(server)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['id']} {row['area']}" for row in ROWS])
def test_row(place: Place, row: Mapping[str, Any]) -> None:
    """The server answers as the framework does."""
    expected = row["expect"]
    status, answer = place.answer(row["request"])
    assert status == expected["status"], answer[:300]
    document: Any = json.loads(answer) if answer else None
    if "body" in expected:
        assert_matches(document, expected["body"])
    if "type" in expected:
        assert document["_type"] == expected["type"]
    if "links" in expected:
        assert ("_links" in document) is expected["links"]
        assert ("_actions" in document) is ("actions" in expected)
    if "actions" in expected:
        optional = set(expected.get("actionsMay", ())) - set(expected["actions"])
        assert document["_actions"].keys() - optional == set(expected["actions"])
