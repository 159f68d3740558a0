"""Bodies by content type, packed, with digests, and sent more than once in parts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from mock_server.losant import query_strings
from tests.losant.conftest import Api

FORM = "application/x-www-form-urlencoded"
USER = {"email": "ann@example.com", "password": "password1"}

Send = Callable[..., httpx.Response]


@pytest.fixture
def send(api: Api) -> Send:
    """Send a body that creates a user."""

    def send(content: bytes, content_type: str = "application/json", **more: str) -> httpx.Response:
        headers = {
            "Content-Type": content_type,
            **{n.replace("_", "-"): v for n, v in more.items()},
        }
        return api.client.post("experience/users", content=content, headers=headers)

    return send


def _json(**more: Any) -> bytes:
    return json.dumps({**USER, **more}).encode()


def test_a_form(send: Send) -> None:
    """A form is an object; brackets make objects in it."""
    answer = send(b"email=a%40b.co&password=password1&userTags[role]=agent", FORM)
    assert answer.status_code == 201
    assert answer.json()["userTags"] == {"role": "agent"}


def test_forms_are_not_kept(send: Send) -> None:
    """The values of forms, passwords among them, are in no cache."""
    before = query_strings.parse_short.cache_info().currsize
    for number in range(3):
        assert send(b"email=a%d%%40b.co&password=password1" % number, FORM).status_code == 201
    assert query_strings.parse_short.cache_info().currsize <= before + 1


def test_a_multipart_form(send: Send) -> None:
    """The text fields of a multipart form are an object; files are left out."""
    parts = {"email": "a@b.co", "password": "password1", "firstName": "\u00c4nn"}
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    ]
    file = '--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nhello\r\n'
    answer = send(("".join(lines) + file + "--x--\r\n").encode(), "multipart/form-data; boundary=x")
    assert answer.status_code == 201
    assert answer.json()["firstName"] == "\u00c4nn"


@pytest.mark.parametrize("length", [1, 256, 257, 5000])
def test_multipart_boundaries(send: Send, length: int) -> None:
    """A body without its boundary is refused, however long the boundary is."""
    answer = send(b"nothing", f"multipart/form-data; boundary={'b' * length}")
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")


def test_gzip(send: Send) -> None:
    """A packed body is unpacked, of several members too; bytes after the last do not count."""
    body = _json()
    parts = gzip.compress(body[:9]) + gzip.compress(body[9:]) + b"rest"
    assert send(parts, Content_Encoding="gzip").status_code == 201


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (gzip.compress(b" " * (4 * 1024 * 1024 - len(_json())) + _json()), 201),
        (gzip.compress(b" " * (4 * 1024 * 1024 + 1 - len(_json())) + _json()), 413),
        (gzip.compress(bytes(300_000_000)), 413),
        (gzip.compress(_json())[:-3], 400),
        (_json(), 400),
    ],
    ids=["4 MiB", "a byte more", "300 MB", "cut off", "not packed"],
)
def test_packed_sizes(send: Send, content: bytes, status: int) -> None:
    """The limit is that of the unpacked body; nothing larger is unpacked."""
    assert send(content, Content_Encoding="gzip").status_code == status


@pytest.mark.parametrize("encoding", ["identity", "br", "GZIP", "gzip, gzip", ""])
def test_other_encodings(send: Send, encoding: str) -> None:
    """No other encoding is supported."""
    answer = send(_json(), Content_Encoding=encoding)
    assert answer.status_code == 415
    message = "content encoding not supported"
    assert answer.json() == {"code": "UnsupportedMediaType", "message": message}


def test_digests(send: Send) -> None:
    """A digest that is sent must be that of the body as it is sent."""
    packed = gzip.compress(_json())
    digest = base64.b64encode(hashlib.md5(packed, usedforsecurity=False).digest()).decode()
    wrong = send(_json(), Content_Encoding="gzip", Content_MD5=digest)
    assert wrong.status_code == 400
    assert send(packed, Content_Encoding="gzip", Content_MD5=digest).status_code == 201
    refused = send(_json(), Content_MD5="nonsense")
    assert refused.json()["code"] == "BadDigest"
    assert refused.json()["message"].startswith("Content-MD5 'nonsense' didn't match '")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 5000, "-" + "1" * 400])
def test_huge_numbers(send: Send, number: str) -> None:
    """A number that is beyond a double, or beyond what Python reads, is a number."""
    body = b'{"email":"a@b.co","password":"password1","firstName":%b}' % number.encode()
    assert send(body).json()["message"] == "experienceUser.firstName is the wrong type"


def test_repeated_headers(api: Api) -> None:
    """Of a header that is sent twice, the first counts."""
    good = f"Bearer {api.server.token('all.User')}"
    for values, status in (((good, "Bearer x"), 200), (("Bearer x", good), 401)):
        headers = [("Authorization", value) for value in values]
        with httpx.Client(headers=headers) as client:
            url = f"{api.server.url}/applications"
            assert client.get(url, headers=headers).status_code == status
