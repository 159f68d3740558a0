"""The connection below a handle."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread

import pytest

from mock_server import ControlPlaneError, LosantMock, MockServer
from tests.client.servers import serve

THREADS = 20


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_many_threads(losant: LosantMock) -> None:
    """Threads share a handle, and each gets the answers to its own questions."""
    barrier = Barrier(THREADS)

    def work(number: int) -> None:
        barrier.wait(30)
        for index in range(5):
            user = losant.users.add(f"user-{number}-{index}@example.com")
            assert losant.users.get(user.id) == user
            assert losant.token(f"scope-{number}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert len(losant.users) == THREADS * 5


def test_snapshots_of_many_threads(losant: LosantMock) -> None:
    """Names that are made up for snapshots are made up once."""
    barrier = Barrier(THREADS)

    def save(_: int) -> str:
        barrier.wait(30)
        return losant.snapshot()

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(save, range(THREADS)))) == THREADS


def test_two_handles_on_one_world(losant: LosantMock) -> None:
    """What one handle saves, another's does not overwrite."""
    with LosantMock(losant.url.partition("/_sandbox")[0]) as server:
        other = server if losant.name is None else server.in_sandbox(losant.name)
        saved = losant.snapshot()
        losant.users.add("ann@example.com")
        other.snapshot()
        losant.restore(saved)
    assert len(losant.users) == 0


def test_a_server_that_was_restarted() -> None:
    """A connection that the server has ended is opened anew, without an error."""
    port = _free_port()
    with LosantMock(f"http://127.0.0.1:{port}") as losant:
        for _ in range(2):
            with serve(port=port):
                assert losant.users.list() == []


def test_a_connection_that_idles(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while a connection is not used any more, for the server may have ended it."""
    answered = []

    class Impatient(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 0.05

        def do_GET(self) -> None:
            answered.append(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    monkeypatch.setattr("mock_server.client.connection._IDLE_SECONDS", 0.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Impatient)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with LosantMock(f"http://127.0.0.1:{server.server_port}") as losant:
            for _ in range(3):
                assert losant.info() == {}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert len(set(answered)) == 3


def test_no_server() -> None:
    """Where nobody listens, that is what the error says, with the URL."""
    url = f"http://127.0.0.1:{_free_port()}"
    with LosantMock(url) as losant, pytest.raises(ControlPlaneError) as refused:
        losant.users.list()
    assert str(refused.value).startswith(f"the mock server at {url} does not answer: ")
    assert refused.value.status is None


def test_a_server_that_never_answers() -> None:
    """A server that accepts and says nothing is given up after the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with (
            LosantMock(url, timeout=0.05) as losant,
            pytest.raises(ControlPlaneError, match=r"does not answer: .*timed out"),
        ):
            losant.info()


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "", "ftp://127.0.0.1", "http://", "http://a:b"])
def test_no_url(url: str) -> None:
    """What is no URL of a server is refused at once."""
    with pytest.raises(ValueError, match=r"URL|[Pp]ort"):
        LosantMock(url)


@pytest.mark.parametrize("suffix", ["", "/"])
def test_urls(suffix: str) -> None:
    """A slash at the end of a URL does not matter."""
    with MockServer() as server, LosantMock(server.url + suffix) as losant:
        assert losant.url == server.url
        assert losant.info() == server.info()


def test_a_server_that_does_not_run() -> None:
    """Before its start and after its stop, a server says that it does not run."""
    server = MockServer()
    with pytest.raises(ControlPlaneError, match="is not running"):
        server.users.list()
    with server:
        server.users.add("ann@example.com")
        sandbox = server.sandbox()
    with pytest.raises(ControlPlaneError, match="is not running"):
        server.users.list()
    with pytest.raises(ControlPlaneError, match=r"does not answer|is not running"):
        sandbox.users.list()
    with server:
        assert [user.email for user in server.users] == ["ann@example.com"]


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment does not come between a test and its mock."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with MockServer() as server:
        assert server.users.list() == []
