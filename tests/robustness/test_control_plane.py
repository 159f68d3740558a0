"""Bad requests to the control plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import httpx2 as httpx
import pytest

DEEP = 10_000

REFUSED: Mapping[str, bytes] = {
    "no JSON": b"[",
    "no UTF-8": b'{"scope":["\xff"]}',
    "NaN": b'{"scope":[NaN]}',
    "Infinity": b'{"expiresIn":Infinity}',
    "a huge number": b'{"expiresIn":1e999}',
    "a number of 10,000 digits": b'{"expiresIn":%b}' % (b"1" * DEEP),
    "text for a number": b'{"expiresIn":"1.5"}',
    "half a character": rb'{"scope":"\ud800"}',
    "half a character as a key": rb'{"scope":{"\ud800":1}}',
    "half a character for a number": rb'{"expiresIn":"\ud800"}',
    "a list": b"[]",
    "null": b"null",
    "10,000 arrays": b"[" * DEEP + b"]" * DEEP,
    "10,000 arrays in a scope": b'{"scope":%b%b}' % (b"[" * DEEP, b"]" * DEEP),
    "10,000 objects without end": b'{"scope":' * DEEP,
    "300 arrays in a scope": b'{"scope":%b%b}' % (b"[" * 300, b"]" * 300),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_refused_tokens(
    talk: Callable[..., list[httpx.Response]],
    untouched: Callable[[], AbstractContextManager[None]],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
    body: bytes,
) -> None:
    """A token that cannot be made is refused, in JSON."""
    with untouched():
        (answer,) = talk(request_of("POST", paths["control tokens"], body))
    assert 400 <= answer.status_code < 500, answer.text
    parsed(answer)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"scope":["\ud800","\u0000"]}',
        rb'{"applicationId":"\ud800"}',
        b'{"expiresIn":%b}' % (b"1" * 4_000),
        b'{"expiresIn":-%b}' % (b"1" * 4_000),
    ],
    ids=["half a scope", "half an application", "a long time", "long ago"],
)
def test_odd_tokens(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
    body: bytes,
) -> None:
    """A token that makes no sense is made, and is of as little use as any."""
    (answer,) = talk(request_of("POST", paths["control tokens"], body))
    if answer.status_code == 201:
        header = f"Authorization: Bearer {parsed(answer)['token']}"
        (answer,) = talk(request_of("GET", paths["user"], b"", header, authorized=False))
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "target",
    ["/_mock//", "/_mock/nowhere", "/_mock/health%0A", "/_mock/%FF",
     "/_mock/../applications", "/_mockhealth", "/_mock/reset"],
)  # fmt: skip
def test_odd_targets(
    talk: Callable[..., list[httpx.Response]],
    untouched: Callable[[], AbstractContextManager[None]],
    request_of: Callable[..., bytes],
    target: str,
) -> None:
    """A path that the control plane does not have is refused, and resets nothing."""
    with untouched():
        answers = talk(request_of("GET", target), request_of("DELETE", target))
    assert {answer.status_code for answer in answers} <= {400, 404, 405}


@pytest.mark.parametrize("target", ["/_mock", "/_mock/"])
def test_root(
    talk: Callable[..., list[httpx.Response]],
    untouched: Callable[[], AbstractContextManager[None]],
    request_of: Callable[..., bytes],
    target: str,
) -> None:
    """The control plane itself leads to its description, and cannot be deleted."""
    with untouched():
        answers = talk(request_of("GET", target), request_of("DELETE", target))
    assert [answer.status_code for answer in answers] == [307, 405]
