"""Tokens that nobody should have signed, or that nobody did."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest

HEADER = b'{"alg":"HS256","typ":"JWT"}'
GRANTED = {"scope": ["all.Application"]}
INVALID = (401, "Invalid access token")
EXPIRED = (401, "Access token has expired")
FORBIDDEN = (403, "Access is forbidden")
DEEP = 5_000

Verdict = tuple[int, str]


def signed(
    claims: object, secret: str, header: bytes = HEADER, digest: Callable[..., Any] = hashlib.sha256
) -> str:
    """Return a JWT whose parts may be anything; only the signature is right."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    content = _base64(header) + b"." + _base64(payload)
    signature = hmac.new(secret.encode(), content, digest).digest()
    return (content + b"." + _base64(signature)).decode()


def _base64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


@pytest.fixture
def assert_verdict(
    talk: Callable[..., list[httpx.Response]],
    untouched: Callable[[], AbstractContextManager[None]],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
) -> Callable[[str, Verdict], None]:
    """Check what becomes of a token, in the header and in the query string."""
    users = paths["users"]

    def check(token: str, verdict: Verdict) -> None:
        header = f"Authorization: Bearer {token}"
        with untouched():
            answers = talk(
                request_of("DELETE", paths["user"], b"", header, authorized=False),
                request_of("GET", f"{users}?access_token={quote(token, encoding='latin-1')}"),
                request_of("GET", f"{users}?jwt={quote(token, encoding='latin-1')}"),
            )
        status, message = verdict
        for answer in answers:
            assert answer.status_code == status, answer.text
            assert parsed(answer)["message"] == message

    return check


