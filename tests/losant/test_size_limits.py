"""Both sides of the server's own limits: how large and how deep a request may be."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.losant.conftest import Api

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("path", "body", "created"),
    [("experience/groups", {"name": "Large"}, 201), ("experience/users", {}, 400)],
)
def test_the_size_of_bodies(api: Api, path: str, body: dict[str, Any], created: int) -> None:
    """A body may have 4 MiB."""
    headers = {"Content-Type": "application/json"}
    content = json.dumps(body).encode()
    for size, status in ((4 * MEBIBYTE, created), (4 * MEBIBYTE + 1, 413)):
        response = api.client.post(path, content=content.ljust(size), headers=headers)
        assert response.status_code == status


def test_bodies_in_pieces(api: Api) -> None:
    """So may one whose length is not told before."""

    def pieces(size: int) -> Iterator[bytes]:
        yield b'{"name": "Large"}'
        yield b" " * (size - 17)

    for size, status in ((4 * MEBIBYTE, 201), (4 * MEBIBYTE + 1, 413)):
        headers = {"Content-Type": "application/json"}
        response = api.client.post("experience/groups", content=pieces(size), headers=headers)
        assert response.status_code == status


@pytest.mark.parametrize("where", ["path", "query"])
def test_the_length_of_targets(api: Api, where: str) -> None:
    """Path and query may have 32 KiB; whether the question mark counts is left open."""
    if where == "path":
        path, fits, does_not = "/applications/", 32 * 1024, 32 * 1024 + 1
    else:
        path, fits, does_not = "/applications?x=", 32 * 1024, 32 * 1024 + 2
    token = api.server.token("all.User")
    headers = {"Authorization": f"Bearer {token}"}
    for length, status in ((fits, 400 if where == "path" else 200), (does_not, 414)):
        response = api.client.get(api.server.url + path.ljust(length, "a"), headers=headers)
        assert response.status_code == status


def test_the_size_of_headers(api: Api) -> None:
    """Names and values of all headers together may have 32 KiB."""
    request = api.client.build_request("GET", "experience/users", headers={"X-Padding": ""})
    others = sum(len(name) + len(value) for name, value in request.headers.raw)
    for size, status in ((32 * 1024, 200), (32 * 1024 + 1, 431)):
        request.headers["X-Padding"] = "a" * (size - others)
        assert api.client.send(request).status_code == status


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_the_depth_of_bodies(api: Api, brackets: str) -> None:
    """JSON may be nested 100 levels deep, counting the body itself."""
    url, token = f"{api.server.url}/applications", api.server.token("all.User")
    opening, closing = ("[", "]") if brackets == "[]" else ('{"a":', "}")
    for depth, status in ((100, 201), (101, 400)):
        inner = depth - 3  # the body, archiveConfig, and the innermost value
        value = opening * inner + brackets + closing * inner
        content = f'{{"name": "Deep", "archiveConfig": {{"mode": {value}}}}}'
        response = api.client.post(
            url,
            content=content,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        assert response.status_code == status
        if status == 400:
            assert response.json()["code"] == "InvalidContent"
            assert "100 levels" in response.json()["message"]


@pytest.mark.parametrize("separate", [True, False])
def test_the_number_of_parameters(api: Api, separate: bool) -> None:
    """The thousandth parameter is read, and the one after it never."""
    others = [f"a{number}=" if separate else "a" for number in range(999)]
    url = f"{api.server.url}/applications/{api.server.application_id}/experience/users?"
    last = api.client.get(url + "&".join([*others, "sortField=zz"]))
    assert last.json()["message"] == "sortField must be an enum value"
    after = api.client.get(url + "&".join([*others, "a", "sortField=zz"]))
    assert after.json().get("message") != "sortField must be an enum value"


@pytest.mark.parametrize(
    ("size", "cut", "status", "message"),
    [
        (4 * MEBIBYTE, None, 201, None),
        (4 * MEBIBYTE + 1, None, 413, "Request body is larger than"),
        (100, -4, 400, "unexpected end of file"),
        (100, 1, 400, "unexpected end of file"),
        (100, 0, 400, "is required"),
    ],
)
def test_unpacked_bodies(
    api: Api, size: int, cut: int | None, status: int, message: str | None
) -> None:
    """The limit is that of the body without its encoding, which must be complete."""
    body = b'{"name": "a"}'.ljust(size)
    response = api.client.post(
        "experience/groups",
        content=gzip.compress(body)[:cut],
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    assert response.status_code == status, response.text
    assert message is None or message in response.json()["message"]


def test_a_body_that_is_not_gzip(api: Api) -> None:
    """Its content encoding is not true."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = api.client.post("experience/groups", content=b'{"name": "a"}', headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, "BadRequest")
