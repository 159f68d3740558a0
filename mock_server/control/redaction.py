"""Passwords and tokens made unreadable, before anything is kept or written.

Rather one thing too many is hidden than one too few: names that only resemble those of secrets
count, but for the few in the API that hold none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"

_SECRET_NAME = re.compile(r"passw|secret|token|jwt|authori[sz]ation|cookie|api-?key", re.I)
_HARMLESS_NAMES = frozenset(
    {"passwordLastUpdated", "tokenCutoff", "tokenTTL", "tokens", "apiTokenId", "apiTokenCount"}
)
_JWT = re.compile(r"\beyJ[\w-]*\.[\w-]+\.[\w-]*")
_SCHEME = re.compile(r"(bearer|jwt|basic) ", re.I)
# Bytes, in lower case, of which a body that holds a secret has some; most are looked at no closer.
_MARKS = (b"passw", b"secret", b"token", b"jwt", b"authori", b"cookie", b"key", b"eyj", b"\\u")


def text(value: str) -> str:
    """Return text without what looks like a signed token."""
    return _JWT.sub(HIDDEN, value) if "eyJ" in value else value


def named(name: str, value: str) -> str:
    """Return a parameter's or header's value, hidden if its name says that it is secret."""
    if not _is_secret(name):
        return text(value)
    scheme = _SCHEME.match(value)
    return f"{scheme[0]}{HIDDEN}" if scheme else HIDDEN


def body(content: bytes) -> bytes:
    """Return a body with its secrets hidden; all of it, if it holds some and is not JSON."""
    lowered = content.lower()
    if not any(mark in lowered for mark in _MARKS):
        return content
    try:
        value = json.loads(content)
        hidden = _hidden(value)
        return content if hidden == value else json.dumps(hidden).encode()
    except (ValueError, RecursionError):
        return f"[{len(content)} bytes that are not JSON and may hold a secret]".encode()


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {text(name): _of_property(name, one) for name, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one) for one in value]
    return text(value) if isinstance(value, str) else value


def _of_property(name: str, value: Any) -> Any:
    if _is_secret(name) and value is not None and not isinstance(value, bool):
        return HIDDEN
    return _hidden(value)


def _is_secret(name: str) -> bool:
    return name not in _HARMLESS_NAMES and _SECRET_NAME.search(name) is not None


def parameters(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return query parameters with their secrets hidden."""
    return {text(name): _of_parameter(name, value) for name, value in query.items()}


def _of_parameter(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [named(name, str(one)) for one in value]
    return named(name, str(value))
