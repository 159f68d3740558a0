"""Requests to the control plane of a server, over one connection that is kept."""

from __future__ import annotations

import http.client
import json
import os
import select
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

__tracebackhide__ = True  # pytest shows the line of the test instead

_IDLE_SECONDS = 2.0
"""After which a connection is not used again: the server ends those that idle for five."""


class JsonLines(bytes):
    """A body that is JSON Lines; any other is a value to be sent as JSON."""


class ControlPlaneError(RuntimeError):
    """The control plane refused a request, or did not answer; the message says what to do.

    ``status`` is that of the answer, None where there was none.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ServerConnection:
    """A connection to a server, safe to be used by several threads.

    :param url: base URL of the server
    :param timeout: seconds to wait for an answer
    :raises ValueError: when that is no URL of a server
    """

    def __init__(self, url: str, admin_token: str | None, timeout: float) -> None:
        self.url = url
        self._headers = {} if admin_token is None else {"Authorization": f"Bearer {admin_token}"}
        self._connection, self._prefix = _connection(url, timeout)
        self._lock = threading.Lock()
        self._used = 0.0
        self._process = os.getpid()

    def exchange(self, method: str, target: str, content: bytes | None) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a request.

        :raises ControlPlaneError: when there is no answer
        """
        headers = dict(self._headers)
        if content is not None:
            kind = "jsonl" if isinstance(content, JsonLines) else "json"
            headers["Content-Type"] = f"application/{kind}"
        try:
            with self._lock:
                return self._answer(method, self._prefix + target, content, headers)
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            message = f"the mock server at {self.url} does not answer: {reason}"
            raise ControlPlaneError(message) from error

    def _answer(
        self, method: str, target: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        if self._is_stale():
            self._connection.close()
        try:
            self._connection.request(method, target, content, dict(headers))
            response = self._connection.getresponse()
            answer = response.status, response.read()
        except BaseException:
            # Whatever broke in, were it the time limit of a test: what comes now on this
            # connection is no answer to what is asked next.
            self._connection.close()
            raise
        self._used = time.monotonic()
        return answer

    def close(self) -> None:
        """Close the connection; it is opened again when it is needed."""
        with self._lock:
            self._connection.close()

    def __del__(self) -> None:
        # A handle that is dropped holds nothing that anybody would have to be warned of.
        if "_connection" in self.__dict__:
            self._connection.close()

    def _is_stale(self) -> bool:
        """Tell whether the server has ended the connection, or is about to."""
        open_socket = self._connection.sock
        if open_socket is None:
            return False
        if self._process != os.getpid():  # a fork, which must not talk in between
            self._process = os.getpid()
            return True
        idle = time.monotonic() - self._used
        # Nothing is to be read between two requests but that there is nothing more.
        return idle > _IDLE_SECONDS or bool(select.select([open_socket], [], [], 0)[0])


def _connection(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection that is not open yet, and the path in front of every target."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and not parts.query:
            secure = parts.scheme == "https"
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            return kind(parts.hostname, parts.port, timeout=timeout), quote(parts.path)
    except (ValueError, http.client.InvalidURL):
        pass
    raise ValueError(f"not the URL of a server: {url!r}; it looks like http://127.0.0.1:8080")


class NoConnection(ServerConnection):
    """The connection to a server that is not running."""

    def __init__(self) -> None:
        """Connect to nothing."""

    def exchange(self, method: str, target: str, content: bytes | None) -> tuple[int, bytes]:
        raise ControlPlaneError("the server is not running; start it, or use it in a with block")

    def close(self) -> None:
        pass


class ControlPlane:
    """The control plane of one world of a server.

    :param world: path of the world below the server's URL: nothing, or that of a sandbox
    """

    def __init__(self, connection: ServerConnection, world: str = "") -> None:
        self.connection = connection
        self._prefix = f"{world}/_mock"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        *,
        accept: tuple[int, ...] = (),
    ) -> Any:
        """Return the JSON that a request is answered with, None for nothing.

        :param body: a value, or JSON Lines
        :param accept: statuses that are no error although they look like one
        :raises ControlPlaneError: when the request is refused or not answered
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{self._prefix}{path}{'?' if given else ''}{urlencode(given)}"
        content = _content(body)
        status, answer = self.connection.exchange(method, target, content)
        if status >= 400 and status not in accept:
            raise ControlPlaneError(_message(answer, status, target), status)
        try:
            return json.loads(answer) if answer else None
        except ValueError:
            message = f"{self.connection.url} does not answer as a mock server; is it one?"
            raise ControlPlaneError(message, status) from None


def _content(body: Any) -> bytes | None:
    if body is None or isinstance(body, JsonLines):
        return body
    return json.dumps(body).encode()


def _message(answer: bytes, status: int, target: str) -> str:
    try:
        return str(json.loads(answer)["message"])
    except (ValueError, KeyError, TypeError):
        return f"{target} answered {status}, as no mock server does; is it one?"
