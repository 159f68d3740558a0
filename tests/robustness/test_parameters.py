"""Query strings that are not what they should be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest

DEEP = 10_000


def nested(levels: int, connective: str = "$and") -> str:
    """Return a query of so many connectives inside each other."""
    return f'{{"{connective}":[' * levels + "{}" + "]}" * levels


def query_of(text: str) -> str:
    """Return a query string that asks an advanced query."""
    return "query=" + quote(text, safe="{}[]:,$")


@pytest.mark.parametrize("kind", ["users", "groups"])
@pytest.mark.parametrize("connective", ["$and", "$or", "$nor"])
@pytest.mark.parametrize("levels", [49, 50])
def test_nested_queries(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    connective: str,
    levels: int,
) -> None:
    """Queries may be nested 50 levels deep."""
    target = f"{paths[kind]}?{query_of(nested(levels, connective))}"
    assert talk(request_of("GET", target))[0].status_code == 200


@pytest.mark.parametrize("kind", ["users", "groups"])
@pytest.mark.parametrize("connective", ["$and", "$or", "$nor"])
@pytest.mark.parametrize("levels", [51, 100, 300, 1_000, 5_000])
def test_queries_nested_too_deeply(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    connective: str,
    levels: int,
) -> None:
    """Queries that are nested deeper are refused."""
    refused(request_of("GET", f"{paths[kind]}?{query_of(nested(levels, connective))}"))


NO_QUERIES = {
    "arrays": "[" * DEEP,
    "closed arrays": "[" * DEEP + "]" * DEEP,
    "arrays in a field": '{"email":' + "[" * 5_000 + "]" * 5_000 + "}",
    "objects in a field": '{"email":' + '{"$eq":' * 800 + "1" + "}" * 801,
    "objects in tags": '{"userTags":' + '{"$ne":' * 400 + "{}" + "}" * 401,
    "an array": "[]",
    "a string": '"email"',
    "null": "null",
    "a number": "1e999",
    "10,000 digits": "1" * DEEP,
    "NaN": '{"email":NaN}',
    "Infinity": '{"email":{"$gt":-Infinity}}',
    "10,000 digits in a field": f'{{"email":{"1" * DEEP}}}',
    "single quotes": "{'email':1}",
    "no end": '{"email":"x"',
    "a byte order mark": "\ufeff{}",
    "an unknown field": '{"password":"x"}',
    "a field of an object": '{"__proto__":{},"constructor":1}',
    "a field of half a character": r'{"\ud800":1}',
    "an unknown operator": '{"email":{"$where":"1"}}',
    "an operator of half a character": r'{"email":{"\udfff":1}}',
    "a regular expression": '{"email":{"$regex":"(a+)+$"}}',
    "a case flag that is none": '{"email":{"$ci":1}}',
    "an empty text": '{"email":{"$contains":""}}',
    "a text that is none": '{"email":{"$startsWith":["a"]}}',
    "an object in $in": '{"email":{"$in":[{}]}}',
    "101 in $in": json.dumps({"email": {"$in": ["a"] * 101}}),
    "101 in $and": json.dumps({"$and": [{}] * 101}),
    "$and of an object": '{"$and":{}}',
    "$or of nothing": '{"$or":null}',
    "an id that is none": '{"id":"x"}',
    "an id that is a number": '{"id":1}',
    "a tag of a number": '{"userTags":{"a":1}}',
    "tags of an array": '{"userTags":[]}',
    "a tag key of an operator": '{"userTags":{"$tagKey":{"$gt":"a"}}}',
}


@pytest.mark.parametrize("text", NO_QUERIES.values(), ids=NO_QUERIES.keys())
def test_no_queries(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    text: str,
) -> None:
    """A query that is none is refused."""
    answer = refused(request_of("GET", f"{paths['users']}?{query_of(text)}"))
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("query")


@pytest.mark.parametrize("field", ["email", "creationDate"])
@pytest.mark.parametrize(
    "number",
    ["1e999", "-1e999", "1" * 400, "-" + "1" * 4_000, "1e-999", "0." + "1" * 4_000],
    ids=["1e999", "-1e999", "400 digits", "minus 4,000 digits", "1e-999", "4,000 after the point"],
)
@pytest.mark.parametrize(
    "frame", ["{}", '{{"$gt":{}}}', '{{"$in":[{}]}}'], ids=["plain", "$gt", "$in"]
)
def test_numbers_in_queries(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    field: str,
    number: str,
    frame: str,
) -> None:
    """A number of any size is compared, or refused."""
    text = f'{{"{field}":{frame.format(number)}}}'
    (answer,) = talk(request_of("GET", f"{paths['users']}?{query_of(text)}"))
    assert answer.status_code in (200, 400), answer.text


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0000", "٢٠٢٠", "2020-W01", "T",
     "2020-01-01\ud800", "2020-01-01T00:00:00\u0000Z", "ß" * 100, "1" * 1_000],
    ids=ascii,
)  # fmt: skip
def test_odd_dates_in_queries(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    text: str,
) -> None:
    """Any text can be compared with a date."""
    query = query_of(json.dumps({"creationDate": {"$gt": text}, "lastLogin": {"$ne": text}}))
    assert talk(request_of("GET", f"{paths['users']}?{query}"))[0].status_code == 200


REFUSED = {
    "1 MB": "filter=" + "a" * 1_000_000,
    "100 KB": "filter=" + "a" * 100_000,
    "40 KB": "filter=" + "a" * 40_000,
    "1 MB of query": "query={}" + "%20" * 350_000,
    "5,000 different parameters": "&".join(f"a{index}=1" for index in range(5_000)),
    "a raw byte": b"filter=\xff&filterField=email",
    "invalid UTF-8 in query": "query=%FF",
    "invalid UTF-8 inside query": "query={%22email%22:%22%FF%22}",
    "invalid UTF-8 in sortField": "sortField=%FF",
    "invalid UTF-8 in page": "page=%FF",
    "invalid UTF-8 in the token": "access_token=%FF",
    "a list": "filter=a&filter=b",
    "a list of queries": "query={}&query={}",
    "an object": "filter[a]=b",
    "a list in brackets": "page[]=1",
    "a token list": "access_token=a&access_token=b",
    "a sort field that is none": "sortField=password",
    "a sort field in another case": "sortField=EMAIL",
    "a sort field with NUL": "sortField=email%00",
    "a sort direction that is none": "sortDirection=up",
    "a filter field that is none": "filterField=password",
    "a group that is none": "experienceGroupId=ANY",
    "a group with a line feed": "experienceGroupId=" + "b" * 24 + "%0A",
    "a page before the first": "page=-1",
    "a page of a fraction": "page=1.5",
    "a page that is none": "page=NaN",
    "a page that is endless": "page=Infinity",
    "a page in exponents": "page=1e999",
    "a page in hexadecimal": "page=0x1",
    "a page with an underscore": "page=1_0",
    "a page with a plus": "page=%2B1",
    "a page with a space": "page=%201",
    "a page with a line feed": "page=1%0A",
    "a page in other digits": "page=%D9%A1",
    "a page in full width": "page=%EF%BC%91",
    "a page of 10,000 digits": "page=" + "1" * DEEP,
    "pages of nothing": "perPage=0",
    "pages of less": "perPage=-5",
    "pages of 10,000 digits": "perPage=" + "1" * DEEP,
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
def test_refused_parameters(
    refused: Callable[[bytes], httpx.Response],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    query: str | bytes,
) -> None:
    """A query string that is wrong or too large is refused."""
    target = query if isinstance(query, bytes) else query.encode()
    refused(request_of("GET", paths["users"].encode() + b"?" + target))


TAKEN = {
    "nothing": "",
    "separators": "&&&;;;===",
    "a thousand parameters": "&".join(["a=1"] * 1_000),
    "5,000 parameters": "&".join(["a=1"] * 5_000),
    "5,000 parameters without a name": "=&" * 5_000,
    "invalid UTF-8 in filter": "filterField=email&filter=%FF",
    "overlong UTF-8 in filter": "filterField=email&filter=%C0%AF",
    "a surrogate in filter": "filterField=email&filter=%ED%A0%80",
    "an object with a prototype": "sortField[__proto__]=b",
    "10 KB": "x=" + "a" * 10_000,
    "unknown ones that are no UTF-8": "x=%FF&%FF=1&%C0%AF=%C0%AF",
    "unknown ones with NUL": "x=%00&%00=1",
    "lone percents": "x=%&%=%&x=%4",
    "brackets": "x[=1&x]=1&[x]=1&[]=1&x[y][z]=1&]x[=1",
    "a name of 10 KB": "a" * DEEP + "=1",
    "the last of all pages": "page=" + "9" * 15,
    "a page with zeros": "page=000000000000000",
    "the largest pages": "perPage=" + "9" * 15,
    "the last of all pages, upside down": f"page={'9' * 15}&sortDirection=desc",
    "a filter of NUL": "filterField=email&filter=%00",
    "a filter of 10,000 stars": "filterField=email&filter=" + "*" * DEEP,
    "a filter of 10,000 questions": "filterField=email&filter=" + "%3F" * DEEP,
    "a filter of 5,000 stars and letters": "filterField=email&filter=" + "*a" * 5_000,
    "a filter of regular expressions": "filterField=email&filter=" + quote("(a+)+$[[^.]{9999}(?R)"),
    "a filter of a last backslash": "filterField=email&filter=*%5C",
    "a filter of backslashes": "filterField=email&filter=" + "%5C" * 9_999,
    "switches that are no UTF-8": "_actions=%FF&_links=%FF&_embedded=%FF",
    "switches in lists": "_actions=true&_actions=true&_links[a]=b",
}


@pytest.mark.parametrize("query", TAKEN.values(), ids=TAKEN.keys())
def test_taken_parameters(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    parsed: Callable[[httpx.Response], Any],
    query: str,
) -> None:
    """A query string that is odd, but asks nothing wrong, is answered."""
    (answer,) = talk(request_of("GET", f"{paths['users']}?{query}"))
    assert answer.status_code == 200, answer.text
    assert parsed(answer)["count"] == len(parsed(answer)["items"])


@pytest.mark.parametrize("kind", ["users", "groups", "tokens"])
@pytest.mark.parametrize(("before", "status"), [(999, 400), (1_000, 200)])
def test_what_comes_after_a_thousand_parameters(
    talk: Callable[..., list[httpx.Response]],
    request_of: Callable[..., bytes],
    paths: Mapping[str, str],
    kind: str,
    before: int,
    status: int,
) -> None:
    """The first thousand parameters count, and the rest is ignored."""
    target = f"{paths[kind]}?{'a=1&' * before}sortField=password"
    (answer,) = talk(request_of("GET", target))
    assert answer.status_code == status
