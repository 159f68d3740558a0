"""Bodies that are not what they should be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any

import httpx2 as httpx
import pytest

DEEP = 10_000
MEGABYTES_10 = 10 * 1024 * 1024

MALFORMED = {
    "a lone brace": b"{",
    "a missing value": b'{"email":}',
    "a missing colon": b'{"email" "x"}',
    "a trailing comma": b'{"email":"x@example.com",}',
    "two values": b"{} {}",
    "a bare word": b"nope",
    "a constant of Python": b"True",
    "single quotes": b"{'email':'x@example.com'}",
    "a key without quotes": b'{email:"x@example.com"}',
    "a comment": b"{} // nothing",
    "white space only": b" \t\r\n",
    "a string without end": b'{"email":"x',
    "a raw line feed in a string": b'{"email":"x\n@example.com"}',
    "a raw NUL in a string": b'{"email":"x\x00@example.com"}',
    "a raw NUL after the value": b"{}\x00",
    "an unknown escape": rb'{"email":"\x40"}',
    "a short escape": rb'{"email":"\u12"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"email":"x@example.com"}'.encode("utf-16"),
    "bytes after the value that are not UTF-8": b"{}\xe9",
    "NaN": b'{"email":NaN}',
    "Infinity": b'{"email":Infinity}',
    "minus Infinity": b'{"email":-Infinity}',
    "a leading zero": b'{"email":01}',
    "a leading plus": b'{"email":+1}',
    "a number without whole part": b'{"email":.5}',
    "a number without fraction": b'{"email":1.}',
    "a hexadecimal number": b'{"email":0x10}',
    "a lone minus": b'{"email":-}',
    "a dropped end of 10,000 arrays": b"[" * DEEP,
    "a dropped end of 10,000 objects": b'{"a":' * DEEP,
    "binary": bytes(range(256)),
}
WRITERS = {
    "login": "POST",
    "applications": "POST",
    "application": "PATCH",
    "tokens": "POST",
    "token": "PATCH",
    "users": "POST",
    "user": "PATCH",
    "groups": "POST",
    "group": "PATCH",
}
NESTED = {
    "arrays": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "arrays in a property": b'{"email":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects in a property": b'{"name":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
}
NO_OBJECTS = {
    "null": b"null",
    "true": b"true",
    "zero": b"0",
    "a huge number": b"1e999",
    "10,000 digits": b"1" * DEEP,
    "a string": b'"experienceUser"',
    "an array": b'[{"email":"x@example.com","password":"12345678"}]',
}
FIELDS = {
    "users": {
        "email": "string",
        "firstName": "string",
        "lastName": "string",
        "password": "string",
        "tokenCutoff": "string",
        "userTags": "object",
        "experienceGroupIds": "array",
    },
    "groups": {
        "name": "string",
        "description": "string",
        "experienceUserIds": "array",
        "groupTags": "object",
        "deviceTags": "array",
        "deviceQueryJson": "string",
        "parentId": "id",
    },
    "applications": {
        "name": "string",
        "endpointSlug": "string",
        "endpointDefaultCors": "boolean",
        "globals": "array",
        "archiveConfig": "object",
        "blobUrlTTL": "number",
    },
    "tokens": {"name": "string", "expirationDate": "string", "scope": "array", "status": "string"},
}
VALUES = {
    "boolean": b"true",
    "number": b"1.5",
    "number 1e999": b"1e999",
    "number of 400 digits": b"1" * 400,
    "number of 10,000 digits": b"1" * DEEP,
    "array": b"[[]]",
    "object": b'{"a":{}}',
    "string": rb'"\u0000"',
}
REQUIRED = {
    "users": {"email": b'"x@example.com"', "password": b'"12345678"'},
    "groups": {"name": b'"X"'},
    "applications": {"name": b'"X"'},
    "tokens": {"name": b'"X"'},
}


def body_with(kind: str, field: str, value: bytes) -> bytes:
    """Return a body that is right but for, perhaps, one property."""
    properties = {**REQUIRED[kind], field: value}
    return b"{%b}" % b",".join(b'"%b":%b' % (k.encode(), v) for k, v in properties.items())


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    body: bytes,
) -> None:
    """A body that is not JSON is invalid content."""
    answer = refused(request_of("POST", paths["users"], body))
    assert answer.status_code == 400
    assert answer.json()["code"] == "InvalidContent"
    assert answer.json()["message"].startswith("Invalid JSON: ")


NO_UTF8 = {
    "Latin-1": (b"\xe9", "\ufffd"),
    "half a character": (b"\xe2\x82", "\ufffd"),
    "an overlong character": (b"\xc0\xaf", "\ufffd\ufffd"),
    "a surrogate": (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
}


@pytest.mark.parametrize(("sent", "read"), NO_UTF8.values(), ids=NO_UTF8)
def test_bytes_that_are_not_utf8(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    sent: bytes,
    read: str,
) -> None:
    """Bytes in a text that are not UTF-8 become replacement characters."""
    (answer,) = talk(request_of("PATCH", paths["user"], b'{"firstName":"a%b"}' % sent))
    assert answer.json()["firstName"] == f"a{read}"


@pytest.mark.parametrize("kind", WRITERS)
def test_malformed_everywhere(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
) -> None:
    """Every action that takes a body refuses one that is not JSON."""
    answer = refused(request_of(WRITERS[kind], paths[kind], b'{"name":'))
    assert answer.json()["code"] == "InvalidContent"


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("body", NESTED.values(), ids=NESTED.keys())
def test_nested(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    body: bytes,
) -> None:
    """JSON that is nested 10,000 levels deep is refused by every action."""
    assert refused(request_of(WRITERS[kind], paths[kind], body)).status_code == 400


@pytest.mark.parametrize("body", NO_OBJECTS.values(), ids=NO_OBJECTS.keys())
def test_no_object(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    body: bytes,
) -> None:
    """JSON that is not an object is refused."""
    assert refused(request_of("POST", paths["users"], body)).status_code == 400


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        pytest.param(kind, field, value, id=f"{field} of {kind} is {name}")
        for kind, fields in FIELDS.items()
        for field, right in fields.items()
        for name, value in {**VALUES, "null": b"null"}.items()
        if name.split()[0] != right and not (right == "id" and name == "null")
        if (field, name) != ("deviceQueryJson", "null")
    ],
)
def test_wrong_type(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    field: str,
    value: bytes,
) -> None:
    """A property of the wrong type is refused."""
    request = request_of("POST", paths[kind], body_with(kind, field, value))
    assert refused(request).status_code == 400


@pytest.mark.parametrize("field", ["archiveConfig", "globals", "blobUrlTTL"])
@pytest.mark.parametrize(
    "number",
    [b"1e999", b"-1e999", b"1" * 400, b"1" * 4000, b"1" * DEEP, b"1e-999", b"-0", b"1E400"],
    ids=["1e999", "-1e999", "400 digits", "4,000", "10,000", "1e-999", "-0", "1E400"],
)
def test_echoed_numbers(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    field: str,
    number: bytes,
) -> None:
    """A number of any size is refused or echoed as JSON."""
    value = {"archiveConfig": b'{"a":%b}', "globals": b'[{"a":%b}]', "blobUrlTTL": b"%b"}[
        field
    ] % number
    body = body_with("applications", field, value)
    answers = talk(
        request_of("POST", paths["applications"], body), request_of("GET", paths["applications"])
    )
    assert answers[0].status_code in (201, 400), answers[0].text
    for answer in answers:
        parsed(answer)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("users", "tokenCutoff"),
        ("tokens", "expirationDate"),
        ("applications", "expUserTokenCutoff"),
    ],
)
@pytest.mark.parametrize(
    "date",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59.9999999999Z",
        "0000-00-00T00:00:00Z",
        "2016-02-30T25:61:61+99:99",
        f"2016-02-03T04:05:06.{'7' * DEEP}Z",
    ],
    ids=["before time", "after time", "last instant", "zeros", "no such time", "10,000 digits"],
)
def test_dates_at_the_edge(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    field: str,
    date: str,
) -> None:
    """A date that has the format is taken, even if the calendar does not have it."""
    body = body_with(kind, field, json.dumps(date).encode())
    answers = talk(request_of("POST", paths[kind], body), request_of("GET", paths[kind]))
    assert [answer.status_code for answer in answers] == [201, 200], answers[0].text


@pytest.mark.parametrize("close", [True, False], ids=["then closed", "kept alive"])
@pytest.mark.parametrize("in_chunks", [True, False], ids=["chunked", "with its length"])
@pytest.mark.parametrize(
    "body",
    [b'{"email":"big@example.com","password":"12345678","lastName":"%b"}' % (b"a" * MEGABYTES_10),
     b"a" * MEGABYTES_10],
    ids=["JSON", "no JSON"],
)  # fmt: skip
def test_ten_megabytes(
    talk: Callable[..., list[httpx.Response]],
    untouched: Callable[[], AbstractContextManager[None]],
    request_of: Callable[..., bytes],
    chunked: Callable[[bytes], bytes],
    paths: Mapping[str, str],
    body: bytes,
    in_chunks: bool,
    close: bool,
) -> None:
    """A body of 10 MB is refused by an answer, and the connection stays usable."""
    headers = ["Connection: close"] if close else []
    if in_chunks:
        headers.append("Transfer-Encoding: chunked")
        body = chunked(body)
    sent = [request_of("POST", paths["users"], body, *headers)]
    if not close:
        sent.append(request_of("GET", paths["users"]))
    with untouched():
        answers = talk(*sent)
    assert [answer.status_code for answer in answers] == [413, 200][: len(sent)]


@pytest.mark.parametrize("close", [True, False], ids=["then closed", "kept alive"])
@pytest.mark.parametrize(
    ("method", "where", "status"),
    [
        ("GET", "users", 200),
        ("GET", "nowhere", 405),
        ("POST", "nowhere", 405),
        ("POST", "devices", 501),
        ("OPTIONS", "users", 204),
        ("HEAD", "users", 405),
    ],
)
def test_ten_megabytes_that_nobody_reads(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    method: str,
    where: str,
    status: int,
    close: bool,
) -> None:
    """A request whose body does not matter is answered, however large the body is."""
    headers = ["Connection: close"] if close else []
    sent = [request_of(method, paths[where], b"a" * MEGABYTES_10, *headers)]
    if not close:
        sent.append(request_of("GET", paths["users"]))
    answers = talk(*sent)
    assert [answer.status_code for answer in answers] == [status, 200][: len(sent)]


LONG = {
    "experienceGroupIds of the wrong type": ("users", b'"experienceGroupIds":[%b]', b"1,"),
    "experienceGroupIds of the wrong form": ("users", b'"experienceGroupIds":[%b]', b'"1",'),
    "globals of the wrong type": ("applications", b'"globals":[%b]', b"1,"),
    "deviceTags with unknown keys": ("groups", b'"deviceTags":[%b]', b'{"a":1},'),
    "scopes of the wrong type": ("tokens", b'"scope":[%b]', b"%d,"),
    "unknown properties": ("users", b"%b", b'"%d":1,'),
}


@pytest.mark.parametrize(("kind", "frame", "item"), LONG.values(), ids=LONG.keys())
def test_long_mistakes(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    frame: bytes,
    item: bytes,
) -> None:
    """To refuse 200 KB of mistakes costs not much more than to read 200 KB of JSON."""
    count = 200_000 // len(item)
    items = b"".join(item % index if b"%" in item else item for index in range(count))[:-1]
    required = b",".join(b'"%b":%b' % (k.encode(), v) for k, v in REQUIRED[kind].items())
    wrong = b"{%b,%b}" % (required, frame % items)

    def seconds(body: bytes) -> float:
        # Of work in this process, in which the server is; other processes do not count.
        started = time.process_time()
        (answer,) = talk(request_of("POST", paths[kind], body))
        assert answer.status_code == 400
        return time.process_time() - started

    only_read = min(seconds(b"[%b]" % wrong) for _ in range(3))
    limit = 25 * max(only_read, 0.01)
    assert any(seconds(wrong) < limit for _ in range(2)), f"slower than {limit} seconds"


OTHER_TYPES = {
    "text/plain": "is the wrong type",
    "text/json": "is the wrong type",
    "application/octet-stream": "is required",
    "": "is required",
    "application/x-www-form-urlencoded": ".email is required",
    "application/xml": ".email is required",
    "application/jsonx": ".email is required",
    "application/json/": ".email is required",
    "application/json, text/plain": ".email is required",
    "\xff": ".email is required",
    ";": ".email is required",
    "/": ".email is required",
    "a" * 20_000: ".email is required",
    "application/" + "+" * 20_000: ".email is required",
}


@pytest.mark.parametrize(
    ("content_type", "problem"),
    OTHER_TYPES.items(),
    ids=[f"{text[:35]}{'…' * (len(text) > 35)}" or "blank" for text in OTHER_TYPES],
)
def test_other_content_types(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    content_type: str,
    problem: str,
) -> None:
    """A body that does not say that it is JSON is refused, even if it is."""
    body = b'{"email":"x@example.com","password":"12345678"}'
    answer = refused(request_of("POST", paths["users"], body, f"Content-Type: {content_type}"))
    assert answer.json()["type"] == "Validation"
    space = "" if problem.startswith(".") else " "
    assert answer.json()["message"] == f"experienceUser{space}{problem}"


def test_no_content_type(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """A body without any content type counts as absent."""
    body = b'{"email":"x@example.com","password":"12345678"}'
    answer = refused(request_of("POST", paths["users"], body, "X-No-Type: 1"))
    assert answer.json()["message"] == "experienceUser is required"


@pytest.mark.parametrize("hang_up", [True, False], ids=["half closed", "closed"])
@pytest.mark.parametrize("in_chunks", [True, False], ids=["chunked", "with its length"])
@pytest.mark.parametrize(
    ("method", "where", "body"),
    [
        ("POST", "users", b'{"email":"x@example.com","password":"12345678"}'),
        ("PATCH", "user", b'{"firstName":"Anna"}'),
        ("PATCH", "group", b'{"experienceUserIds":[]}'),
    ],
    ids=["create", "change", "empty a group"],
)
def test_truncated(
    talk: Callable[..., list[httpx.Response]],
    connect: Callable[..., Any],
    untouched: Callable[[], AbstractContextManager[None]],
    request_of: Callable[..., bytes],
    chunked: Callable[[bytes], bytes],
    paths: Mapping[str, str],
    method: str,
    where: str,
    body: bytes,
    in_chunks: bool,
    hang_up: bool,
) -> None:
    """A body that ends before its announced end does nothing, even if it is JSON so far."""
    if in_chunks:
        sent, header = chunked(body).removesuffix(b"0\r\n\r\n"), "Transfer-Encoding: chunked"
    else:
        sent, header = body, f"Content-Length: {len(body) + 10}"
    request = request_of(method, paths[where], sent, header)
    with untouched():
        if hang_up:
            # Nobody has to answer half a request.
            with suppress(ConnectionResetError):
                talk(request, hang_up=True)
        else:
            with connect() as connection:
                connection.sendall(request)
            # Give what should not happen the time to happen.
            talk(*[request_of("GET", paths["users"])] * 5)
