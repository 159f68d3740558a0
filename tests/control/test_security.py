"""Who may drive the control plane."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from mock_server import LosantMock, MockServer, Settings
from mock_server.control.security import is_this_machine
from tests.control.conftest import Control, MakeControl, control_of

TOKEN = "the admin's token"
OPEN = ("health", "ready")
CLOSED = ("info", "openapi.json", "losant/openapi.json", "state", "nowhere")
CORS = "access-control-"


def bearer(token: str) -> dict[str, str]:
    """Return the header with a token."""
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def guarded_server() -> Iterator[MockServer]:
    """A server that wants a token."""
    with MockServer(admin_token=TOKEN) as server:
        yield server


@pytest.fixture(scope="module")
def guarded(guarded_server: MockServer) -> Iterator[Control]:
    """Its control plane."""
    with control_of(guarded_server) as control:
        yield control


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        bearer(TOKEN[:-1]),
        bearer(f"{TOKEN}x"),
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
    ],
    ids=["none", "wrong", "shorter", "longer", "no scheme", "basic", "scheme only"],
)
def test_wrong_token(
    guarded: Control, assert_refused: Callable[..., str], path: str, headers: Mapping[str, str]
) -> None:
    """Without the admin token nothing is answered, not even what there is."""
    answer = guarded.get(path, headers=headers)
    assert "Authorization: Bearer" in assert_refused(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", ["", "docs", "docs/page.js", "docs/swagger-ui-bundle.js"])
def test_page_without_token(guarded: Control, control: Control, path: str) -> None:
    """A browser gets the documentation page, which says nothing about the server."""
    answer = guarded.get(path, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.content == control.get(path, follow_redirects=True).content
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", OPEN)
def test_open_without_token(guarded: Control, path: str) -> None:
    """Whether the server is well is told to everybody."""
    assert guarded.get(path).json() == {"status": "ok"}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_right_token(guarded: Control, scheme: str) -> None:
    """With the token everything is answered."""
    assert guarded.get("info", headers={"Authorization": f"{scheme} {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_token_beyond_ascii(make_control: MakeControl, encoding: str) -> None:
    """A token is the same in either encoding that headers have."""
    control = make_control(admin_token="schlüssel")
    header = b"Bearer " + "schlüssel".encode(encoding)
    assert control.get("info", headers={b"Authorization": header}).status_code == 200


def test_blank_token() -> None:
    """A token that no header can hold would let nobody in, and is refused."""
    for blank in ("", " ", " secret", "secret\n"):
        with pytest.raises(ValueError, match="admin_token"):
            Settings(admin_token=blank)


def test_token_in_sandbox(guarded: Control) -> None:
    """The control plane of a sandbox wants the same token."""
    url = f"{str(guarded.base_url).removesuffix('/_mock/')}/_sandbox/mine/_mock/info"
    assert guarded.get(url).status_code == 401
    assert guarded.get(url, headers=bearer(TOKEN)).json()["sandbox"] == "mine"


def test_refused_request_makes_no_sandbox(guarded: Control) -> None:
    """Who may not drive the control plane cannot make a sandbox through it."""
    url = f"{str(guarded.base_url).removesuffix('/_mock/')}/_sandbox/refused/_mock/info"
    guarded.get(url)
    assert guarded.get("sandboxes/refused", headers=bearer(TOKEN)).status_code == 404


def test_clients_make_sandboxes_without_token(guarded: Control) -> None:
    """A client of the mocked API knows no more than a URL, and may use any sandbox."""
    url = f"{str(guarded.base_url).removesuffix('/_mock/')}/_sandbox/asked/applications"
    assert guarded.get(url).status_code == 403
    assert guarded.get("sandboxes/asked", headers=bearer(TOKEN)).status_code == 200


def test_handle_sends_token() -> None:
    """The server's own handle, and one on a sandbox, send the token that they know."""
    with MockServer(admin_token=TOKEN) as server:
        server.reset()
        with LosantMock(server.url, TOKEN) as losant, losant.sandbox() as sandbox:
            assert sandbox.info()["sandbox"] == sandbox.name


