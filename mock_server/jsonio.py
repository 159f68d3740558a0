"""The one JSON decoder and the one JSON encoder.

Python's ``json`` reads more than JSON: ``NaN``, numbers that become infinite, and nesting up to
whatever the stack allows. Everything that comes from outside is decoded here instead.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from pydantic_core import PydanticSerializationError, to_json

MAX_DEPTH = 100
"""How deep a body may be nested: deeper than any of the API, and no risk for the stack."""

_CONTAINERS = (dict, list)

Pairs = list[tuple[str, Any]]
"""The members of a JSON object, in their order; a name may come more than once."""


class InvalidJson(ValueError):
    """A text is not JSON, or not JSON that this server accepts.

    :ivar reason: why, without the position
    :ivar line: where the text stops being JSON, from 1; None if the reason has no position
    :ivar column: the same in characters of that line, from 1
    """

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason, line, column)
        self.reason, self.line, self.column = reason, line, column

    def __str__(self) -> str:
        if self.line is None:
            return self.reason
        return f"{self.reason} (line {self.line} column {self.column})"


def decode(
    content: bytes | str,
    *,
    max_depth: int | None = MAX_DEPTH,
    make_object: Callable[[Pairs], Any] | None = None,
    infinite: bool = False,
    long_integers: bool = False,
) -> Any:
    """Return the JSON value that a text holds.

    :param max_depth: how many arrays and objects may stand inside each other; None for values
        that are checked later, where a closer look at millions of them takes too long
    :param make_object: makes an object of its members; by default a dictionary, in which the last
        of several members with one name counts. See :func:`unique_names`.
    :param infinite: whether a number that is too large for a float is infinite, as it is in
        JavaScript; otherwise it is an error
    :param long_integers: the same for an integer of more digits than Python converts
    :raises InvalidJson: when the text is not JSON in UTF-8, or nested too deeply
    """
    if make_object is None:
        decoder = _DECODERS[infinite, long_integers]
    else:
        decoder = _decoder(make_object, infinite=infinite, long_integers=long_integers)
    try:
        text = content if isinstance(content, str) else content.decode()
        value = decoder.decode(text)
    except InvalidJson:
        raise
    except UnicodeDecodeError as error:
        raise InvalidJson(f"it is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise InvalidJson(error.msg.removesuffix(" at"), error.lineno, error.colno) from None
    except ValueError:  # the only one left: Python converts no more digits to an integer
        most = sys.get_int_max_str_digits()
        raise InvalidJson(f"a number has more than {most} digits") from None
    except RecursionError:
        raise TooDeep(max_depth) from None
    # Few brackets cannot be nested deeply; this spares most bodies the closer look.
    if (
        max_depth is not None
        and text.count("[") + text.count("{") > max_depth
        and is_deeper(value, max_depth)
    ):
        raise TooDeep(max_depth)
    return value


def decode_leniently(content: bytes) -> Any:
    """Return the JSON value of a body, its text if it is not JSON, or None if it is empty."""
    if not content:
        return None
    try:
        return decode(content)
    except InvalidJson:
        return content.decode(errors="replace")


class TooDeep(InvalidJson):
    """JSON is nested deeper than allowed."""

    def __init__(self, max_depth: int | None) -> None:
        how = "too deeply" if max_depth is None else f"more than {max_depth} levels deep"
        super().__init__(f"it is nested {how}")


def is_deeper(value: Any, depth: int) -> bool:
    """Return whether more than ``depth`` arrays and objects of a value stand inside each other."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(depth):
        if not level:
            return False
        # There may be millions of values, most of them text, which is ruled out fastest.
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)
            if type(part) is not str and isinstance(part, _CONTAINERS)
        ]
    return bool(level)


def is_number(value: object) -> bool:
    """Return whether a decoded value is a number, and one that JavaScript can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def repeated_name(pairs: Pairs) -> str | None:
    """Return the first name that several members of an object have; None if there is none."""
    names = [name for name, _ in pairs]
    if len(set(names)) == len(names):
        return None
    return next(name for name in names if names.count(name) > 1)


def unique_names(pairs: Pairs) -> dict[str, Any]:
    """Return an object; for :func:`decode` where repeated names are an error."""
    name = repeated_name(pairs)
    if name is not None:
        raise InvalidJson(f'an object has "{name}" twice')
    return dict(pairs)


def encode(document: Mapping[str, Any]) -> bytes:
    """Return compact JSON in UTF-8; unpaired surrogates, which UTF-8 does not have, are escaped."""
    try:
        # Numbers beyond a double are null, as JavaScript writes them; records hold other mappings
        # than dictionaries.
        return to_json(document, inf_nan_mode="null", fallback=dict)
    except PydanticSerializationError:
        return json.dumps(_without_infinity(document), separators=(",", ":")).encode()


def _without_infinity(value: Any) -> Any:
    """Return a value for Python's encoder, which knows no null for numbers beyond a double."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _without_infinity(part) for name, part in value.items()}
    return [_without_infinity(part) for part in value] if isinstance(value, list | tuple) else value


def encode_readably(value: Any, *, indent: int | None = None) -> bytes:
    """Return JSON for people: in UTF-8, with as few escapes as possible."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent).encode()
    except UnicodeEncodeError:  # an unpaired surrogate
        return json.dumps(value, indent=indent).encode()


def encode_page(items: Sequence[bytes], frame: Mapping[str, Any]) -> bytes:
    """Return a page of a listing: items that are encoded already, then the page's properties."""
    return b'{"items":[%b],%b' % (b",".join(items), encode(frame)[1:])


def canonical(value: Any) -> str:
    """Return JSON in ASCII that is the same for equal values, whatever the order of members."""
    return json.dumps(value, sort_keys=True)


def _decoder(
    make_object: Callable[[Pairs], Any] | None, *, infinite: bool, long_integers: bool
) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=make_object,
        parse_constant=_refuse_constant,
        parse_float=float if infinite else _finite,
        parse_int=_integer if long_integers else int,
    )


def _integer(digits: str) -> int | float:
    """Return an integer; one of more digits than Python converts is infinite, as any so large."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise InvalidJson(f"{digits} is too large a number")
    return number


_DECODERS = {
    (infinite, long_integers): _decoder(None, infinite=infinite, long_integers=long_integers)
    for infinite in (False, True)
    for long_integers in (False, True)
}
