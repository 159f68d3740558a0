"""The server on a thread, and the handle that a test holds."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import timedelta
from types import TracebackType
from typing import Any

from mock_server.app import create_app
from mock_server.control.world import World
from mock_server.domain.ids import is_object_id
from mock_server.server.listening import listen, url_of
from mock_server.server.uvicorn_server import UvicornServer
from mock_server.settings import Settings


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
        self._started = threading.Event()
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
        return self._world.token(
            scopes or ("all.Application",), application_id=application_id, lifetime=expires_in
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