@pytest.fixture(scope="module")
def off() -> Iterator[Control]:
    """The control plane of a server that has it switched off."""
    with MockServer(control_plane="off") as server, control_of(server) as control:
        yield control


@pytest.mark.parametrize(
    "path", ["info", "docs", "docs/page.js", "openapi.json", "losant/openapi.json", "nowhere", ""]
)
def test_switched_off(off: Control, assert_refused: Callable[..., str], path: str) -> None:
    """A control plane that is off says so."""
    assert "switched off (--control-plane off)" in assert_refused(off.get(path), 404)


@pytest.mark.parametrize("path", OPEN)
def test_switched_off_but_for_health(off: Control, path: str) -> None:
    """Whether the server is well is told even so."""
    assert off.get(path).json() == {"status": "ok"}


def test_switched_off_in_sandbox(off: Control, assert_refused: Callable[..., str]) -> None:
    """Sandboxes have no control plane either then."""
    url = f"{str(off.base_url).removesuffix('/_mock/')}/_sandbox/mine/_mock/info"
    assert "switched off" in assert_refused(off.get(url), 404)


LOCAL = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1",
    "127.1.2.3",
    "[::1]",
    "mock.localhost",
]


@pytest.mark.parametrize("port", ["", ":8080"])
@pytest.mark.parametrize("host", LOCAL)
def test_local_host(control: Control, host: str, port: str) -> None:
    """The machine itself may be called by its loopback names, with any port."""
    assert control.get("info", headers={"Host": f"{host}{port}"}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example",
     "evil-localhost", "0.0.0.0",  # noqa: S104 - asked for, not bound to
     "10.0.0.1", "[::]", "[::ffff:10.0.0.1]", "evil@127.0.0.1",
     "127.0.0.1@evil", "127.0.0.1/evil", "127.0.0.1:80:80", "[::1", "::1", "::1]", "[]", "",
     "127.0.0.1, evil", "2130706433", "\xff", "a" * 5000],
)  # fmt: skip
def test_foreign_host(control: Control, assert_refused: Callable[..., str], host: str) -> None:
    """A name that only leads here is refused: a page can give itself such a name."""
    answer = control.get("info", headers={b"Host": host.encode("latin-1")})
    assert "is not this machine" in assert_refused(answer, 403)


@pytest.mark.parametrize("path", ["health", "docs", "nowhere", ""])
def test_foreign_host_anywhere(control: Control, path: str) -> None:
    """It is refused whatever is asked for."""
    assert control.get(path, headers={"Host": "evil.example"}).status_code == 403


