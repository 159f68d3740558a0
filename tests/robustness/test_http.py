"""Requests that no client library would send."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from select import select
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from mock_server import MockServer

NEW_USER = b'{"email":"x@example.com","password":"12345678"}'


@pytest.mark.parametrize(
    "method",
    ["FOO", "get", "Get", "post", "delete", "", "GET/", "G\x00T", "\xff", "PRI", "A" * 10_000],
    ids=lambda method: f"{method[:10]!a}",
)
def test_unknown_methods(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    method: str,
) -> None:
    """A method that HTTP does not have is refused; methods are in upper case."""
    assert refused(request_of(method, paths["user"])).status_code in (400, 405)


@pytest.mark.parametrize(
    "method", ["PUT", "TRACE", "CONNECT", "PROPFIND", "M-SEARCH", "PURGE", "SOURCE", "LINK"]
)
def test_other_methods(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    method: str,
) -> None:
    """A method that the API does not have is not allowed."""
    answer = refused(request_of(method, paths["user"]))
    assert answer.status_code == 405
    assert answer.json() == {
        "type": "MethodNotAllowed",
        "message": f"{method} is not allowed",
    }


def test_head(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """HEAD is not allowed, and its answer has no body that would be taken for the next answer."""
    answers = talk(request_of("HEAD", paths["users"]), request_of("GET", paths["users"]))
    assert [answer.status_code for answer in answers] == [405, 200]


TARGETS = {
    "two slashes first": "/{users}",
    "two slashes between": "/applications/{users}",
    "two slashes last": "{users}//",
    "only slashes": "//////",
    "a slash encoded": "/applications%2F{id}",
    "a slash encoded in an id": "{users}/aaaaaaaaaaaa%2Faaaaaaaaaaa",
    "a slash encoded before an id": "{users}%2Faaaaaaaaaaaaaaaaaaaaaaaa",
    "a dot": "/applications/./{id}",
    "two dots": "/applications/../applications/{id}",
    "two dots encoded": "/applications/%2e%2e/applications/{id}",
    "two dots after a user": "{user}/../{id}",
    "dots up to a file": "/../../../../etc/passwd",
    "a backslash": "/applications\\{id}",
    "a semicolon": "{users};a=b",
    "NUL": "{users}/%00",
    "NUL after an id": "{user}%00",
    "a line feed after an id": "{user}%0A",
    "a line feed last": "{users}%0A",
    "a line separator": "{users}%E2%80%A8",
    "a space encoded": "{user}%20",
    "a lone percent": "/%",
    "half a percent code": "{users}/%4",
    "no percent code": "/%zz",
    "invalid UTF-8": "{users}/%FF",
    "overlong UTF-8": "{users}/%C0%AF",
    "a surrogate": "{users}/%ED%A0%80",
    "a raw byte": "{users}/\xff",
    "raw UTF-8": "{users}/Ã©",
    "digits of another script": "{users}/" + "%D9%A1" * 24,
    "full-width digits": "{users}/" + "%EF%BC%91" * 24,
    "an id too short": "{users}/aaa",
    "an id of 10 KB": "{users}/" + "a" * 10_000,
    "no hexadecimal digits": "{users}/" + "g" * 24,
    "another case of the path": "/Applications",
    "10,000 segments": "/a" * 10_000,
    "1 MB": "/" + "a" * 1_000_000,
    "a star": "*",
    "nothing but a query": "?a=b",
    "a host only": "localhost:80",
    "no path": "applications",
    "a scheme only": "http://",
    "a URL of nothing": "http://localhost/nowhere",
    "a scheme of nothing": "gopher://localhost/",
    "a host of IPv6 that is not": "http://[::1/applications",
    "a port that is none": "http://localhost:99999999/applications",
    "a space": "/appli cations",
    "a tab": "/appli\tcations",
}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_odd_targets(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    method: str,
    target: str,
) -> None:
    """A target that names nothing is refused, and reaches nothing by a detour."""
    names = {"users": paths["users"], "user": paths["user"], "id": paths["application"][-24:]}
    for name, value in names.items():
        target = target.replace(f"{{{name}}}", value)
    refused(request_of(method, target))


@pytest.mark.parametrize(
    "target",
    ["http://localhost{}", "http://example.com:80{}", "{}/", "{}?", "{}?&&&", "{}#part"],
    ids=["of this host", "of another host", "slash", "empty query", "empty pairs", "fragment"],
)
def test_other_spellings(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    target: str,
) -> None:
    """A target in another form, but with the same path, is answered."""
    odd, plain = talk(
        request_of("GET", target.format(paths["users"])), request_of("GET", paths["users"])
    )
    assert odd.status_code == 200
    assert odd.content == plain.content


@pytest.mark.parametrize(
    "headers",
    [
        [f"X-{index}: {index}" for index in range(5_000)],
        ["X: " + "a" * 1_000_000],
        ["a" * 1_000_000 + ": X"],
        ["X: " + "a" * 1_000] * 100,
        ["Authorization: Bearer " + "a" * 100_000],
        ["Cookie: " + "a=b; " * 20_000],
    ],
    ids=[
        "5,000",
        "1 MB in one",
        "1 MB in a name",
        "100 KB in all",
        "100 KB token",
        "100 KB cookie",
    ],
)
def test_large_headers(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    headers: list[str],
) -> None:
    """Headers that are larger than anybody needs are refused."""
    assert refused(request_of("GET", paths["users"], b"", *headers)).status_code in (400, 431)


@pytest.mark.parametrize(
    "header",
    [
        b"No colon",
        b": no name",
        b"A space: X",
        b"X: a\x00b",
        b"X: a\x01b",
        b"X: a\x7fb",
        b"X\x00: a",
        b"X: a\r\n folded",
        b"\xff: X",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: chunked, gzip",
    ],
    ids=repr,
)
def test_broken_headers(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    header: bytes,
) -> None:
    """A header that HTTP does not allow is refused."""
    assert refused(request_of("POST", paths["users"], b"{}", header)).status_code == 400


@pytest.mark.parametrize(
    "origin", [b"", b"null", b"http://\xff", b"a\tb", b"*", b"http://" + b"a" * 8_000], ids=len
)
def test_odd_origins(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    origin: bytes,
) -> None:
    """Any origin is echoed, or taken for none when it is empty."""
    (answer,) = talk(request_of("GET", paths["users"], b"", b"Origin: " + origin))
    assert answer.status_code == 200
    echoed = dict(answer.headers.raw)[b"access-control-allow-origin"]
    assert echoed == (origin or b"*")


@pytest.mark.parametrize(
    "length",
    ["-1", "+47", "0x2f", "4e1", "47,47", "4 7", "", "x", "1" * 30, str(2**64), "5", "46"],
)
def test_wrong_content_length(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    length: str,
) -> None:
    """A content length that is no length, or less than the body, is refused."""
    request = request_of("POST", paths["users"], NEW_USER, f"Content-Length: {length}")
    assert refused(request).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: 47", "Content-Length: 48"],
        ["Content-Length: 47", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 47"],
    ],
    ids=["two lengths", "length, then chunks", "chunks, then length"],
)
def test_contradicting_lengths(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    headers: list[str],
) -> None:
    """A request that says in two ways how long it is, is refused."""
    assert refused(request_of("POST", paths["users"], NEW_USER, *headers)).status_code == 400


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"fffffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}xx0\r\n\r\n",
        b"2{}\r\n0\r\n\r\n",
        b"\r\n\r\n",
    ],
    ids=["no number", "negative", "overflow", "longer than said", "no end of line", "no size"],
)
def test_broken_chunks(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    chunks: bytes,
) -> None:
    """A body in broken chunks is refused."""
    request = request_of("POST", paths["users"], chunks, "Transfer-Encoding: chunked")
    assert refused(request).status_code == 400


def test_tiny_chunks(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """A body in chunks of one byte, with extensions and a trailer, is one body."""
    chunks = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in NEW_USER) + b"0\r\nX-End: 1\r\n\r\n"
    header = "Transfer-Encoding: chunked"
    (answer,) = talk(request_of("POST", paths["users"], chunks, header))
    assert answer.status_code == 201


@pytest.mark.parametrize("version", ["1.2", "3.0", "9.9", "x", "1", "11", ""])
def test_unknown_versions(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    version: str,
) -> None:
    """A version that HTTP never had is refused."""
    assert refused(request_of("GET", paths["users"], version=version)).status_code == 400


def test_http_1_0(
    connect: Callable[[], socket.socket],
    receive: Callable[..., httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """A client of HTTP/1.0 is answered, without chunks, and the connection ends."""
    with connect() as connection:
        connection.sendall(request_of("POST", paths["users"], NEW_USER, version="1.0"))
        answer = receive(connection)
        assert connection.recv(1) == b""
    assert answer.status_code == 201
    assert "transfer-encoding" not in answer.headers


def test_http_1_0_without_host(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """HTTP/1.0 does not ask for a host."""
    request = request_of("GET", paths["users"], version="1.0").replace(b"Host: localhost\r\n", b"")
    assert talk(request)[0].status_code == 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x00" * 100,
        b"GET\r\n\r\n",
        b"GET /\r\nX: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"a" * 100_000,
    ],
    ids=["TLS", "HTTP/2", "NULs", "no target", "HTTP/0.9", "an answer", "SSH", "100 KB"],
)
def test_other_protocols(refused: Callable[[bytes], httpx.Response], garbage: bytes) -> None:
    """What is not HTTP is refused."""
    assert 400 <= refused(garbage).status_code < 500


@pytest.mark.parametrize("nothing", [b"", b"\r\n", b"\r\n\r\n", b"GET / HT"], ids=repr)
def test_nothing(
    connect: Callable[[], socket.socket],
    untouched: Callable[[], AbstractContextManager[None]],
    nothing: bytes,
) -> None:
    """A connection on which no request comes is no concern of others."""
    with untouched(), connect() as connection:
        connection.sendall(nothing)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""


def test_expect_continue(
    connect: Callable[[], socket.socket],
    receive: Callable[..., httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """A client that waits to be told to go on is told, and then answered."""
    request = request_of("POST", paths["users"], NEW_USER, "Expect: 100-continue")
    with connect() as connection:
        connection.sendall(request.removesuffix(NEW_USER))
        go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert connection.recv(len(go_on), socket.MSG_WAITALL) == go_on
        connection.sendall(NEW_USER)
        assert receive(connection).status_code == 201


def test_expect_continue_for_nothing(
    connect: Callable[[], socket.socket],
    receive: Callable[..., httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """A client that waits to be told to go on is refused at once where no body is taken."""
    request = request_of("POST", paths["nowhere"], NEW_USER, "Expect: 100-continue")
    with connect() as connection:
        connection.sendall(request.removesuffix(NEW_USER))
        assert receive(connection).status_code == 405


@pytest.mark.parametrize("expectation", ["200-maybe", "100-Continue", "", "a" * 1000])
def test_other_expectations(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    expectation: str,
) -> None:
    """A client that expects something else, and sends its body, is answered."""
    request = request_of("POST", paths["users"], NEW_USER, f"Expect: {expectation}")
    assert talk(request)[0].status_code in (201, 417)


UPGRADES = {
    "WebSocket": [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
    ],
    "HTTP/2": [
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    ],
}


@pytest.mark.parametrize("beginning", [b"GET /", b"GET / HTTP/1.1\r\nX: "])
def test_heads_without_an_end(server: MockServer, beginning: bytes) -> None:
    """A request whose line or header never ends is refused instead of being collected for ever."""
    address = urlsplit(server.url)
    with socket.create_connection((str(address.hostname), address.port or 0), 10) as connection:
        sent = 0
        with suppress(ConnectionError):
            connection.sendall(beginning)
            while sent < 64 * 1024 * 1024 and not select([connection], [], [], 0)[0]:
                sent += connection.send(b"a" * 65536)
        answer = b""
        with suppress(ConnectionError):
            answer = connection.recv(65536)
    assert sent < 64 * 1024 * 1024
    assert answer.startswith(b"HTTP/1.1 400 ") or not answer  # not, if the reset came first


@pytest.mark.parametrize("headers", UPGRADES.values(), ids=UPGRADES.keys())
def test_upgrades(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    headers: list[str],
) -> None:
    """A client that offers to speak another protocol is answered in this one."""
    upgrade = request_of("GET", paths["users"], b"", *headers)
    answers = talk(upgrade, request_of("GET", paths["users"]))
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("headers", UPGRADES.values(), ids=UPGRADES.keys())
def test_upgrades_with_a_body(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    headers: list[str],
) -> None:
    """The body of a client that offers to speak another protocol counts.

    Java's own client offers HTTP/2 with its first request, whatever that is.
    """
    upgrade = request_of("POST", paths["users"], NEW_USER, *headers)
    answers = talk(upgrade, request_of("GET", paths["users"]))
    assert [answer.status_code for answer in answers] == [201, 200], answers[0].text


def test_pipelined(
    connect: Callable[[], socket.socket],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
) -> None:
    """Requests that are sent without waiting for answers are answered in order."""
    created = request_of("POST", paths["users"], NEW_USER)
    refused = request_of("POST", paths["users"], NEW_USER)
    listed = request_of("GET", paths["users"], b"", "Connection: close")
    with connect() as connection:
        connection.sendall(created + refused + listed)
        received = b""
        while more := connection.recv(65536):
            received += more
    # An answer follows right after the body of the one before.
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"201", b"400", b"200"]


def test_byte_by_byte(
    connect: Callable[[], socket.socket],
    receive: Callable[..., httpx.Response],
    request_of: Callable[..., bytes],
    parsed: Callable[[httpx.Response], Any],
    paths: Mapping[str, str],
) -> None:
    """A request that trickles in is one request."""
    with connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request_of("POST", paths["users"], NEW_USER):
            connection.send(bytes([byte]))
        answer = receive(connection)
    assert answer.status_code == 201
    assert parsed(answer)["email"] == "x@example.com"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 1000, "1.31.0, 1.2", "\xff"])
def test_any_accept_version(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    version: str,
) -> None:
    """Every Accept-Version is accepted, whatever it says."""
    (answer,) = talk(request_of("GET", paths["users"], b"", f"Accept-Version: {version}"))
    assert answer.status_code == 200