@pytest.fixture
def assert_granted(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> Callable[[str], None]:
    """Check that a token is as good as any."""

    def check(token: str) -> None:
        header = f"Authorization: Bearer {token}"
        (answer,) = talk(request_of("GET", paths["users"], b"", header, authorized=False))
        assert answer.status_code == 200, answer.text

    return check


UNSIGNED = {
    "10 KB": "a" * 10_000,
    "10 KB of dots": "." * 10_000,
    "letters": "a.b.c",
    "two dots": "..",
    "one part": "a",
    "two parts": "a.b",
    "four parts": "a.b.c.d",
    "five parts": "a.b.c.d.e",
    "no Base64": "!!!.???.***",
    "not in ASCII": "\xe9.\xff.\xfc",
    "NUL in Base64": "AA.AA.AA",
    "spaces": "a b c",
    "null": "null",
    "undefined": "undefined",
    "a header of no end": "eyI.e30.e30",
}


@pytest.mark.parametrize("token", UNSIGNED.values(), ids=UNSIGNED.keys())
def test_no_tokens(assert_verdict: Callable[[str, Verdict], None], token: str) -> None:
    """What is not a token is invalid."""
    assert_verdict(token, INVALID)


HEADERS = {
    "no algorithm": b"{}",
    "none": b'{"alg":"none"}',
    "None": b'{"alg":"None"}',
    "HS512": b'{"alg":"HS512"}',
    "RS256": b'{"alg":"RS256"}',
    "lower case": b'{"alg":"hs256"}',
    "a list": b'{"alg":["HS256"]}',
    "an object": b'{"alg":{}}',
    "a number": b'{"alg":256}',
    "null": b'{"alg":null}',
    "half a character": rb'{"alg":"\ud800"}',
    "a header that is a list": b'["HS256"]',
    "a header that is a string": b'"HS256"',
    "a header that is null": b"null",
    "a header that is no JSON": b"{",
    "a header that is no UTF-8": b'{"alg":"\xff"}',
    "a header of nothing": b"",
    "a header of 5,000 digits": b"1" * DEEP,
    "a header of 5,000 arrays": b"[" * DEEP,
    "a header of 2,000 objects": b'{"alg":' * 2_000,
    "a critical extension": b'{"alg":"HS256","crit":["x"],"x":1}',
    "a critical object": b'{"alg":"HS256","crit":[{}]}',
    "a critical number": b'{"alg":"HS256","crit":1}',
    "a critical half character": rb'{"alg":"HS256","crit":["\ud800"]}',
    "a payload outside": b'{"alg":"HS256","crit":["b64"],"b64":false}',
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_odd_headers(
    assert_verdict: Callable[[str, Verdict], None], secret: str, header: bytes
) -> None:
    """A token whose header does not say HS256 is invalid, even if it is signed so."""
    assert_verdict(signed(GRANTED, secret, header), INVALID)


def test_right_algorithm_of_another_digest(
    assert_verdict: Callable[[str, Verdict], None], secret: str
) -> None:
    """A token that is signed with HS512 is invalid, whatever it says."""
    assert_verdict(signed(GRANTED, secret, digest=hashlib.sha512), INVALID)
    header = b'{"alg":"HS512","typ":"JWT"}'
    assert_verdict(signed(GRANTED, secret, header, digest=hashlib.sha512), INVALID)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_signature(
    assert_verdict: Callable[[str, Verdict], None], secret: str, algorithm: str
) -> None:
    """A token without a signature is invalid."""
    token = signed(GRANTED, secret, b'{"alg":"%b"}' % algorithm.encode())
    assert_verdict(token.rpartition(".")[0] + ".", INVALID)


CLAIMS: Mapping[str, tuple[object, Verdict]] = {
    "an array": ([GRANTED], INVALID),
    "a string": ("all.Application", INVALID),
    "a number": (1, INVALID),
    "null": (None, INVALID),
    "true": (True, INVALID),
    "no JSON": (b"{", INVALID),
    "nothing": (b"", INVALID),
    "no UTF-8": (b'{"scope":["\xff"]}', INVALID),
    "5,000 arrays": (b"[" * DEEP, INVALID),
    "a scope of 5,000 arrays": (b'{"scope":%b%b}' % (b"[" * DEEP, b"]" * DEEP), INVALID),
    "empty": ({}, FORBIDDEN),
    "scope a string": ({"scope": "all.Application"}, FORBIDDEN),
    "scope a string of many": ({"scope": "all.Application all.User"}, FORBIDDEN),
    "scope a number": ({"scope": 1}, FORBIDDEN),
    "scope null": ({"scope": None}, FORBIDDEN),
    "scope true": ({"scope": True}, FORBIDDEN),
    "scope an object": ({"scope": {"all.Application": True}}, FORBIDDEN),
    "scope empty": ({"scope": []}, FORBIDDEN),
    "scope a nested list": ({"scope": [["all.Application"]]}, FORBIDDEN),
    "scope of mixed things": ({"scope": [1, None, {}, [], "x", "all.application"]}, FORBIDDEN),
    "scope of half a character": ({"scope": ["\ud800"]}, FORBIDDEN),
    "scope with NUL": ({"scope": ["all.Application\0"]}, FORBIDDEN),
    "scopes elsewhere": ({"scopes": ["all.Application"]}, FORBIDDEN),
    "exp past": ({**GRANTED, "exp": 1}, EXPIRED),
    "exp negative": ({**GRANTED, "exp": -1}, EXPIRED),
    "exp far negative": ({**GRANTED, "exp": -(10**300)}, EXPIRED),
    "exp zero": ({**GRANTED, "exp": 0}, EXPIRED),
    "exp a fraction past": ({**GRANTED, "exp": 1.5}, EXPIRED),
    "exp minus 1e999": (b'{"scope":["all.Application"],"exp":-1e999}', EXPIRED),
    "exp a string": ({**GRANTED, "exp": "99999999999"}, INVALID),
    "exp a date": ({**GRANTED, "exp": "2999-01-01T00:00:00Z"}, INVALID),
    "exp true": ({**GRANTED, "exp": True}, INVALID),
    "exp null": ({**GRANTED, "exp": None}, INVALID),
    "exp a list": ({**GRANTED, "exp": [99999999999]}, INVALID),
    "exp of 5,000 digits": (b'{"scope":["all.Application"],"exp":1%b}' % (b"0" * DEEP), INVALID),
    "exp NaN": (b'{"scope":["all.Application"],"exp":NaN}', INVALID),
    "exp Infinity": (b'{"scope":["all.Application"],"exp":Infinity}', INVALID),
    "nbf future": ({**GRANTED, "nbf": 99999999999}, INVALID),
    "nbf far future": ({**GRANTED, "nbf": 10**300}, INVALID),
    "nbf a string": ({**GRANTED, "nbf": "1"}, INVALID),
    "nbf null": ({**GRANTED, "nbf": None}, INVALID),
    "nbf NaN": (b'{"scope":["all.Application"],"nbf":NaN}', INVALID),
    "an API token of none": ({**GRANTED, "subtype": "apiToken", "sub": "\ud800"}, INVALID),
    "an API token of no one": ({**GRANTED, "subtype": "apiToken", "sub": "x"}, INVALID),
    "an application of half a character": (
        {**GRANTED, "applicationId": "\ud800"},
        (404, "Application was not found"),
    ),
}


@pytest.mark.parametrize(("claims", "verdict"), CLAIMS.values(), ids=CLAIMS.keys())
def test_odd_claims(
    assert_verdict: Callable[[str, Verdict], None], secret: str, claims: object, verdict: Verdict
) -> None:
    """A token with claims that make no sense is invalid, expired, or grants nothing."""
    assert_verdict(signed(claims, secret), verdict)


@pytest.mark.parametrize(
    "claims",
    [
        {**GRANTED, "exp": 10**12},
        {**GRANTED, "exp": 99999999999.5},
        {**GRANTED, "exp": 10**300},
        {**GRANTED, "nbf": -1},
        {**GRANTED, "nbf": 1.5},
        {"scope": [None, 1, ["x"], "all.Application"]},
        {**GRANTED, "iat": "yesterday", "aud": [1], "iss": {}, "jti": None},
        {**GRANTED, "sub": 5, "subtype": ["apiToken"]},
        {**GRANTED, "sub": "\ud800"},
        {**GRANTED, "x": "a" * 15_000},
    ],
    ids=lambda claims: repr(claims)[31:80],
)
def test_odd_claims_that_do_no_harm(
    assert_granted: Callable[[str], None], secret: str, claims: object
) -> None:
    """A token with odd claims that say nothing against it is good."""
    assert_granted(signed(claims, secret))


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Bearer",
        "Authorization:",
        "Authorization: Basic YTpi",
        "Authorization: Bearer\xa0{}",
        "Authorization: {}",
        "Authorization: Bearer={}",
        "Proxy-Authorization: Bearer {}",
        "X-Authorization: Bearer {}",
    ],
    ids=ascii,
)
def test_no_scheme(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    secret: str,
    header: str,
) -> None:
    """A good token where no token belongs counts as none."""
    sent = header.format(signed(GRANTED, secret))
    (answer,) = talk(request_of("GET", paths["users"], b"", sent, authorized=False))
    assert answer.status_code == 403


def test_who_created_it(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
    secret: str,
) -> None:
    """A subject of half a character may own things, and they are listed as JSON."""
    header = f"Authorization: Bearer {signed({'scope': ['all.User'], 'sub': chr(0xD800)}, secret)}"
    created, listed = talk(
        request_of("POST", paths["applications"], b'{"name":"X"}', header, authorized=False),
        request_of("GET", f"{paths['applications']}?sortField=ownerId"),
    )
    assert parsed(created)["ownerId"] == "\ud800"
    assert len(parsed(listed)["items"]) == 2
