"""What the command logs: one line for each request, and warnings in the same form."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

from mock_server.api.losant import Exchange
from mock_server.settings import LogFormat


def log_warnings(form: LogFormat, stream: TextIO) -> None:
    """Write warnings of all libraries to ``stream``."""
    handler = logging.StreamHandler(stream)
    as_json = _JsonFormatter() if form is LogFormat.JSON else None
    handler.setFormatter(as_json or logging.Formatter("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {"time": _now(), "level": record.levelname, "message": record.getMessage()}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class AccessLog:
    """Writes what came of each request: action, status, milliseconds, and the type of an error.

    The query string is left out: it may hold a token.
    """

    def __init__(self, form: LogFormat, stream: TextIO) -> None:
        self._line = _as_json if form is LogFormat.JSON else _as_text
        self._stream = stream

    def __call__(self, exchange: Exchange) -> None:
        self._stream.write(self._line(exchange) + "\n")


def _as_text(exchange: Exchange) -> str:
    line = (
        f"{exchange.action or '-'} {exchange.status} {exchange.milliseconds:.1f} ms"
        f" {exchange.method} {_printable(exchange.path)}"
    )
    return f"{line} {exchange.error}" if exchange.error else line


def _as_json(exchange: Exchange) -> str:
    return json.dumps(
        {
            "time": _now(),
            "action": exchange.action,
            "status": exchange.status,
            "milliseconds": round(exchange.milliseconds, 3),
            "method": exchange.method,
            "path": exchange.path,
            "error": exchange.error,
        }
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _printable(path: str) -> str:
    """Keep a path from writing lines of its own into the log."""
    return path.encode("unicode_escape").decode() if not path.isprintable() else path
