"""Listening, and uvicorn with an immediate stop."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from mock_server.server.protocol import HttpProtocol
from mock_server.settings import local_url

_BACKLOG = 2048

_GRACE_SECONDS = 0.25
"""How long requests may take when the server stops. A response takes a millisecond; requests that
take longer are still being received, and their connections are closed."""


class AddressInUse(Exception):
    """The server cannot listen on its address."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one.

    :raises AddressInUse: with advice
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        hint = "; use another one, such as --port 8081" if error.errno == errno.EADDRINUSE else ""
        raise AddressInUse(f"cannot listen on {host} port {port}: {reason}{hint}") from None


def url_of(listener: socket.socket) -> str:
    """Return the URL at which a client on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    return local_url(host, port)


class UvicornServer(uvicorn.Server):
    """Uvicorn that stops at once; the original checks every tenth of a second whether to stop."""

    def __init__(self, app: FastAPI, on_started: Callable[[], None]) -> None:
        # No WebSockets; the caller configures logging.
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
        """Stop serving. This may be called from any thread, and repeatedly."""
        if self._loop is not None:
            # Raised by a closed loop: the server has stopped already.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the app."""
        if self._loop is None:
            raise RuntimeError("the server has not started")
        return self._loop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        try:
            self._on_started()
        except BaseException:
            # Otherwise the lifespan of the app would be cancelled, with a log entry.
            await self.shutdown(sockets)
            raise

    async def main_loop(self) -> None:
        while not self._stop.is_set():
            await self.on_tick(0)  # updates the Date header
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
        """Stop on SIGINT, SIGTERM and SIGHUP, if this is the main thread.

        SIGHUP stays ignored under ``nohup``. SIGINT always stops the server, although shells ignore
        it for a script's background jobs: no server should survive Ctrl-C on the script.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        handled = [signal.SIGINT, signal.SIGTERM]
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            handled.append(signal.SIGHUP)
        for one in handled:
            loop.add_signal_handler(one, self._stop.set)
        yield
        for one in handled:
            loop.remove_signal_handler(one)
