"""Run the app: on a thread for a test session, or until a signal for the command."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import TracebackType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_server.app import create_app
from mock_server.control.world import World
from mock_server.domain.ids import is_object_id
from mock_server.settings import Settings

_UPGRADE = re.compile(rb"(\r\n)upgrade:", re.IGNORECASE)
_MAX_HEAD = 256 * 1024
_BACKLOG = 2048
_GRACE_SECONDS = 0.25
"""How long requests may still take when the server stops. They take a millisecond; those that
take longer are still being sent, and their connections are cut."""


class AddressInUse(Exception):
    """The server can not listen where it should."""


class HttpProtocol(HttpToolsProtocol):
    """HTTP without access log, that takes no notice of an offer to speak another protocol.

    Heads of requests that never end are refused; those that end are the API's to refuse.

    Java's client offers HTTP/2 with every request, in a header for which the parser drops the
    body. The header gets another name before the parser sees it. Nothing in a body is hurt: no
    JSON has a line that begins so.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Uvicorn logs as soon as anybody listens, and query strings may hold tokens.
        self.access_log = False
        self._in_head = False
        self._head_size = 0

    def on_message_begin(self) -> None:
        self._in_head, self._head_size = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        if b"pgrade:" in data or b"PGRADE:" in data:
            data = _UPGRADE.sub(rb"\1x-grade:", data)
        super().data_received(data)
        # The parser keeps whatever it is sent, and copies it with every piece that is added.
        self._head_size += len(data)
        if self._in_head and self._head_size > _MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")


class UvicornServer(uvicorn.Server):
    """Uvicorn that stops when it is told to; its own looks only every tenth of a second."""

    def __init__(self, app: FastAPI, on_started: Callable[[], None]) -> None:
        # No WebSockets, and logging is the caller's.
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                http=HttpProtocol,
                ws="none",
                proxy_headers=False,
                server_header=False,
            )
        )
        self._on_started = on_started
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Stop serving; from any thread, and more than once if need be."""
        if self._loop is not None:
            # A loop that is closed has stopped already.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that the app runs on."""
        if self._loop is None:
            raise RuntimeError("the server has not started")
        return self._loop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._on_started()

    async def main_loop(self) -> None:
        while not self._stop.is_set():
            await self.on_tick(0)  # the Date header, which changes every second
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._finish()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self._finish()
        await self.lifespan.shutdown()

    async def _finish(self) -> None:
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_GRACE_SECONDS)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM, if this is the thread that gets them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        handled = (signal.SIGINT, signal.SIGTERM)
        for one in handled:
            loop.add_signal_handler(one, self._stop.set)
        yield
        for one in handled:
            loop.remove_signal_handler(one)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 picks a free one.

    :raises AddressInUse: with what to do about it
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        hint = "; give another port, or 0 for any" if error.errno == errno.EADDRINUSE else ""
        raise AddressInUse(f"can not listen on {host} port {port}: {reason}{hint}") from None


def url_of(listener: socket.socket) -> str:
    """Return the URL at which a client on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - listens everywhere, so here too
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class MockServer:
    """A server on a thread of this process, for tests.

    ::

        with MockServer() as losant:
            client = losant_rest.Client(losant.token(), losant.url)

    It picks a free port. Settings are keywords; environment variables do not count, so that tests
    are the same everywhere.

    :raises FixtureError: when the fixtures can not be loaded
    """

    def __init__(self, settings: Settings | None = None, **overrides: Any) -> None:
        if settings is None:
            settings = Settings(**{"port": 0, **overrides})
        elif overrides:
            raise TypeError("give settings or keywords, not both")
        self._app = create_app(settings)
        self._world: World = self._app.state.world
        self._settings = settings
        self._started = threading.Event()
        self._server: UvicornServer | None = None
        self._thread: threading.Thread | None = None
        self.url = ""
        """The base URL to give to a client; empty until the server has started."""

    @property
    def application_id(self) -> str:
        """The id of the (first) application."""
        return self._world.application_id

    def start(self) -> None:
        """Listen, and return when requests are answered."""
        listener = listen(self._settings.host, self._settings.port)
        self.url = url_of(listener)
        server = self._server = UvicornServer(self._app, self._started.set)
        self._thread = threading.Thread(
            target=self._run, args=(server, listener), name="losant-mock-server", daemon=True
        )
        self._thread.start()
        self._started.wait()
        if not server.started:
            raise RuntimeError("the server could not start; the log says why")

    def _run(self, server: UvicornServer, listener: socket.socket) -> None:
        try:
            server.run([listener])
        finally:
            self._started.set()

    def stop(self) -> None:
        """Stop, and return when the server has; stopping twice does nothing."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()

    def token(
        self,
        *scopes: str,
        application_id: str | None = None,
        expires_in: float | timedelta | None = None,
    ) -> str:
        """Return a token that grants ``scopes``, or everything in applications if none is given.

        :param application_id: the only application that it works in; by default it works in all
        :param expires_in: seconds until it expires, which may be negative; by default it does not
        :raises TypeError: for a scope that is no string
        :raises ValueError: for an application id that is none
        """
        if not all(isinstance(scope, str) for scope in scopes):
            raise TypeError(
                "give scopes one by one: token('experienceUsers.*', 'experienceUser.*')"
            )
        if application_id is not None and not is_object_id(application_id):
            raise ValueError(f"an application id has 24 hexadecimal digits: {application_id!r}")
        if expires_in is not None and not isinstance(expires_in, timedelta):
            expires_in = timedelta(seconds=expires_in)
        now = self._world.clock.now()
        return self._world.tokens.sign(
            scopes or ("all.Application",),
            now,
            application_id=application_id and application_id.lower(),
            expires=None if expires_in is None else now + expires_in // timedelta(milliseconds=1),
        )

    def reset(self) -> None:
        """Go back to the state in which the server started."""
        if self._server is None or self._thread is None or not self._thread.is_alive():
            raise RuntimeError("the server is not running")
        asyncio.run_coroutine_threadsafe(self._world.reset(), self._server.loop).result()

    def __enter__(self) -> MockServer:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
