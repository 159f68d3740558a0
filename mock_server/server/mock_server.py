"""The server on a thread of this process."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from mock_server.app import create_app
from mock_server.client import LosantMock
from mock_server.client.connection import NoConnection, ServerConnection
from mock_server.server.uvicorn_server import UvicornServer, listen, url_of
from mock_server.settings import Settings
from mock_server.text import did_you_mean
from mock_server.worlds.registry import Worlds

_TIMEOUT = 30.0
"""Seconds."""


class MockServer(LosantMock):
    """A server on a thread of this process, for tests.

    ::

        with MockServer() as losant:
            client = losant_rest.Client(losant.token(), losant.url)

    It listens on a free port. Settings are keywords; environment variables are ignored, so that
    tests run the same everywhere.

    :raises FixtureError: when the fixtures cannot be loaded
    """

    def __init__(self, settings: Settings | None = None, **overrides: Any) -> None:
        unknown = next((name for name in overrides if name not in Settings.model_fields), None)
        if unknown is not None:
            hint = did_you_mean(unknown, Settings.model_fields)
            raise TypeError(f"{unknown} is not a setting{hint}")
        if settings is None:
            settings = Settings(**{"port": 0, **overrides})
        elif overrides:
            raise TypeError("give settings or keywords, not both")
        self._settings = settings
        self._app = create_app(settings)
        self._started = threading.Event()
        self._server: UvicornServer | None = None
        self._thread: threading.Thread | None = None
        self._attach_to(NoConnection(), "")

    def _attach_to(self, connection: ServerConnection, url: str) -> None:
        self._attach(connection, url, None)
        worlds: Worlds = self._app.state.worlds
        self._application_id = worlds.main.application_id

    def start(self) -> None:
        """Start the server, and return when it answers requests.

        :raises RuntimeError: when it is running already
        """
        if self._thread is not None and self._thread.is_alive():
            raise RuntimeError(f"the server is already running, at {self.url}")
        listener = listen(self._settings.host, self._settings.port)
        url = url_of(listener)
        self._attach_to(ServerConnection(url, self._settings.admin_token, _TIMEOUT), url)
        self._started = threading.Event()
        server = self._server = UvicornServer(self._app, self._started.set)
        self._thread = threading.Thread(
            target=self._run, args=(server, listener), name="losant-mock-server", daemon=True
        )
        self._thread.start()
        self._started.wait()
        if not server.started:
            raise RuntimeError("the server could not start; see the log")

    def _run(self, server: UvicornServer, listener: Any) -> None:
        try:
            server.run([listener])
        finally:
            self._started.set()

    def stop(self) -> None:
        """Stop the server, and wait until it has stopped. Stopping it again does nothing."""
        self.close()
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._attach_to(NoConnection(), self.url)

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
