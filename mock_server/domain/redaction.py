"""Hides passwords and tokens before anything is shown or logged.

In doubt, a value is hidden: names that only resemble those of secrets count, except for the few
names of the API that are known to be harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, unquote_to_bytes

from mock_server import jsonio

HIDDEN = "[hidden]"

_SECRET_NAME = re.compile(
    r"pas+[-_ ]?w|pass[-_ ]?(?:phrase|code|key)|(?<![a-z])pass(?![a-z])|pwd|secret|token|jwt"
    r"|authori[sz]|authenticat|(?<![a-z])auth(?![a-z])|cookie|credential"
    r"|(?:api|access|private)[-_ ]?key|two[-_ ]?factor[-_ ]?code",
    re.IGNORECASE,
)
_HARMLESS_NAMES = (
    "passwordLastUpdated",
    "tokenCutoff",
    "expUserTokenCutoff",
    "tokenTTL",
    "apiTokenId",
    "apiTokenCount",
)
_HARMLESS = re.compile(rf'"(?:{"|".join(_HARMLESS_NAMES)})":'.encode())
# In lower case. A body that holds a secret contains one of these; other bodies are not parsed.
_MARKS = tuple(b"pas pwd secret token jwt auth cookie credential bearer key factor eyj \\u".split())
_SHORT = 5
"""Characters; the header of a signed token has more."""

_RUN = re.compile(r"[\w.~%-]+")
"""A signed token or something that contains one, whatever its encoding in an address."""

# In an address or other text: a name with what precedes its value, and a value with or without
# quotes.
_ASSIGNMENT = re.compile(
    r"""(?<![\w.%\[\]-])([\w.%\[\]-]++)(?:\\*["']?\s*=\s*|\\*["']\s*:\s*|:\s+|>)"""
)
_VALUE = re.compile(r"""\\*(["'])(?:(?!\1)[\s\S])*|[^\s&"'<>]+""")
_BEARER = re.compile(r"""\b(bearer|jwt)\s+[^\s"'<>&,;]{6,}""", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_SCHEME = re.compile(r"(bearer|jwt|basic)\s+", re.IGNORECASE)


def text(value: str) -> str:
    """Return text with signed tokens and values of secrets hidden."""
    if "eyJ" in value or "%" in value:
        value = _RUN.sub(_run, value)
    if _may_hold_secrets(value.encode(errors="replace")):
        value = _document(value) if value[0] in "{[" else _prose(value)
    return _IN_ADDRESS.sub(rf"\1{HIDDEN}", value) if "://" in value else value


def named(name: str, value: str) -> str:
    """Return a header's value, hidden if the name or an authorization scheme says it is secret."""
    scheme = _SCHEME.match(value) if " " in value else None
    if scheme:
        return f"{scheme[0]}{HIDDEN}"
    return HIDDEN if _is_secret(name) else text(value)


def parameters(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return query parameters with their secrets hidden."""
    return {text(name): _of_parameter(name, value) for name, value in query.items()}


def target(sent: str) -> str:
    """Return path and query as they were sent, with their secrets hidden."""
    path, mark, query = sent.partition("?")
    if query and ("%" in query or _may_hold_secrets(query.encode(errors="replace"))):
        query = "&".join(map(_pair, query.split("&")))
    return f"{text(path)}{mark}{query}"


def document(value: Any) -> Any:
    """Return a JSON value with its secrets hidden."""
    try:
        return _Hiding().value(value)
    except RecursionError:
        return HIDDEN


def body(content: bytes) -> bytes:
    """Return a body with its secrets hidden. A body that is not JSON is hidden as a whole."""
    if not _may_hold_secrets(content):
        return content
    hiding = _Hiding()
    try:
        shown = hiding.read(content.decode())
    except ValueError:
        return f"[{len(content)} bytes that are not JSON and may hold a secret]".encode()
    return jsonio.encode_readably(shown) if hiding.has_hidden else content


class _Hiding:
    """Hides secrets in JSON; ``has_hidden`` says whether there were any."""

    def __init__(self) -> None:
        self.has_hidden = False

    def read(self, sent: str) -> Any:
        """Return the value of a JSON text; of duplicate names, both values are checked."""
        return self._part(jsonio.decode(sent, make_object=self._object, infinite=True))

    def value(self, value: Any) -> Any:
        """Return a value that is already parsed."""
        if isinstance(value, Mapping):
            return self._object((name, self.value(one)) for name, one in value.items())
        if isinstance(value, list | tuple):
            return [self.value(one) for one in value]
        return self._part(value)

    def _object(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        return {self._part(name): self._property(name, value) for name, value in pairs}

    def _property(self, name: str, value: Any) -> Any:
        if _is_secret(name) and value is not None and not isinstance(value, bool):
            self.has_hidden = True
            return HIDDEN
        return self._part(value)

    def _part(self, value: Any) -> Any:
        """Return a part whose objects are already done."""
        if isinstance(value, list):
            return [self._part(one) for one in value]
        if not isinstance(value, str):
            return value
        shown = text(value)
        self.has_hidden = self.has_hidden or shown != value
        return shown


def _is_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None and name not in _HARMLESS_NAMES


def _may_hold_secrets(content: bytes) -> bool:
    if b"\0" in content:  # UTF-16 and UTF-32
        content = content.replace(b"\0", b"")
    if b"%" in content:  # as forms are sent
        content += unquote_to_bytes(content)
    return _has_marks(content) and _has_marks(_HARMLESS.sub(b"", content))


def _has_marks(content: bytes) -> bool:
    lowered = content.lower()
    return any(mark in lowered for mark in _MARKS)


def _document(value: str) -> str:
    """Return a text that may be JSON."""
    hiding = _Hiding()
    try:
        shown = hiding.read(value)
    except jsonio.InvalidJson:
        return HIDDEN if "\\u" in value else _prose(value)
    return jsonio.encode_readably(shown).decode() if hiding.has_hidden else value


def _run(found: re.Match[str]) -> str:
    parts = unquote(found[0]).split(".")
    is_token = any(
        second and len(first.partition("eyJ")[2]) > _SHORT
        for first, second, _ in zip(parts, parts[1:], parts[2:], strict=False)
    )
    return HIDDEN if is_token else found[0]


def _prose(value: str) -> str:
    """Return text with the values of names like those of secrets hidden."""
    value = _BEARER.sub(rf"\1 {HIDDEN}", value)
    shown, position = [], 0
    for found in _ASSIGNMENT.finditer(value):
        if found.start() < position or not _is_secret(unquote(found[1])):
            continue
        assigned = _VALUE.match(value, found.end())
        if assigned:
            shown += [value[position : found.end()], HIDDEN]
            position = assigned.end()
    return "".join([*shown, value[position:]])


def _of_parameter(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_of_parameter(name, one) for one in value]
    return HIDDEN if _is_secret(name) else text(str(value))


def _pair(sent: str) -> str:
    """Return a parameter, encoded as it was sent if there is nothing to hide."""
    sent_name, mark, sent_value = sent.partition("=")
    name, value = unquote_plus(sent_name), unquote_plus(sent_value)
    shown_name, shown = text(name), _of_parameter(name, value)
    if shown_name != name:
        sent_name = quote(shown_name, safe="[]", errors="replace")
    if shown != value:
        sent_value = quote(shown, safe="[]", errors="replace")
    return f"{sent_name}{mark}{sent_value}"
