"""The log of the server: one line for each request, and warnings in the same format."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

from mock_server.journal.journal import Exchange
from mock_server.settings import LogFormat
from mock_server.worlds.world import World


def log_warnings(form: LogFormat, stream: TextIO) -> None:
    """Write the warnings of all libraries to ``stream``."""
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
    """Writes a line for each request: action, status, milliseconds, and the type of an error.

    Tokens in query strings have been redacted before. The reason may say more than the response.
    """

    def __init__(self, form: LogFormat, stream: TextIO) -> None:
        self._line = _as_json if form is LogFormat.JSON else _as_text
        self._stream = stream

    def __call__(self, world: World, exchange: Exchange) -> None:
        self._stream.write(self._line(world.name, exchange) + "\n")


def _as_text(sandbox: str | None, exchange: Exchange) -> str:
    parts = [
        f"{exchange.action or '-'} {exchange.status or '-'} {exchange.milliseconds:.1f} ms"
        f" {exchange.method} {exchange.target}"
    ]
    if exchange.error:
        parts.append(f"{exchange.error}: {_printable(exchange.reason)}")
    if exchange.faults:
        parts.append(f"faults: {', '.join(exchange.faults)}")
    if sandbox:
        parts.insert(0, f"[{sandbox}]")
    return " ".join(parts)


def _as_json(sandbox: str | None, exchange: Exchange) -> str:
    return json.dumps(
        {
            "time": _now(),
            "sandbox": sandbox,
            "action": exchange.action,
            "status": exchange.status,
            "milliseconds": round(exchange.milliseconds, 3),
            "method": exchange.method,
            "target": exchange.target,
            "error": exchange.error,
            "reason": exchange.reason,
            "faults": exchange.faults,
        }
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _printable(reason: str | None) -> str:
    """Escape control characters, so that a request cannot write lines of its own into the log."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in reason or "")