def asked(server: MockServer, *lines: str) -> int:
    """Return the status of the answer to a request for the control plane in these lines."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        with HTTPResponse(connection) as answer:
            answer.begin()
            return answer.status


def test_no_host(server: MockServer) -> None:
    """A browser always says a host; HTTP/1.0 does not need to."""
    assert asked(server, "GET /_mock/info HTTP/1.0") == 200


def test_two_hosts(server: MockServer) -> None:
    """A local host does not excuse a foreign one."""
    lines = ("GET /_mock/info HTTP/1.1", "Host: localhost", "Host: evil.example")
    assert asked(server, *lines) in (400, 403)


def test_any_host_on_other_addresses(make_control: MakeControl) -> None:
    """A server that listens everywhere is called whatever its network calls it."""
    control = make_control(host="0.0.0.0")  # noqa: S104 - a port of its own, for a moment
    assert control.get("info", headers={"Host": "losant:8080"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("", False),  # noqa: S104
     ("192.168.0.1", False), ("example.com", False), ("notlocalhost", False)],
)  # fmt: skip
def test_loopback(host: str, is_local: bool) -> None:
    """Loopback is told from everything else."""
    assert is_this_machine(host) is is_local


FOREIGN: Mapping[str, Mapping[str, str]] = {
    "origin": {"Origin": "https://evil.example"},
    "null": {"Origin": "null"},
    "empty": {"Origin": ""},
    "broken": {"Origin": "http://[x"},
    "other port": {"Origin": "http://127.0.0.1:1"},
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "unheard of": {"Sec-Fetch-Site": "elsewhere"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD", "DELETE"])
@pytest.mark.parametrize("path", ["reset", "tokens", "health", "nowhere", "docs"])
def test_foreign_page(control: Control, method: str, path: str, headers: Mapping[str, str]) -> None:
    """A page of another origin is refused, whatever it asks for, and cannot read that."""
    answer = control.request(method, path, headers=headers)
    assert answer.status_code == 403
    assert not any(name.startswith(CORS) for name in answer.headers)


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_page_changes_nothing(
    control: Control, server: MockServer, headers: Mapping[str, str]
) -> None:
    """Not even what needs no preflight does anything."""
    server.users.add("ann@example.com")
    simple = {"Content-Type": "text/plain", **headers}
    assert control.post("reset", headers=headers).status_code == 403
    assert control.post("users", content=b'{"email":"b@c.de"}', headers=simple).status_code == 403
    assert server.users.get("ann@example.com").email == "ann@example.com"


def test_own_page(control: Control, server: MockServer) -> None:
    """A page of the server itself may."""
    own = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    assert control.post("reset", headers=own).status_code == 204


def test_typed_address(control: Control) -> None:
    """Who types the address into a browser is answered."""
    assert control.get("info", headers={"Sec-Fetch-Site": "none"}).status_code == 200


LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize("path", ["", "docs"])
def test_link_to_the_page(control: Control, path: str) -> None:
    """A link on another site leads to the page about the control plane."""
    assert control.get(path, headers=LINK, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("path", ["info", "state", "openapi.json", "docs/page.js"])
def test_link_to_anything_else(control: Control, path: str) -> None:
    """But to nothing else."""
    assert control.get(path, headers=LINK).status_code == 403


@pytest.mark.parametrize("wanted", [{"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "no-cors"}])
def test_page_in_a_page(control: Control, wanted: Mapping[str, str]) -> None:
    """Nor does another page get it into itself."""
    assert control.get("docs", headers={**LINK, **wanted}).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None,
                                  "multipart/form-data; boundary=x", "text/json",
                                  "text/plain; application/json"])  # fmt: skip
def test_body_that_needs_no_preflight(
    control: Control, assert_refused: Callable[..., str], kind: str | None
) -> None:
    """What a page can send without asking is not read as JSON, even where no origin is named."""
    headers = {} if kind is None else {"Content-Type": kind}
    answer = control.post("users", content=b'{"email":"ann@example.org"}', headers=headers)
    assert "Content-Type: application/json" in assert_refused(answer, 415)
    assert control.get("users/ann@example.org").status_code == 404


@pytest.mark.parametrize("path", ["health", "nowhere", "tokens", "docs"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_cors(control: Control, method: str, path: str) -> None:
    """No answer has a header that lets other origins read it."""
    answer = control.request(method, path)
    assert not any(name.startswith(CORS) for name in answer.headers)


@pytest.mark.parametrize("name", ["deleted", "no%20name", "-"])
def test_no_cors_where_there_is_no_sandbox(control: Control, server: MockServer, name: str) -> None:
    """Nor has one that says that there is no such sandbox."""
    control.post("sandboxes", json={"name": "deleted"})
    control.delete("sandboxes/deleted")
    answer = control.get(f"{server.url}/_sandbox/{name}/_mock/info")
    assert answer.status_code in (400, 410)
    assert not any(name.startswith(CORS) for name in answer.headers)


def test_mocked_api_has_cors(control: Control, server: MockServer) -> None:
    """The mocked API has its own, as the real one."""
    origin = {"Origin": "https://my.example"}
    for url in (f"{server.url}/applications", f"{server.url}/_sandbox/no%20name/applications"):
        answer = control.get(url, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://my.example"


def test_nothing_changes_by_get(
    control: Control, unchanged: Callable[[], AbstractContextManager[None]]
) -> None:
    """A page that can only ask for things cannot change any."""
    paths = control.get("openapi.json").json()["paths"]
    with unchanged():
        for path in paths:
            control.get(path.replace("{", "").replace("}", "").lstrip("/"))
