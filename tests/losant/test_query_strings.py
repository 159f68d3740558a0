"""Query strings, as the library of the real API reads them."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.losant.query_strings import parse

PARSED: dict[str, dict[str, Any]] = {
    "": {},
    "a": {"a": ""},
    "a=": {"a": ""},
    "a=1&b=2": {"a": "1", "b": "2"},
    "&&a=1&": {"a": "1"},
    "=x": {},
    "a=b=c": {"a": "b=c"},
    "a=+b+": {"a": " b "},
    "a+b=c": {"a b": "c"},
    "a.b=c": {"a.b": "c"},
    "a=1&a=2": {"a": ["1", "2"]},
    "a[]=1": {"a": ["1"]},
    "a[b]=1": {"a": {"b": "1"}},
    "a%5Bb%5D=1": {"a": {"b": "1"}},
    "a[b][c]=1": {"a": {"b": {"c": "1"}}},
    "[a]=1": {"a": "1"},
    "a]=1": {"a]": "1"},
    # What every object of JavaScript has is dropped, and with it what is left empty.
    "toString=1": {},
    "a[toString]=1": {},
    "a[toString]=1&a[b]=2": {"a": {"b": "2"}},
    "a[b][hasOwnProperty]=1&c=2": {"c": "2"},
    "a[__proto__]=1": {},
    "a=toString": {"a": "toString"},
    # Escapes that are not UTF-8 stay as they were sent, in the whole of a name or a value.
    "a=%FF": {"a": "%FF"},
    "a=%41%FF": {"a": "%41%FF"},
    "a=%C0%AF": {"a": "%C0%AF"},
    "a=%ED%A0%80": {"a": "%ED%A0%80"},
    "a=%4": {"a": "%4"},
    "a=%zz+b": {"a": "%zz b"},
    "%FF=1": {"%FF": "1"},
    "a=%F0%9F%98%80": {"a": "😀"},
    "a=%2B%26%3D": {"a": "+&="},
}


@pytest.mark.parametrize(("text", "parameters"), PARSED.items(), ids=PARSED)
def test_parse(text: str, parameters: dict[str, Any]) -> None:
    """Query strings are read as the library of the real API reads them."""
    assert parse(text) == parameters


INHERITED = (
    *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"),
    *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"),
    *("toString", "valueOf"),
)


@pytest.mark.parametrize("name", INHERITED)
def test_names_that_every_object_has(name: str) -> None:
    """Parameters of these names are dropped at any depth; values and longer names are not."""
    assert parse(f"{name}=1&a[{name}]=2&{name}[b]=3&c={name}&x{name}=4") == {
        "c": name,
        f"x{name}": "4",
    }


def test_the_rest_after_a_thousand_parameters_is_ignored() -> None:
    """A query string has up to a thousand parameters."""
    numbers = [f"a{index}={index}" for index in range(1_001)]
    parameters = parse("&".join(numbers))
    assert len(parameters) == 1_000
    assert "a1000" not in parameters
