"""Query strings, read as the npm library qs does with its defaults (contract, section 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from qs_codec import DecodeOptions, decode

_CACHED = 256
_MOST = 1000
"""Parameters; what comes after them is ignored."""

_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")

# The properties that every JavaScript object has. qs drops parameters of these names.
_INHERITED = frozenset(
    {
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)


@lru_cache(maxsize=_CACHED)
def parse_short(text: str) -> Mapping[str, Any]:
    """Return the parameters of a query string, which :func:`parse` does not cache.

    Clients send the same few query strings again and again. The results are shared, so they must
    not be changed. The text must be short, because the cache keeps it.
    """
    return parse(text)


def parse(text: str) -> Mapping[str, Any]:
    """Return the parameters of a query string or a form: texts, and lists and objects of them."""
    if not text:
        return {}
    if any(name in text for name in _INHERITED) or "%" in text:
        parts = text.split("&")[:_MOST]
        text = "&".join(part for part in parts if _INHERITED.isdisjoint(_names(part)))
    parameters: Mapping[str, Any] = decode(text, _OPTIONS)
    return parameters


def _names(part: str) -> list[str]:
    """Return the parts of a parameter's name: ``a``, ``b`` and ``c`` for ``a[b][c]=1``."""
    end = part.find("]=") + 1 or part.find("=")
    name = _decoded(part if end < 0 else part[:end])
    return [name.partition("[")[0], *_IN_BRACKETS.findall(name)]


def _decoded(text: str) -> str:
    """Return a name or a value; one with escapes that are not UTF-8 stays as it was sent."""
    text = text.replace("+", " ")
    if "%" not in text or _BROKEN_ESCAPE.search(text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


_OPTIONS = DecodeOptions(decoder=_decoded)
