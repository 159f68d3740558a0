"""The JSON decoder, which is stricter than Python's, and the encoder."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.jsonio import (
    MAX_DEPTH,
    InvalidJson,
    canonical,
    decode,
    decode_leniently,
    encode,
    is_deeper,
    unique_names,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=15,
)  # fmt: skip
SHAPES = {"arrays": ("[", "]"), "objects": ('{"a":', "}"), "both": ('[{"a":', "}]")}


def refusal(content: bytes | str, **options: Any) -> InvalidJson:
    """Return the error for a text that is not decoded."""
    with pytest.raises(InvalidJson) as caught:
        decode(content, **options)
    return caught.value


@pytest.fixture
def deep_stack() -> Iterator[None]:
    """Let Python decode very deep values, as newer versions do by themselves."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(limit)


@given(VALUES, st.sampled_from([None, 2]))
def test_json_is_read_as_python_reads_it(value: Any, indent: int | None) -> None:
    """What both accept is the same value for both."""
    assert decode(json.dumps(value, indent=indent)) == value
    assert decode(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")) == value
    assert decode(encode({"value": value})) == {"value": value}


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("[", "Expecting value", 1, 2),
        ('{"a":\n 1,}', "Expecting property name enclosed in double quotes", 2, 4),
        ('{"a":"\n"}', "Invalid control character", 1, 7),
        ("1 2", "Extra data", 1, 3),
        ("", "Expecting value", 1, 1),
        ("\ufeff1", "Expecting value", 1, 1),
    ],
)
def test_what_is_not_json(text: str, reason: str, line: int, column: int) -> None:
    """The error has the place where the text stops being JSON."""
    error = refusal(text)
    assert (error.reason, error.line, error.column) == (reason, line, column)
    assert str(error) == f"{reason} (line {line} column {column})"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[NaN]", "NaN is not JSON"),
        (b"Infinity", "Infinity is not JSON"),
        (b'{"a":-Infinity}', "-Infinity is not JSON"),
        (b"1e309", "1e309 is too large a number"),
        (b"[-1e999]", "-1e999 is too large a number"),
        (b"1" * 4301, "a number has more than 4300 digits"),
        (b'["\xff"]', "it is not UTF-8 (byte 2)"),
        (b'"\xed\xa0\x80"', "it is not UTF-8 (byte 1)"),
    ],
)
def test_what_python_reads_and_json_does_not_have(content: bytes, reason: str) -> None:
    """Python's extensions of JSON are refused, without a place."""
    error = refusal(content)
    assert (str(error), error.reason, error.line, error.column) == (reason, reason, None, None)


def test_the_largest_numbers() -> None:
    """Numbers up to the limits are read."""
    assert decode("1e308") == 1e308
    assert decode("1" * 4300) == int("1" * 4300)


def test_numbers_that_are_infinite_on_request() -> None:
    """Numbers that are too large for a float are infinite in JavaScript; constants are no JSON."""
    assert decode("[1e999, -1e999]", infinite=True) == [math.inf, -math.inf]
    assert refusal("[Infinity]", infinite=True).reason == "Infinity is not JSON"


@pytest.mark.parametrize("max_depth", [1, 3, MAX_DEPTH, 500])
@pytest.mark.parametrize(("open_", "close"), [SHAPES["arrays"], SHAPES["objects"]])
def test_depth(open_: str, close: str, max_depth: int) -> None:
    """As many levels as allowed are read, and not one more."""
    right = open_ * max_depth + "1" + close * max_depth
    assert not is_deeper(decode(right, max_depth=max_depth), max_depth)
    wrong = open_ * (max_depth + 1) + "1" + close * (max_depth + 1)
    assert refusal(wrong, max_depth=max_depth).reason == (
        f"it is nested more than {max_depth} levels deep"
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("levels", [5_000, 100_000])
def test_extreme_depth(shape: str, levels: int) -> None:
    """Nesting that exhausts the stack is refused like any other."""
    opening, closing = SHAPES[shape]
    for text in (opening * levels + "1" + closing * levels, f'{{"a":{opening * levels}'):
        assert isinstance(refusal(text), InvalidJson)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.usefixtures("deep_stack")
def test_extreme_depth_where_the_stack_allows_it(shape: str) -> None:
    """The limit does not depend on how deep Python can decode."""
    opening, closing = SHAPES[shape]
    text = opening * 5_000 + "1" + closing * 5_000
    assert is_deeper(json.loads(text), 500)  # Python decodes it
    assert refusal(text, max_depth=500).reason == "it is nested more than 500 levels deep"


def test_breadth_is_not_depth() -> None:
    """Many values beside each other, and brackets in texts, are no nesting."""
    assert decode("[" + "[]," * 1000 + "{}]") == [*[[]] * 1000, {}]
    assert decode(json.dumps("[{" * 1000)) == "[{" * 1000


@pytest.mark.parametrize(
    ("text", "name"),
    [('{"a":1,"a":1}', "a"), ('[{"b":{"c":1,"d":2,"c":3}}]', "c"), ('{"":1,"x":2,"":3}', "")],
)
def test_repeated_names(text: str, name: str) -> None:
    """An object with a name twice has the last value, unless names must be unique."""
    assert decode(text) == json.loads(text)
    error = refusal(text, make_object=unique_names)
    assert error.reason == f'an object has "{name}" twice'
    assert decode('{"a":{"a":1}}', make_object=unique_names) == {"a": {"a": 1}}


@pytest.mark.parametrize(
    ("content", "expected"), [(b"", None), (b"{}", {}), (b"a=b", "a=b"), (b"\xff", "\ufffd")]
)
def test_bodies_that_may_be_anything(content: bytes, expected: object) -> None:
    """A body that is not JSON is its text."""
    assert decode_leniently(content) == expected


def test_surrogates_are_escaped() -> None:
    """Half a character is written as JSON can write it."""
    assert encode({"a": "\ud800ä"}) == b'{"a":"\\ud800\\u00e4"}'
    assert encode({"a": "ä"}) == '{"a":"ä"}'.encode()


def test_canonical() -> None:
    """Equal values are the same text, whatever the order of their members."""
    assert canonical({"a": 1, "b": [{"d": 2, "c": 3}]}) == canonical(
        {"b": [{"c": 3, "d": 2}], "a": 1}
    )
    assert canonical([1, 2]) != canonical([2, 1])
