"""Query strings, read as the npm library qs does with its defaults (contract, section 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from qs_codec import DecodeOptions, decode

_REMEMBERED = 1024
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


@lru_cache(maxsize=_REMEMBERED)
def parse(text: str) -> Mapping[str, Any]:
    """Return the parameters of a query string: texts, and lists and objects of them.

    Clients ask for the same few things again and again, so that the last results are kept. They
    are shared and must not be changed.
    """
    if not text:
        return {}
    parameters: Mapping[str, Any] = decode(text, _OPTIONS)
    return _without_inherited(parameters)


def _decoded(text: str) -> str:
    """Return a name or a value; one with escapes that are not UTF-8 stays as it was sent."""
    text = text.replace("+", " ")
    if "%" not in text or _BROKEN_ESCAPE.search(text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _without_inherited(parameters: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in parameters.items():
        if name in _INHERITED:
            continue
        if isinstance(value, Mapping):
            value = _without_inherited(value)
            if not value:
                continue
        kept[name] = value
    return kept


_OPTIONS = DecodeOptions(decoder=_decoded)
