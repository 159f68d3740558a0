"""JSON as bytes, in both directions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from pydantic_core import PydanticSerializationError, to_json

MAX_DEPTH = 100
"""More levels than any body of the API has, and fewer than exhaust the stack on the way out."""


class InvalidJson(ValueError):
    """A text is not JSON, or not JSON that this server reads; the message says why."""


def refuse_constant(name: str) -> NoReturn:
    """Raise ValueError for ``NaN`` and the like, which Python's JSON has and JSON has not."""
    raise ValueError(f"{name} is not JSON")


def encode(document: Mapping[str, Any]) -> bytes:
    """Return compact JSON in UTF-8, in which unpaired surrogates are escaped."""
    try:
        return to_json(document)
    except PydanticSerializationError:
        return json.dumps(document, separators=(",", ":")).encode()


def encode_readably(value: Any, *, indent: int | None = None) -> bytes:
    """Return JSON for people: in UTF-8, with characters escaped only that can not be written."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent).encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(value, indent=indent).encode()


def encode_page(items: Sequence[bytes], frame: Mapping[str, Any]) -> bytes:
    """Return a page: items that are encoded already, and what stands around them."""
    return b'{"items":[%b],%b' % (b",".join(items), encode(frame)[1:])


def decode(content: bytes) -> Any:
    """Return the JSON value that a body holds.

    :raises InvalidJson: when it is not JSON in UTF-8, or nested more than 100 levels deep
    """
    try:
        value = _DECODER.decode(content.decode())
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        # Python tells how to let it read longer numbers, which is nothing for a client.
        reason = str(error).partition(";")[0]
        raise InvalidJson(reason) from None
    if content.count(b"[") + content.count(b"{") > MAX_DEPTH and is_deeper(value, MAX_DEPTH):
        raise _too_deep()
    return value


def given_twice(pairs: Sequence[tuple[str, Any]]) -> str | None:
    """Return the first name that the members of an object have twice, of which JSON keeps one."""
    names = [name for name, _ in pairs]
    if len(set(names)) == len(names):
        return None
    return next(name for name in names if names.count(name) > 1)


def decode_leniently(content: bytes) -> Any:
    """Return what a body holds: JSON if it is some, else text; None for nothing."""
    if not content:
        return None
    try:
        return decode(content)
    except InvalidJson:
        return content.decode(errors="replace")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large a number")
    return number


def _too_deep() -> InvalidJson:
    return InvalidJson(f"nested more than {MAX_DEPTH} levels deep")


def is_deeper(value: Any, depth: int) -> bool:
    """Tell whether a JSON value is nested more than so many levels deep."""
    level = [value]
    for _ in range(depth):
        level = [part for one in level for part in _parts(one) if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


_DECODER = json.JSONDecoder(parse_constant=refuse_constant, parse_float=_finite)
