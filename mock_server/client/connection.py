"""Requests to the control plane of a server, over one connection that is kept open.

Python values become JSON here: names in camelCase, dates as text, durations in seconds.
"""

from __future__ import annotations

import http.client
import json
import os
import select
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pydantic.alias_generators import to_camel

__tracebackhide__ = True  # pytest shows the line of the test instead

_IDLE_SECONDS = 2.0
"""Idle time after which a connection is not used again; the server closes it after five seconds."""


class JsonLines(bytes):
    """A body of JSON Lines; any other body is a value that is sent as JSON."""


class ControlPlaneError(RuntimeError):
    """The control plane refused a request, or did not answer; the message says what to do.

    ``status`` is the status of the answer, None if there was no answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ServerConnection:
    """A connection to a server. Several threads can use it.

    :param url: base URL of the server
    :param timeout: seconds to wait for an answer
    :raises ValueError: when the URL is not valid
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
            # After any exception, such as a test's time limit, a late answer on this connection
            # must not be taken for the answer to the next request.
            self._connection.close()
            raise
        self._used = time.monotonic()
        return answer

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        with self._lock:
            self._connection.close()

    def __del__(self) -> None:
        # A client that is dropped must not cause a ResourceWarning in the test.
        if "_connection" in self.__dict__:
            self._connection.close()

    def _is_stale(self) -> bool:
        """Return whether the server has closed the connection, or is about to."""
        open_socket = self._connection.sock
        if open_socket is None:
            return False
        if self._process != os.getpid():  # a fork must not share the connection
            self._process = os.getpid()
            return True
        idle = time.monotonic() - self._used
        # Between two requests, only the end of the connection makes the socket readable.
        return idle > _IDLE_SECONDS or bool(select.select([open_socket], [], [], 0)[0])


def _connection(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection that is not open yet, and the path that every target begins with."""
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
        """Open no connection."""

    def exchange(self, method: str, target: str, content: bytes | None) -> tuple[int, bytes]:
        raise ControlPlaneError("the server is not running; start it, or use it in a with block")

    def close(self) -> None:
        pass


class ControlPlane:
    """The control plane of a server or of one of its sandboxes.

    :param base: path of the sandbox below the server's URL; empty for the server itself
    """

    def __init__(self, connection: ServerConnection, base: str = "") -> None:
        self.connection = connection
        self._prefix = f"{base}/_mock"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        *,
        accept: tuple[int, ...] = (),
    ) -> Any:
        """Send a request, and return the JSON of the answer, None for an empty one.

        :param body: a JSON value, or JSON Lines
        :param accept: statuses from 400 that are not errors
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


def to_document(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as a JSON object with camelCase names, without those that are None."""
    return {to_camel(name): _to_json(value) for name, value in values.items() if value is not None}


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_date(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


def format_date(moment: datetime | str) -> str:
    """Return a date as text; a date without a time zone is UTC."""
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def check_keywords(values: Mapping[str, Any], known: type[Any]) -> None:
    """Check keywords against those of a TypedDict.

    :raises TypeError: for an unknown one; Python itself would accept it
    """
    names = known.__annotations__
    for name in sorted(set(values) - set(names)):
        hint = " (json is the body)" if name == "body" else ""
        raise TypeError(f"unknown keyword {name!r}; there are: {', '.join(names)}{hint}")
