"""Uvicorn, stopping when it is told to."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from mock_server.server.protocol import HttpProtocol

_GRACE_SECONDS = 0.25
"""How long requests may still take when the server stops. They take a millisecond; those that
take longer are still being sent, and their connections are cut."""


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
        try:
            self._on_started()
        except BaseException:  # or the app would be cut off in the middle, and say so
            await self.shutdown(sockets)
            raise

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
        """Stop when a signal says so, if this is the thread that gets them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        handled = [signal.SIGINT, signal.SIGTERM]
        # Where nohup began the server, it stays when the terminal is closed.
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            handled.append(signal.SIGHUP)
        for one in handled:
            loop.add_signal_handler(one, self._stop.set)
        yield
        for one in handled:
            loop.remove_signal_handler(one)
